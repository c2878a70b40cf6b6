#include "tests/sim/auditor.h"

#include <algorithm>
#include <charconv>

namespace holdfast::sim {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value)
{
    hash = (hash ^ value) * 0x9e37'79b9'7f4a'7c15ULL;
    return hash ^ (hash >> 29);
}

/// Chains the records, so that one number stands for all up to it.
std::uint64_t chained(std::uint64_t before, const JournalRecord& record)
{
    const Event& event = record.event;
    std::uint64_t hash = mixed(before, static_cast<std::uint64_t>(record.at.ms));
    hash = mixed(hash, static_cast<std::uint64_t>(event.kind));
    hash = mixed(hash, static_cast<std::uint64_t>(event.amountMinor.value_or(-1)));
    hash = mixed(hash, event.hold ? std::hash<HoldId>{}(*event.hold) : 0);
    hash = mixed(hash, event.order ? std::hash<OrderId>{}(*event.order) : 0);
    hash = mixed(hash, std::hash<std::string>{}(event.text));
    for (const StockDelta& delta : event.stock) {
        hash = mixed(hash, static_cast<std::uint64_t>(delta.change.onHand));
        hash = mixed(hash, static_cast<std::uint64_t>(delta.change.held));
    }
    return hash;
}

OrderState stateOf(const Model::Order& order)
{
    if (order.pending()) {
        return OrderState::PendingPayment;
    }
    const bool allBack = order.refundedMinor == order.paidMinor && !order.refunds.empty();
    if ((order.paid || order.unfulfilled) && allBack) {
        return OrderState::Refunded;
    }
    if (order.paid) {
        return order.refunds.empty() ? OrderState::Paid : OrderState::PartiallyRefunded;
    }
    return order.unfulfilled ? OrderState::PaidUnfulfilled : OrderState::Cancelled;
}

/// Nothing else of its batch was about any goods.
bool aloneWith(const SliceRequest& request, const PlaceHold& command)
{
    const bool others = !request.orders.empty() || request.overdueOrdersMax > 0 ||
                        !request.products.empty() || !request.waitingFor.empty() ||
                        !request.skus.empty() || request.holds.size() > 1 ||
                        (request.holds.size() == 1 && request.holds.front() != command.id);
    return !others && request.wanted == command.lines;
}

std::int64_t numberIn(std::string_view body, std::string_view name)
{
    const std::string_view digits = fieldOf(body, name);
    std::int64_t number = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string nameOf(ProductId id)
{
    return "product " + std::to_string(id.value);
}

} // namespace

Auditor::Auditor(const MemoryShop& shop) : m_shop(shop) {}

void Auditor::committed()
{
    const auto& journal = m_shop.journal;
    const bool kept = journal.size() >= m_folded;
    if (!kept || journal.size() == m_folded) {
        if (!kept) {
            m_verdict.fail(Invariant::AcknowledgedIsKept, "the journal has become shorter");
        }
        return;
    }
    const std::size_t first = m_folded;
    for (; m_folded < journal.size(); ++m_folded) {
        m_model.fold(journal[m_folded]);
        m_lastHash = chained(m_lastHash, journal[m_folded]);
    }
    for (; m_movementsSeen < m_shop.movements.size(); ++m_movementsSeen) {
        const StockMovement& movement = m_shop.movements[m_movementsSeen];
        m_moved[movement.product] += movement.qty;
    }
    for (std::size_t index = first; index < journal.size(); ++index) {
        compareRows(journal[index].event);
    }
}

void Auditor::compareRows(const Event& event)
{
    for (const StockDelta& delta : event.stock) {
        compareProduct(delta.product);
    }
    if (event.hold) {
        compareHold(*event.hold);
    }
    if (event.order && event.kind != EventKind::PaymentEventReceived &&
        event.kind != EventKind::AlertRaised) {
        compareOrder(*event.order);
    }
    if (event.kind == EventKind::PaymentEventReceived) {
        comparePaymentEvent({event.gateway, event.key});
    }
    for (const EventName& name : event.names) {
        comparePaymentEvent(name);
    }
}

void Auditor::compareProduct(ProductId id)
{
    const auto row = m_shop.products.find(id);
    const Model::Product* model = m_model.product(id);
    if (row == m_shop.products.end() || model == nullptr) {
        m_verdict.fail(Invariant::TablesMatchJournal, nameOf(id) + " has no row");
        return;
    }
    const StockLevel& stock = row->second.stock;
    if (!stock.valid() || stock.available() > stock.onHand) {
        m_verdict.fail(Invariant::AvailableNeverNegative,
                       nameOf(id) + " has " + std::to_string(stock.available()) + " available");
    }
    if (stock.onHand != model->meant.onHand || m_moved[id] != stock.onHand) {
        m_verdict.fail(Invariant::StockConserved,
                       nameOf(id) + " has " + std::to_string(stock.onHand) +
                           " on hand, movements say " + std::to_string(m_moved[id]));
    }
    if (stock != model->meant) {
        m_verdict.fail(Invariant::CountersMatch,
                       nameOf(id) + " holds " + std::to_string(stock.held) + " and commits " +
                           std::to_string(stock.committed) + ", holds and orders have " +
                           std::to_string(model->meant.held) + " and " +
                           std::to_string(model->meant.committed));
    }
}

void Auditor::compareHold(HoldId id)
{
    const auto row = m_shop.holds.find(id);
    const Model::Hold* model = m_model.hold(id);
    if (row == m_shop.holds.end() || model == nullptr || row->second.state != model->state ||
        row->second.lines != model->lines || row->second.expiresAt != model->until) {
        m_verdict.fail(Invariant::TablesMatchJournal,
                       "the row of hold " + toString(id) + " is not what happened to it");
    }
}

void Auditor::compareOrder(OrderId id)
{
    const auto row = m_shop.orders.find(id);
    const Model::Order* model = m_model.order(id);
    if (row == m_shop.orders.end() || model == nullptr) {
        m_verdict.fail(Invariant::TablesMatchJournal, "order " + toString(id) + " has no row");
        return;
    }
    const Order& order = row->second;
    Minor sum = 0;
    for (const Payment& payment : order.payments) {
        sum += payment.amountMinor;
    }
    if (order.paidMinor != model->paidMinor || order.refundedMinor != model->refundedMinor ||
        sum != order.paidMinor) {
        m_verdict.fail(Invariant::MoneyAddsUp,
                       "order " + toString(id) + " says paid " + std::to_string(order.paidMinor) +
                           ", its payments are " + std::to_string(model->paidMinor));
    }
    if (order.state != stateOf(*model)) {
        m_verdict.fail(Invariant::TablesMatchJournal,
                       "order " + toString(id) + " is " + std::string(toString(order.state)) +
                           " where the journal makes it " + std::string(toString(stateOf(*model))));
    }
}

void Auditor::comparePaymentEvent(const EventName& name)
{
    const auto row = m_shop.inbox.find(name);
    const Model::PaymentEvent* model = m_model.event(name);
    const bool there = row != m_shop.inbox.end();
    const bool meant = model != nullptr && !model->forgotten;
    const std::string_view result = there ? toString(row->second.result) : "";
    if (there != meant ||
        (there && result != (model->result.empty() ? "waiting" : model->result))) {
        m_verdict.fail(Invariant::TablesMatchJournal,
                       "the row of event " + name.second + " is not what happened to it");
    }
}

void Auditor::answered(const Request& request, const Envelope& sent, const CommandAnswer& answer)
{
    ++m_answers;
    m_keys.answered(sent, answer, fieldOf(answer.body, "code"));
    checkEvent(request, answer);
    checkTruth(m_model, m_verdict, request, answer.status, answer.body);
    if (!answer.replayed) {
        m_kept.push_back({&request, answer.status, answer.body});
    }
}

void Auditor::checkEvent(const Request& request, const CommandAnswer& answer)
{
    const auto* command = std::get_if<ReceivePaymentEvent>(&request.envelope.command);
    if (command == nullptr || answer.status >= 300) {
        return;
    }
    const bool first = fieldOf(answer.body, "duplicate") == "false";
    const EventName name{command->event.gateway, command->event.key};
    const Model::PaymentEvent* event = m_model.event(name);
    if (first && ++m_eventsTold[name] > (event == nullptr ? 0 : event->lives)) {
        m_verdict.fail(Invariant::EventAppliedOnce,
                       "event " + command->event.key + " was new twice");
    }
}

/// Holds that were overdue then have ended since, and nothing else has happened.
bool Auditor::nothingNewSince(const Look& look) const
{
    const auto& journal = m_shop.journal;
    return look.position <= static_cast<std::int64_t>(journal.size()) &&
           std::all_of(journal.begin() + look.position, journal.end(),
                       [this, &look](const JournalRecord& record) {
                           const bool expired = record.event.kind == EventKind::HoldExpired;
                           return expired && m_model.hold(*record.event.hold)->until <= look.now;
                       });
}

void Auditor::refused(const Request& request, const Look& look, std::string_view body)
{
    const auto* command = std::get_if<PlaceHold>(&request.envelope.command);
    if (command == nullptr || !aloneWith(look.request, *command) || !nothingNewSince(look)) {
        return;
    }
    const std::size_t lines = body.find("\"lines\":");
    const bool single = lines == std::string_view::npos;
    const std::string_view first = single ? body : body.substr(lines);
    const ProductId product =
        single ? command->lines.front().product : ProductId{numberIn(first, "product_id")};
    const Units told = numberIn(first, "available_stock");
    const Units there = m_model.availableAt(product, look.now);
    if (told < there) {
        m_verdict.fail(Invariant::AnswerIsTrue,
                       "request " + std::to_string(request.number) + " was refused with " +
                           std::to_string(told) + " of " + nameOf(product) +
                           " available, there were " + std::to_string(there));
    }
}

void Auditor::atEnd(Instant now)
{
    // Everything once more, from what is there now: nothing that was said may have been lost.
    Model again(m_verdict);
    for (const JournalRecord& record : m_shop.journal) {
        again.fold(record);
    }
    if (again.position() != m_model.position()) {
        m_verdict.fail(Invariant::AcknowledgedIsKept, "the journal has become shorter");
    }
    for (const Kept& kept : m_kept) {
        checkTruth(again, m_verdict, *kept.request, kept.status, kept.body);
    }
    for (const auto& [id, product] : again.products()) {
        compareProduct(id);
    }
    for (const auto& [id, hold] : again.holds()) {
        compareHold(id);
    }
    for (const auto& [id, order] : again.orders()) {
        compareOrder(id);
    }
    for (const auto& [name, event] : again.events()) {
        comparePaymentEvent(name);
    }
    checkEndOf(now);
}

void Auditor::checkEndOf(Instant now)
{
    for (const auto& [id, hold] : m_model.holds()) {
        if (hold.state == HoldState::Active && hold.until <= now) {
            m_verdict.fail(Invariant::EverythingDrains,
                           "hold " + toString(id) + " is overdue and has not ended");
        }
    }
    for (const auto& [id, order] : m_model.orders()) {
        if (order.pending() && order.deadline <= now) {
            m_verdict.fail(Invariant::EverythingDrains,
                           "order " + toString(id) + " is overdue and was not cancelled");
        }
    }
    for (const auto& [name, event] : m_model.events()) {
        if (event.result.empty() && m_model.order(event.order) != nullptr) {
            m_verdict.fail(Invariant::EverythingDrains,
                           "event " + name.second + " waits for an order that is there");
        }
    }
}

} // namespace holdfast::sim
