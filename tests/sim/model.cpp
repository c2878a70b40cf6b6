#include "tests/sim/model.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key)
{
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

} // namespace

const Model::Hold* Model::hold(HoldId id) const
{
    return find(m_holds, id);
}

const Model::Order* Model::order(OrderId id) const
{
    return find(m_orders, id);
}

const Model::Product* Model::product(ProductId id) const
{
    return find(m_products, id);
}

const Model::PaymentEvent* Model::event(const EventName& name) const
{
    return find(m_events, name);
}

int Model::effects(const std::string& tag) const
{
    const int* count = find(m_effects, tag);
    return count == nullptr ? 0 : *count;
}

void Model::fail(Invariant invariant, const std::string& what)
{
    m_verdict.fail(invariant, what + " (journal position " + std::to_string(m_position) + ")");
}

void Model::note(const std::string& tag)
{
    if (tag.starts_with('#') && ++m_effects[tag] > 1) {
        fail(Invariant::EffectHappensOnce, "request " + tag + " has happened again");
    }
}

void Model::fold(const JournalRecord& record)
{
    if (record.position != m_position + 1) {
        fail(Invariant::JournalHasNoGap, "position " + std::to_string(record.position) +
                                             " follows " + std::to_string(m_position));
    }
    m_position = record.position;
    apply(record);
    m_afterRefund = record.event.kind == EventKind::RefundMade;
    checkCounters(record.event);
}

void Model::apply(const JournalRecord& record)
{
    const Event& event = record.event;
    switch (event.kind) {
    case EventKind::ProductAdded:
    case EventKind::ProductChanged:
    case EventKind::ProductArchived:
        foldProduct(event);
        break;
    case EventKind::StockMoved:
        foldMovement(event);
        break;
    case EventKind::HoldPlaced:
    case EventKind::HoldChanged:
    case EventKind::HoldExtended:
    case EventKind::HoldReleased:
    case EventKind::HoldExpired:
        foldHold(event, record.at);
        break;
    case EventKind::OrderPlaced:
    case EventKind::OrderCancelled:
    case EventKind::PaymentTaken:
    case EventKind::OrderPaid:
    case EventKind::OrderPaidUnfulfilled:
    case EventKind::RefundMade:
        foldOrder(event, record.at);
        break;
    case EventKind::PaymentEventReceived:
        receiveEvent(event, record.at);
        break;
    case EventKind::PaymentEventsForgotten:
        forgetEvents(event, record.at);
        break;
    case EventKind::AlertRaised:
    case EventKind::TokenCreated:
    case EventKind::TokenRevoked:
        break;
    }
}

/// The counters that the record claims to have changed are those that it should have.
void Model::checkCounters(const Event& event)
{
    for (const StockDelta& delta : event.stock) {
        m_products[delta.product].told += delta.change;
    }
    const auto check = [this](ProductId id) {
        const Product& product = m_products[id];
        if (!product.told.valid()) {
            fail(Invariant::AvailableNeverNegative,
                 "product " + std::to_string(id.value) + " has " +
                     std::to_string(product.told.available()) + " available");
        }
        if (product.told.onHand != product.meant.onHand) {
            fail(Invariant::StockConserved, "product " + std::to_string(id.value) + " has " +
                                                std::to_string(product.told.onHand) +
                                                " on hand where movements and sales "
                                                "leave " +
                                                std::to_string(product.meant.onHand));
        }
        if (product.told != product.meant) {
            fail(Invariant::CountersMatch, "product " + std::to_string(id.value) +
                                               " promises other units than its holds and orders");
        }
    };
    for (const StockDelta& delta : event.stock) {
        check(delta.product);
    }
    if (const Hold* hold = event.hold ? find(m_holds, *event.hold) : nullptr) {
        for (const HoldLine& line : hold->lines) {
            check(line.product);
        }
    }
    if (const Order* order = event.order ? find(m_orders, *event.order) : nullptr) {
        for (const Line& line : order->lines) {
            check(line.product);
        }
    }
}

void Model::foldProduct(const Event& event)
{
    Product& product = m_products[*event.product];
    ++product.details;
    if (event.details) {
        note(event.details->image);
    }
}

void Model::foldMovement(const Event& event)
{
    for (const StockDelta& delta : event.stock) {
        m_products[delta.product].meant.onHand += delta.change.onHand;
    }
    note(event.text);
}

void Model::receiveEvent(const Event& event, Instant at)
{
    const EventName name{event.gateway, event.key};
    PaymentEvent& entry = m_events[name];
    const bool known = entry.lives > 0 && !entry.forgotten;
    const bool waits = event.text == "waiting";
    if (known && (waits || !entry.result.empty())) {
        fail(Invariant::EventAppliedOnce, "event " + event.key + " was received again");
    }
    if (known && entry.order != *event.order) {
        fail(Invariant::EventAppliedOnce, "event " + event.key + " went to another order");
    }
    if (!known) {
        ++entry.lives;
        entry.firstAt = at;
        entry.result.clear();
        entry.forgotten = false;
    }
    entry.order = *event.order;
    entry.refund = m_afterRefund && event.text == "applied";
    if (waits) {
        entry.waited = true;
    } else {
        entry.result = event.text;
    }
}

void Model::forgetEvents(const Event& event, Instant at)
{
    for (const EventName& name : event.names) {
        PaymentEvent* entry = find(m_events, name);
        const bool settled =
            entry != nullptr && (entry->result == "applied" || entry->result == "ignored");
        if (!settled || entry->forgotten || entry->refund) {
            fail(Invariant::EventAppliedOnce,
                 "event " + name.second + " was forgotten, though its repeat would count");
        } else if (at - entry->firstAt < Duration::seconds(90 * 86'400)) {
            fail(Invariant::AcknowledgedIsKept,
                 "event " + name.second + " was forgotten too early");
        } else {
            entry->forgotten = true;
            entry->earlierResults.push_back(entry->result);
        }
    }
}

} // namespace holdfast::sim
