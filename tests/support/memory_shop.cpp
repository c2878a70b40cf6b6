#include "tests/support/memory_shop.h"

#include "server/ledger/ledger.h"

#include <algorithm>

namespace holdfast {

namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key)
{
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

template <class T>
bool contains(const std::vector<T>& values, const T& value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// The columns that the SQL store updates, and no others.
void update(Hold& stored, const HoldEntry& entry)
{
    stored.state = entry.hold.state;
    stored.expiresAt = entry.hold.expiresAt;
    stored.order = entry.hold.order;
    if (entry.linesChanged) {
        stored.lines = entry.hold.lines;
    }
}

template <class Part>
void append(std::vector<Part>& stored, const std::vector<Part>& parts, std::size_t fetched)
{
    stored.insert(stored.end(), parts.begin() + static_cast<std::ptrdiff_t>(fetched), parts.end());
}

void update(Order& stored, const OrderEntry& entry)
{
    const Order& order = entry.order;
    stored.state = order.state;
    stored.cancelCause = order.cancelCause;
    stored.paidMinor = order.paidMinor;
    stored.refundedMinor = order.refundedMinor;
    stored.updatedAt = order.updatedAt;
    append(stored.payments, order.payments, entry.fetchedPayments);
    append(stored.refunds, order.refunds, entry.fetchedRefunds);
    for (std::size_t at = 0; entry.linesChanged && at < stored.lines.size(); ++at) {
        stored.lines[at].refundedQty = order.lines[at].refundedQty;
        stored.lines[at].refundedMinor = order.lines[at].refundedMinor;
    }
}

} // namespace

Slice MemoryShop::fetch(const SliceRequest& request, Instant now) const
{
    Slice slice;
    Wanted wanted(request.products.begin(), request.products.end());
    for (const HoldId id : request.holds) {
        addHold(slice, wanted, id);
    }
    addOrders(slice, wanted, request, now);
    addEvents(slice, request, now);
    addNames(slice, wanted, request);
    const auto addProducts = [this, &slice, &wanted] {
        for (const ProductId id : wanted) {
            if (const auto* entry = find(products, id)) {
                slice.products.emplace(id, *entry);
            }
        }
    };
    const Wanted needed = wanted;
    for (const HoldLine& line : request.wanted) {
        wanted.insert(line.product);
    }
    addProducts();
    wanted = needed;
    for (const ProductId id : scarce(request.wanted, slice)) {
        wanted.insert(id);
    }
    addOverdueHolds(slice, wanted, request, now);
    addProducts();
    for (const AnswerKey& key : request.answers) {
        if (const auto* kept = find(answers, key)) {
            slice.answers.emplace(key, kept->answer);
        }
    }
    for (const std::int64_t id : request.tokens) {
        if (const auto* token = find(tokens, id)) {
            slice.tokens.emplace(id, *token);
        }
    }
    if (request.counters) {
        addCounters(slice);
    }
    return slice;
}

void MemoryShop::addCounters(Slice& slice) const
{
    slice.lastOrderNumber = m_lastOrderNumber;
    slice.lastProductId = products.empty() ? 0 : products.rbegin()->first.value;
    slice.lastTokenId = tokens.empty() ? 0 : tokens.rbegin()->first;
}

void MemoryShop::addHold(Slice& slice, Wanted& wanted, HoldId id) const
{
    const Hold* hold = find(holds, id);
    if (hold == nullptr) {
        return;
    }
    for (const HoldLine& line : hold->lines) {
        wanted.insert(line.product);
    }
    slice.holds.emplace(id, HoldEntry{.hold = *hold, .fetchedState = hold->state});
}

void MemoryShop::addOrders(Slice& slice, Wanted& wanted, const SliceRequest& request,
                           Instant now) const
{
    std::vector<OrderId> ids = request.orders;
    for (const auto& [deadline, id] : m_pendingOrders) {
        if (deadline > now || slice.overdueOrders.size() >= request.overdueOrdersMax) {
            break;
        }
        slice.overdueOrders.push_back(id);
        ids.push_back(id);
    }
    for (const OrderId id : ids) {
        const Order* order = find(orders, id);
        if (order == nullptr || slice.orders.contains(id)) {
            continue;
        }
        OrderEntry entry{.order = *order, .fetchedState = order->state};
        entry.fetchedPayments = order->payments.size();
        entry.fetchedRefunds = order->refunds.size();
        for (const OrderLine& line : order->lines) {
            wanted.insert(line.product);
        }
        slice.orders.emplace(id, std::move(entry));
    }
}

void MemoryShop::addEvents(Slice& slice, const SliceRequest& request, Instant now) const
{
    for (const OrderId id : request.waitingFor) {
        const auto* waiting = find(m_waiting, id);
        if (waiting == nullptr || !slice.waiting.emplace(id, *waiting).second) {
            continue;
        }
        for (const EventName& name : *waiting) {
            slice.inbox.emplace(name, InboxEntry{.inbox = inbox.at(name)});
        }
    }
    for (const EventName& name : request.events) {
        if (const InboxEvent* event = find(inbox, name)) {
            slice.inbox.emplace(name, InboxEntry{.inbox = *event});
        }
    }
    if (request.oldEventsMax > 0) {
        addOldEvents(slice, request, now);
    }
}

void MemoryShop::addOldEvents(Slice& slice, const SliceRequest& request, Instant now) const
{
    std::size_t lookedAt = 0;
    for (auto at = inboxOrder.upper_bound(request.oldEventsBehind); at != inboxOrder.end(); ++at) {
        const auto& [number, name] = *at;
        const InboxEvent& event = inbox.at(name);
        if (event.receivedAt >= now - limits::paymentEventRetention) {
            break;
        }
        if (mayBeForgotten(event, now)) {
            slice.oldEvents.push_back(name);
            slice.inbox.emplace(name, InboxEntry{.inbox = event});
        }
        if (++lookedAt == limits::eventsLookedAtAtOnce ||
            slice.oldEvents.size() == request.oldEventsMax) {
            slice.oldEventsLookedAt = number;
            break;
        }
    }
}

void MemoryShop::addNames(Slice& slice, Wanted& wanted, const SliceRequest& request) const
{
    if (request.skus.empty() && request.barcodes.empty() && !request.ownSkus) {
        return;
    }
    for (const auto& [id, entry] : products) {
        const ProductDetails& details = entry.product.details;
        if (contains(request.skus, details.sku)) {
            slice.skus.emplace(details.sku, id);
            wanted.insert(id);
        }
        if (request.ownSkus && details.sku.starts_with('P')) {
            slice.skus.emplace(details.sku, id);
        }
        for (const std::string& barcode : details.barcodes) {
            if (contains(request.barcodes, barcode)) {
                slice.barcodes.emplace(barcode, id);
                wanted.insert(id);
            }
        }
    }
}

void MemoryShop::addOverdueHolds(Slice& slice, Wanted& wanted, const SliceRequest& request,
                                 Instant now) const
{
    const Wanted touched = wanted;
    for (const auto& [deadline, id] : m_activeHolds) {
        if (deadline > now) {
            break;
        }
        const Hold& hold = holds.at(id);
        const bool touches =
            std::any_of(hold.lines.begin(), hold.lines.end(), [&touched](const HoldLine& line) {
                return touched.contains(line.product);
            });
        if (touches || slice.overdueHolds.size() < request.overdueHoldsMax) {
            addHold(slice, wanted, id);
            slice.overdueHolds.push_back(id);
        }
    }
}

bool MemoryShop::guardsHold(const Slice& slice) const
{
    for (const auto& [id, entry] : slice.products) {
        const ProductEntry* before = find(products, id);
        const StockLevel after = (before == nullptr ? StockLevel{} : before->stock) + entry.delta;
        if (entry.isNew == (before != nullptr) || !after.valid()) {
            return false;
        }
    }
    for (const auto& [id, entry] : slice.holds) {
        const Hold* before = find(holds, id);
        if (entry.isNew == (before != nullptr) ||
            (!entry.isNew && before->state != entry.fetchedState)) {
            return false;
        }
    }
    return std::all_of(slice.orders.begin(), slice.orders.end(), [this](const auto& named) {
        const Order* before = find(orders, named.first);
        return named.second.isNew == (before == nullptr) &&
               (named.second.isNew || before->state == named.second.fetchedState);
    });
}

void MemoryShop::takeOver(const Slice& slice, std::span<const AnswerRecord> records, Instant now)
{
    for (const auto& [id, entry] : slice.products) {
        if (!entry.isNew && !entry.detailsChanged && entry.delta == StockLevel{}) {
            continue;
        }
        ProductEntry& stored = products[id];
        const StockLevel stock = stored.stock + entry.delta;
        if (entry.isNew || entry.detailsChanged) {
            stored.product = entry.product;
        }
        stored.stock = stock;
        stored.stockVersion += entry.delta == StockLevel{} ? 0 : 1;
    }
    takeHolds(slice);
    takeOrders(slice);
    takeInbox(slice);
    for (const auto& [id, entry] : slice.tokens) {
        if (entry.isNew || entry.changed) {
            tokens.insert_or_assign(id, entry);
        }
    }
    std::int64_t position = headPosition();
    for (const Event& event : slice.events) {
        journal.push_back({++position, now, event});
    }
    movements.insert(movements.end(), slice.movements.begin(), slice.movements.end());
    alerts.insert(alerts.end(), slice.alerts.begin(), slice.alerts.end());
    for (const AnswerRecord& record : records) {
        answers.emplace(record.claim.key, KeptAnswer{{record.claim.hash, record.answer}, now});
    }
    if (slice.forgetAnswersBefore) {
        std::erase_if(answers, [&slice](const auto& kept) {
            return kept.second.at < *slice.forgetAnswersBefore;
        });
    }
}

void MemoryShop::takeHolds(const Slice& slice)
{
    for (const auto& [id, entry] : slice.holds) {
        // Only what the slice says has changed: a forgotten mark must not go unnoticed.
        if (!entry.isNew && !entry.changed) {
            continue;
        }
        Hold& stored = holds[id];
        m_activeHolds.erase({stored.expiresAt, id});
        if (entry.isNew) {
            stored = entry.hold;
        } else {
            update(stored, entry);
        }
        if (stored.state == HoldState::Active) {
            m_activeHolds.emplace(stored.expiresAt, id);
        }
    }
}

void MemoryShop::takeOrders(const Slice& slice)
{
    for (const auto& [id, entry] : slice.orders) {
        if (!entry.isNew && !entry.changed) {
            continue;
        }
        Order& stored = orders[id];
        m_pendingOrders.erase({stored.paymentDeadline, id});
        if (entry.isNew) {
            stored = entry.order;
        } else {
            update(stored, entry);
        }
        m_lastOrderNumber = std::max(m_lastOrderNumber, stored.number);
        if (stored.state == OrderState::PendingPayment) {
            m_pendingOrders.emplace(stored.paymentDeadline, id);
        }
    }
}

void MemoryShop::takeInbox(const Slice& slice)
{
    // In the order of arrival, which the slice does not keep for new events: it is their journal's.
    for (const Event& event : slice.events) {
        if (event.kind != EventKind::PaymentEventReceived) {
            continue;
        }
        const EventName name{event.gateway, event.key};
        const InboxEntry* entry = find(slice.inbox, name);
        if (entry != nullptr && entry->isNew && !inbox.contains(name)) {
            inboxOrder.emplace(++m_lastEventNumber, name);
            m_waiting[entry->inbox.event.order].push_back(name);
            inbox.emplace(name, entry->inbox);
        }
    }
    for (const auto& [name, entry] : slice.inbox) {
        if (entry.forgotten) {
            std::erase_if(inboxOrder,
                          [&gone = name](const auto& one) { return one.second == gone; });
            inbox.erase(name);
            continue;
        }
        if (!entry.isNew && !entry.changed) {
            continue;
        }
        inbox.insert_or_assign(name, entry.inbox);
        if (entry.inbox.result != EventResult::Waiting) {
            std::erase(m_waiting[entry.inbox.event.order], name);
        }
    }
}

} // namespace holdfast
