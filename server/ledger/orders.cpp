#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

namespace holdfast {

namespace {

/// A change of one counter by the quantities of an order's lines. A product stands in an order
/// once, because holds merge their lines.
std::vector<StockDelta> orderDeltas(const Order& order, StockLevel perUnit)
{
    std::vector<StockDelta> deltas;
    deltas.reserve(order.lines.size());
    for (const OrderLine& line : order.lines) {
        deltas.push_back({line.product,
                          {.onHand = perUnit.onHand * line.qty,
                           .held = perUnit.held * line.qty,
                           .committed = perUnit.committed * line.qty}});
    }
    return deltas;
}

/// The lines of a hold at today's prices.
Result<Order, Refused> priceHold(Batch& batch, const Hold& hold,
                                 const std::vector<Discount>& discounts)
{
    Order order;
    std::vector<PriceLine> asked;
    for (const HoldLine& line : hold.lines) {
        const ProductEntry* entry = batch.product(line.product);
        HOLDFAST_ASSERT(entry != nullptr);
        const ProductDetails& details = entry->product.details;
        if (order.lines.empty()) {
            order.currency = details.currency;
        } else if (order.currency != details.currency) {
            return Failure<Refused>(
                invalidField("hold_id", "its products are priced in different currencies"));
        }
        asked.push_back({line.qty, details.priceMinor, details.taxRateBp});
        order.lines.push_back({.product = line.product,
                               .sku = details.sku,
                               .name = details.name,
                               .qty = line.qty,
                               .unitPriceMinor = details.priceMinor,
                               .taxRateBp = details.taxRateBp});
    }
    const auto sale = priceSale(asked, discounts, batch.rules().taxMode);
    if (!sale) {
        // What is too much is what was held; everything else that can be wrong here was asked for.
        const bool tooMuch = sale.error() == PricingFault::AmountTooLarge;
        return Failure<Refused>(
            invalidField(tooMuch ? "hold_id" : "discounts", std::string(toString(sale.error()))));
    }
    for (std::size_t index = 0; index < order.lines.size(); ++index) {
        order.lines[index].discountMinor = sale->lines[index].discountMinor;
        order.lines[index].taxMinor = sale->lines[index].taxMinor;
        order.lines[index].totalMinor = sale->lines[index].totalMinor;
    }
    order.totalMinor = sale->totalMinor;
    order.taxMinor = sale->taxMinor;
    order.discountMinor = sale->discountMinor;
    return order;
}

void fillIn(Batch& batch, Order& order, const PlaceOrder& command, const Hold& hold)
{
    order.id = command.id;
    order.number = ++batch.slice().lastOrderNumber;
    order.hold = hold.id;
    order.customerNote = command.customerNote;
    order.owner = batch.caller().id;
    order.terminal = hold.terminal;
    order.paymentDeadline = batch.now() + batch.rules().paymentDeadline;
    order.createdAt = batch.now();
    order.updatedAt = batch.now();
}

} // namespace

void cancelOrder(Batch& batch, OrderEntry& entry, CancelCause cause)
{
    Order& order = entry.order;
    HOLDFAST_ASSERT(order.state == OrderState::PendingPayment);
    order.state = OrderState::Cancelled;
    order.cancelCause = cause;
    order.updatedAt = batch.now();
    entry.changed = true;
    batch.record({.kind = EventKind::OrderCancelled,
                  .stock = orderDeltas(order, {.onHand = 0, .held = 0, .committed = -1}),
                  .order = order.id,
                  .text = std::string(toString(cause))});
    if (order.refundableMinor() > 0) {
        batch.raise({.kind = AlertKind::RefundDue,
                     .order = order.id,
                     .eventKey = {},
                     .amountMinor = order.refundableMinor(),
                     .detail = "cancelled after a part was paid",
                     .raw = {},
                     .at = {}});
    }
}

void cancelIfOverdue(Batch& batch, OrderEntry& entry)
{
    if (entry.order.overdueAt(batch.now())) {
        cancelOrder(batch, entry, CancelCause::PaymentDeadline);
    }
}

void markPaid(Batch& batch, OrderEntry& entry)
{
    Order& order = entry.order;
    const bool fromCommitted = order.state == OrderState::PendingPayment;
    HOLDFAST_ASSERT(fromCommitted || order.state == OrderState::Cancelled);
    order.state = OrderState::Paid;
    order.updatedAt = batch.now();
    entry.changed = true;
    const Units committed = fromCommitted ? -1 : 0;
    batch.record({.kind = EventKind::OrderPaid,
                  .stock = orderDeltas(order, {.onHand = -1, .held = 0, .committed = committed}),
                  .order = order.id});
    for (const OrderLine& line : order.lines) {
        batch.addMovement(line.product, MovementKind::Sale, -line.qty, {}, order.id);
    }
}

Outcome decide(Batch& batch, const PlaceOrder& command)
{
    if (batch.slice().orders.contains(command.id)) {
        return Refused{.code = RefusalCode::IdConflict};
    }
    HoldEntry* entry = batch.hold(command.hold);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::HoldNotFound};
    }
    Hold& hold = entry->hold;
    if (hold.overdueAt(batch.now())) {
        endHold(batch, *entry, HoldState::Expired);
    }
    if (hold.state != HoldState::Active) {
        return holdHasEnded(hold);
    }
    auto priced = priceHold(batch, hold, command.discounts);
    if (!priced) {
        return priced.error();
    }
    Order order = std::move(*priced);
    fillIn(batch, order, command, hold);
    hold.state = HoldState::Consumed;
    hold.order = order.id;
    entry->changed = true;
    batch.record({.kind = EventKind::OrderPlaced,
                  .stock = orderDeltas(order, {.onHand = 0, .held = -1, .committed = 1}),
                  .hold = hold.id,
                  .order = order.id,
                  .orderLines = order.lines,
                  .amountMinor = order.totalMinor,
                  .until = order.paymentDeadline,
                  .number = order.number});
    const auto at =
        batch.slice().orders.emplace(order.id, OrderEntry{.order = order, .isNew = true}).first;
    applyWaitingEvents(batch, at->second);
    if (at->second.order.state == OrderState::PendingPayment && order.totalMinor == 0) {
        markPaid(batch, at->second); // nothing to wait for
    }
    return OrderOutcome{at->second.order};
}

Outcome decide(Batch& batch, const CancelOrder& command)
{
    OrderEntry* entry = batch.order(command.id);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::OrderNotFound};
    }
    cancelIfOverdue(batch, *entry);
    if (entry->order.state == OrderState::Cancelled) {
        return OrderOutcome{entry->order};
    }
    if (entry->order.state != OrderState::PendingPayment) {
        return Refused{.code = RefusalCode::OrderNotCancellable};
    }
    cancelOrder(batch, *entry, CancelCause::Staff);
    return OrderOutcome{entry->order};
}

} // namespace holdfast
