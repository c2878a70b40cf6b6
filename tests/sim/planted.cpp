#include "tests/sim/planted.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

/// As if the slice had been read before these units were given back: what the ledger does with it
/// looks right to the ledger.
void giveBack(Slice& slice, ProductId product, const StockLevel& units)
{
    if (const auto at = slice.products.find(product); at != slice.products.end()) {
        at->second.stock += units;
    }
}

void reviveHold(Slice& slice, HoldEntry& entry, Instant now)
{
    entry.hold.state = HoldState::Active;
    entry.hold.order.reset();
    entry.hold.expiresAt = now + Duration::seconds(60);
    for (const HoldLine& line : entry.hold.lines) {
        giveBack(slice, line.product, {.onHand = line.qty, .held = line.qty, .committed = 0});
    }
}

void reviveOrder(Slice& slice, OrderEntry& entry)
{
    Order& order = entry.order;
    order.state = OrderState::PendingPayment;
    order.paidMinor = 0;
    order.payments.clear();
    order.paymentDeadline = order.paymentDeadline + Duration::seconds(86'400);
    entry.fetchedPayments = 0;
    for (const OrderLine& line : order.lines) {
        giveBack(slice, line.product, {.onHand = line.qty, .held = 0, .committed = line.qty});
    }
}

void forgetRefunds(OrderEntry& entry)
{
    Order& order = entry.order;
    order.state = OrderState::Paid;
    order.refundedMinor = 0;
    order.refunds.clear();
    entry.fetchedRefunds = 0;
    for (OrderLine& line : order.lines) {
        line.refundedQty = 0;
        line.refundedMinor = 0;
    }
}

AnswerKey withoutScope(AnswerKey key)
{
    key.scope = {};
    return key;
}

bool showsWrongHolds(Mutant mutant)
{
    return mutant == Mutant::HoldStaysActive || mutant == Mutant::OrderLeavesHold ||
           mutant == Mutant::ExpiredLooksAlive || mutant == Mutant::ExpiresEarly;
}

} // namespace

void Planted::intoSlice(Slice& slice, const SliceRequest& request, const MemoryShop& shop,
                        Instant now)
{
    if (m_mutant == Mutant::None) {
        return;
    }
    if (showsWrongHolds(m_mutant)) {
        intoHolds(slice, now,
                  request.products.empty() && request.wanted.empty() &&
                      request.overdueHoldsMax == 0);
    }
    intoOrders(slice);
    intoAnswers(slice, request, shop);
    intoProducts(slice);
    if (m_mutant == Mutant::InboxForgotten) {
        std::erase_if(slice.inbox, [](const auto& named) {
            return named.second.inbox.result != EventResult::Waiting;
        });
    }
    if (request.oldEventsMax > 0) {
        intoOldEvents(slice, shop);
    }
    if (m_mutant == Mutant::WaitingForgotten) {
        slice.waiting.clear();
    }
    if (m_mutant == Mutant::NoSweeps && request.overdueHoldsMax > 0) {
        slice.overdueHolds.clear();
    }
}

void Planted::intoHolds(Slice& slice, Instant now, bool onlyNamed) const
{
    for (auto& [id, entry] : slice.holds) {
        const HoldState state = entry.hold.state;
        const bool ended = state == HoldState::Released || state == HoldState::Expired;
        if ((m_mutant == Mutant::HoldStaysActive && ended) ||
            (m_mutant == Mutant::OrderLeavesHold && state == HoldState::Consumed)) {
            reviveHold(slice, entry, now);
        } else if (m_mutant == Mutant::ExpiredLooksAlive && onlyNamed &&
                   entry.hold.overdueAt(now)) {
            entry.hold.expiresAt = now + Duration::seconds(60);
        } else if (m_mutant == Mutant::ExpiresEarly && state == HoldState::Active) {
            entry.hold.expiresAt = std::min(entry.hold.expiresAt, now);
        }
    }
}

void Planted::intoOrders(Slice& slice) const
{
    for (auto& [id, entry] : slice.orders) {
        Order& order = entry.order;
        if (m_mutant == Mutant::PaidTwice && order.state == OrderState::Paid &&
            order.totalMinor > 0) {
            reviveOrder(slice, entry);
        } else if (m_mutant == Mutant::PaidWithoutMoney &&
                   order.state == OrderState::PendingPayment && order.totalMinor > 1 &&
                   order.lines.size() == 1) {
            order.totalMinor = std::max(order.totalMinor / 2, order.paidMinor + 1);
            order.lines.front().totalMinor = order.totalMinor;
        } else if (m_mutant == Mutant::RefundsForgotten && order.state == OrderState::Refunded &&
                   order.paidMinor > 0) {
            forgetRefunds(entry);
        }
    }
}

void Planted::intoAnswers(Slice& slice, const SliceRequest& request, const MemoryShop& shop) const
{
    if (m_mutant == Mutant::AnswerChanges) {
        for (auto& [key, stored] : slice.answers) {
            stored.answer.body += ' ';
        }
    }
    if (m_mutant == Mutant::KeyScopeIgnored) {
        for (const AnswerKey& key : request.answers) {
            if (const auto at = shop.answers.find(withoutScope(key)); at != shop.answers.end()) {
                slice.answers.insert_or_assign(key, at->second.answer);
            }
        }
    }
}

void Planted::intoOldEvents(Slice& slice, const MemoryShop& shop) const
{
    const bool early = m_mutant == Mutant::EventsForgottenEarly;
    if (!early && m_mutant != Mutant::RefundEventsForgotten) {
        return;
    }
    for (const auto& [name, inbox] : shop.inbox) {
        InboxEntry shown{.inbox = inbox};
        if (early) {
            shown.inbox.receivedAt = inbox.receivedAt - Duration::seconds(100 * 86'400);
        } else if (inbox.event.status == PaymentEventStatus::Refunded) {
            shown.inbox.event.status = PaymentEventStatus::Paid;
        }
        slice.oldEvents.push_back(name);
        slice.inbox.insert_or_assign(name, shown);
    }
}

void Planted::intoProducts(Slice& slice)
{
    for (auto& [id, entry] : slice.products) {
        if (m_mutant == Mutant::StockLooksSmaller && entry.stock.available() > 0) {
            ++entry.stock.held;
        }
        if (m_mutant != Mutant::StaleStockUnguarded) {
            continue;
        }
        Units& most = m_mostOnHand[id];
        most = std::max(most, entry.stock.onHand);
        entry.stock.onHand = most;
    }
}

bool Planted::intoCommit(MemoryShop& shop, const Slice& slice,
                         std::span<const AnswerRecord> records, Instant now)
{
    if (m_mutant == Mutant::None) {
        return false;
    }
    if (m_mutant == Mutant::CommitLostInCrash) {
        m_before = slice.events.empty() ? nullptr : std::make_unique<MemoryShop>(shop);
    }
    Slice written = slice;
    std::vector<AnswerRecord> kept(records.begin(), records.end());
    if (m_mutant == Mutant::AnswersNotKept) {
        std::erase_if(kept, [](const AnswerRecord& record) {
            return record.answer.body.find(R"("kind":"receipt")") != std::string::npos;
        });
    } else if (m_mutant == Mutant::RefusalsNotKept) {
        std::erase_if(kept, [](const AnswerRecord& record) { return record.answer.status == 409; });
    } else if (m_mutant == Mutant::KeyScopeIgnored) {
        for (AnswerRecord& record : kept) {
            record.claim.key = withoutScope(record.claim.key);
        }
    } else if (m_mutant == Mutant::ReleaseKeepsUnits) {
        for (Event& event : written.events) {
            if (event.kind == EventKind::HoldReleased) {
                event.stock.clear();
            }
        }
    } else if (m_mutant == Mutant::EventJournaledTwice && !written.events.empty() &&
               written.events.back().kind == EventKind::PaymentEventReceived) {
        written.events.push_back(written.events.back());
    } else if (m_mutant == Mutant::OrderRowStale) {
        std::erase_if(written.orders, [](const auto& named) {
            return !named.second.isNew && named.second.order.state == OrderState::Cancelled;
        });
    } else if (m_mutant == Mutant::MovementForgotten && !written.movements.empty()) {
        written.movements.pop_back();
    } else if (m_mutant == Mutant::ForgottenRowStays) {
        std::erase_if(written.inbox, [](const auto& named) { return named.second.forgotten; });
    }
    if (m_mutant == Mutant::AnswersForgottenEarly && slice.forgetAnswersBefore) {
        std::erase_if(shop.answers,
                      [](const auto& named) { return named.second.answer.answer.status >= 400; });
    }
    const std::size_t journalBefore = shop.journal.size();
    shop.takeOver(written, kept, now);
    intoTables(shop, written, journalBefore);
    return true;
}

void Planted::intoTables(MemoryShop& shop, const Slice& slice, std::size_t journalBefore)
{
    const bool now = m_random.chance(2'000);
    if (m_mutant == Mutant::HeldDrifts && now) {
        for (const auto& [id, entry] : slice.products) {
            if (entry.delta.held > 0) {
                shop.products.at(id).stock.held -= 1;
            }
        }
    }
    if (m_mutant == Mutant::PaymentCountedTwice) {
        for (const auto& [id, entry] : slice.orders) {
            if (entry.order.payments.size() > entry.fetchedPayments) {
                shop.orders.at(id).paidMinor += entry.order.payments.back().amountMinor;
            }
        }
    }
    if (shop.journal.size() > journalBefore && now) {
        JournalRecord& last = shop.journal.back();
        if (m_mutant == Mutant::JournalGap) {
            ++last.position;
        } else if (m_mutant == Mutant::PositionTwice) {
            --last.position;
        }
    }
}

bool Planted::commitsLater(const Slice& slice, std::span<const AnswerRecord> records, Instant now)
{
    if (m_mutant != Mutant::ReplyBeforeCommit) {
        return false;
    }
    m_later = {slice, {records.begin(), records.end()}, now};
    return true;
}

void Planted::beforeOpen(const Apply& apply)
{
    if (m_later) {
        const Later later = *std::exchange(m_later, std::nullopt);
        apply(later.slice, later.records, later.now);
    }
}

bool Planted::deniesCommit()
{
    return m_mutant == Mutant::UnknownCalledUndone && m_random.chance(1'000);
}

void Planted::loseLastCommit(MemoryShop& shop)
{
    if (m_mutant == Mutant::CommitLostInCrash && m_before) {
        shop = *std::exchange(m_before, nullptr);
    }
}

} // namespace holdfast::sim
