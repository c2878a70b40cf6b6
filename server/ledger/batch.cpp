#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

#include <utility>

namespace holdfast {

namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key)
{
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

/// A kiosk sees what it has made itself; staff see everything.
bool mayTouch(const Caller& caller, CallerId owner)
{
    return caller.role != Role::Kiosk || caller.id == owner;
}

} // namespace

ProductEntry* Batch::product(ProductId id)
{
    return find(m_slice.products, id);
}

ProductEntry* Batch::sellable(ProductId id)
{
    ProductEntry* entry = product(id);
    return entry != nullptr && !entry->product.archived ? entry : nullptr;
}

HoldEntry* Batch::hold(HoldId id)
{
    HoldEntry* entry = find(m_slice.holds, id);
    return entry != nullptr && mayTouch(m_caller, entry->hold.owner) ? entry : nullptr;
}

OrderEntry* Batch::order(OrderId id)
{
    OrderEntry* entry = find(m_slice.orders, id);
    return entry != nullptr && mayTouch(m_caller, entry->order.owner) ? entry : nullptr;
}

void Batch::record(Event event)
{
    for (const StockDelta& delta : event.stock) {
        ProductEntry* entry = product(delta.product);
        HOLDFAST_ASSERT(entry != nullptr);
        entry->stock += delta.change;
        entry->delta += delta.change;
        HOLDFAST_ASSERT(entry->stock.valid());
    }
    event.by = m_caller.id;
    m_slice.events.push_back(std::move(event));
}

void Batch::addMovement(ProductId product, MovementKind kind, Units qty, const std::string& reason,
                        std::optional<OrderId> order)
{
    const ProductEntry* entry = this->product(product);
    HOLDFAST_ASSERT(entry != nullptr);
    m_slice.movements.push_back({.product = product,
                                 .kind = kind,
                                 .qty = qty,
                                 .onHandAfter = entry->stock.onHand,
                                 .reason = reason,
                                 .order = order,
                                 .at = m_now,
                                 .by = m_caller.id});
}

void Batch::raise(Alert alert)
{
    alert.at = m_now;
    record({.kind = EventKind::AlertRaised,
            .order = alert.order,
            .amountMinor = alert.amountMinor,
            .key = alert.eventKey,
            .text = std::string(toString(alert.kind))});
    m_slice.alerts.push_back(std::move(alert));
}

Units Batch::available(ProductId id)
{
    const ProductEntry* entry = product(id);
    return entry == nullptr ? 0 : entry->stock.available();
}

Refused invalidField(std::string field, std::string detail)
{
    return {
        .code = RefusalCode::InvalidField, .field = std::move(field), .detail = std::move(detail)};
}

} // namespace holdfast
