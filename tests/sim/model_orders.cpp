#include "tests/sim/model.h"

#include <algorithm>

namespace holdfast::sim {

void Model::foldOrder(const Event& event, Instant at)
{
    if (event.kind == EventKind::OrderPlaced) {
        placeOrder(event, at);
        return;
    }
    const auto found = m_orders.find(*event.order);
    if (found == m_orders.end()) {
        fail(Invariant::OrderPaidOnce, "order " + toString(*event.order) + " was never placed");
        return;
    }
    Order& order = found->second;
    switch (event.kind) {
    case EventKind::OrderCancelled:
        cancelOrder(order, event, at);
        break;
    case EventKind::PaymentTaken:
        if (order.pending() && order.deadline <= at) {
            fail(Invariant::DeadlineDecides, "an order was paid after its deadline");
        }
        takePayment(order, event);
        break;
    case EventKind::RefundMade:
        refund(order, event);
        break;
    default:
        payOrder(order, event.kind == EventKind::OrderPaid);
        break;
    }
}

void Model::placeOrder(const Event& event, Instant at)
{
    const auto hold = m_holds.find(*event.hold);
    if (hold == m_holds.end() || hold->second.state != HoldState::Active) {
        fail(Invariant::HoldEndsOnce,
             "an order used hold " + toString(*event.hold) + ", which was not active");
        return;
    }
    if (hold->second.until <= at) {
        fail(Invariant::DeadlineDecides,
             "an order used hold " + toString(*event.hold) + " after its deadline");
    }
    if (m_orders.contains(*event.order)) {
        fail(Invariant::EffectHappensOnce, "order " + toString(*event.order) + " was placed again");
    }
    endHold(hold->second, HoldState::Consumed);
    hold->second.order = *event.order;
    Order& order = m_orders[*event.order];
    order.hold = *event.hold;
    order.owner = event.by;
    order.totalMinor = *event.amountMinor;
    order.deadline = *event.until;
    Minor sum = 0;
    for (const OrderLine& line : event.orderLines) {
        order.lines.push_back({line.product, line.qty, line.totalMinor, 0, 0});
        m_products[line.product].meant.committed += line.qty;
        sum += line.totalMinor;
    }
    const bool sameGoods =
        std::equal(order.lines.begin(), order.lines.end(), hold->second.lines.begin(),
                   hold->second.lines.end(), [](const Line& line, const HoldLine& held) {
                       return line.product == held.product && line.qty == held.qty;
                   });
    if (!sameGoods) {
        fail(Invariant::CountersMatch, "an order has other lines than its hold");
    }
    if (sum != order.totalMinor) {
        fail(Invariant::MoneyAddsUp, "an order's lines do not add up to its total");
    }
}

void Model::cancelOrder(Order& order, const Event& event, Instant at)
{
    if (!order.pending()) {
        fail(Invariant::OrderPaidOnce,
             "order " + toString(*event.order) + " was cancelled, though it was not pending");
    }
    // Where a part is paid, a failure of the rest is for people to judge.
    if (event.text == "payment_failed" && order.paidMinor > 0) {
        fail(Invariant::MoneyAddsUp, "an order that was paid in part was cancelled by a gateway");
    }
    if (event.text == "payment_deadline" && order.deadline > at) {
        fail(Invariant::DeadlineDecides, "an order was cancelled before its deadline");
    }
    order.cancelled = true;
    order.cancelledNow = true;
    for (const Line& line : order.lines) {
        m_products[line.product].meant.committed -= line.qty;
    }
}

void Model::takePayment(Order& order, const Event& event)
{
    const auto known = [&event](const auto& payment) { return payment.first == *event.payment; };
    if (std::any_of(order.payments.begin(), order.payments.end(), known)) {
        fail(Invariant::OrderPaidOnce, "payment " + toString(*event.payment) + " was taken again");
    }
    if (order.paid || order.unfulfilled) {
        fail(Invariant::OrderPaidOnce, "order " + toString(*event.order) + " was paid again");
    }
    order.payments.emplace_back(*event.payment, *event.amountMinor);
    order.paidMinor += *event.amountMinor;
    // Only what costs nothing can be paid with nothing.
    const bool nothing = *event.amountMinor == 0 && order.totalMinor != 0;
    if (*event.amountMinor < 0 || nothing || order.paidMinor > order.totalMinor) {
        fail(Invariant::MoneyAddsUp, "order " + toString(*event.order) + " has taken too much");
    }
}

void Model::payOrder(Order& order, bool fulfilled)
{
    if (order.paid || order.unfulfilled) {
        fail(Invariant::OrderPaidOnce, "an order was marked paid again");
    }
    if (order.paidMinor != order.totalMinor) {
        fail(Invariant::MoneyAddsUp, "an order is paid with " + std::to_string(order.paidMinor) +
                                         " of " + std::to_string(order.totalMinor));
    }
    if (!fulfilled) {
        order.unfulfilled = true;
        return;
    }
    order.paid = true;
    for (const Line& line : order.lines) {
        m_products[line.product].meant.onHand -= line.qty;
        m_products[line.product].meant.committed -= order.cancelledNow ? 0 : line.qty;
    }
}

void Model::refund(Order& order, const Event& event)
{
    const auto known = [&event](const auto& refund) { return refund.first == *event.refund; };
    if (std::any_of(order.refunds.begin(), order.refunds.end(), known)) {
        fail(Invariant::EffectHappensOnce, "refund " + toString(*event.refund) + " was made again");
    }
    order.refunds.emplace_back(*event.refund, *event.amountMinor);
    order.refundedMinor += *event.amountMinor;
    note(event.text);
    if (order.refundedMinor > order.paidMinor || *event.amountMinor < 0) {
        fail(Invariant::RefundWithinPaid, "order " + toString(*event.order) + " gave back " +
                                              std::to_string(order.refundedMinor) + " of " +
                                              std::to_string(order.paidMinor));
    }
    Minor sum = 0;
    for (const RefundLine& line : event.refundLines) {
        refundLine(order, line, !event.stock.empty());
        sum += line.amountMinor;
    }
    if (sum != *event.amountMinor) {
        fail(Invariant::MoneyAddsUp, "a refund's lines do not add up to it");
    }
}

void Model::refundLine(Order& order, const RefundLine& refunded, bool restock)
{
    Line& line = order.lines.at(static_cast<std::size_t>(refunded.line));
    line.refundedQty += refunded.qty;
    line.refundedMinor += refunded.amountMinor;
    if (line.refundedQty > line.qty || line.refundedMinor > line.totalMinor) {
        fail(Invariant::RefundWithinPaid, "a line gave back more than it was");
    }
    if (restock) {
        m_products[line.product].meant.onHand += refunded.qty;
    }
}

} // namespace holdfast::sim
