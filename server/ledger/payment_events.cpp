#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

#include <algorithm>

/// What the messages of payment processors do (contract section 6). They repeat, come early, late
/// and out of order; each is applied once, and money is never lost silently.
namespace holdfast {

namespace {

void raiseFor(Batch& batch, AlertKind kind, const PaymentEvent& event, Minor amount,
              std::string detail)
{
    batch.raise({.kind = kind,
                 .order = event.order,
                 .eventKey = event.key,
                 .amountMinor = amount,
                 .detail = std::move(detail),
                 .raw = event.raw,
                 .at = {}});
}

bool knowsPayment(const Order& order, const std::string& reference)
{
    return !reference.empty() &&
           std::any_of(order.payments.begin(), order.payments.end(),
                       [&reference](const Payment& p) { return p.reference == reference; });
}

bool stockIsThere(Batch& batch, const Order& order)
{
    return std::all_of(order.lines.begin(), order.lines.end(), [&batch](const OrderLine& line) {
        return batch.available(line.product) >= line.qty;
    });
}

/// The event's own id becomes the payment's: applied once, named once.
Payment paymentOf(const Batch& batch, const InboxEvent& inbox, Minor amount)
{
    return {.id = PaymentId{inbox.id},
            .method = PaymentMethod::Card,
            .amountMinor = amount,
            .tenderedMinor = amount,
            .reference = inbox.event.paymentRef,
            .at = batch.now()};
}

/// What the order still wants; a cancelled order would want it again.
Minor wanted(const Order& order)
{
    return order.totalMinor - order.paidMinor;
}

EventResult applyLatePaid(Batch& batch, OrderEntry& entry, const InboxEvent& inbox, Minor amount)
{
    Order& order = entry.order;
    addPayment(batch, entry, paymentOf(batch, inbox, amount));
    if (stockIsThere(batch, order)) {
        markPaid(batch, entry);
        return EventResult::Applied;
    }
    order.state = OrderState::PaidUnfulfilled;
    batch.record({.kind = EventKind::OrderPaidUnfulfilled, .order = order.id});
    raiseFor(batch, AlertKind::PaidUnfulfilled, inbox.event, amount,
             "paid after it was cancelled, and the goods are gone");
    return EventResult::Unfulfilled;
}

EventResult applyPaid(Batch& batch, OrderEntry& entry, const InboxEvent& inbox)
{
    const PaymentEvent& event = inbox.event;
    Order& order = entry.order;
    if (knowsPayment(order, event.paymentRef)) {
        return EventResult::Ignored;
    }
    const bool open =
        order.state == OrderState::PendingPayment || order.state == OrderState::Cancelled;
    const Minor amount = event.amountMinor.value_or(open ? wanted(order) : order.totalMinor);
    if (!open) {
        // Another payment by its own name is money too much; without a name it is taken as the
        // same payment told again.
        if (event.paymentRef.empty()) {
            return EventResult::Ignored;
        }
        raiseFor(batch, AlertKind::Overpaid, event, amount, "another payment for a paid order");
        return EventResult::Overpaid;
    }
    // Once money of a cancelled order went back, no single payment can make it whole.
    if (amount != wanted(order) || order.refundedMinor > 0 ||
        event.currency.value_or(order.currency) != order.currency) {
        raiseFor(batch, AlertKind::Mismatch, event, amount,
                 "amount or currency is not what the order wants");
        return EventResult::Mismatch;
    }
    if (order.state == OrderState::Cancelled) {
        return applyLatePaid(batch, entry, inbox, amount);
    }
    addPayment(batch, entry, paymentOf(batch, inbox, amount));
    return EventResult::Applied;
}

EventResult applyFailed(Batch& batch, OrderEntry& entry)
{
    // Where a part is paid already, people decide; and paid wins over a later failure.
    if (entry.order.state != OrderState::PendingPayment || entry.order.paidMinor > 0) {
        return EventResult::Ignored;
    }
    cancelOrder(batch, entry, CancelCause::PaymentFailed);
    return EventResult::Applied;
}

EventResult applyRefunded(Batch& batch, OrderEntry& entry, const InboxEvent& inbox)
{
    const PaymentEvent& event = inbox.event;
    const Order& order = entry.order;
    const Minor amount = event.amountMinor.value_or(order.refundableMinor());
    // An order that still waits for payment would miss what went back when the rest is paid.
    if (order.state == OrderState::PendingPayment || amount <= 0 ||
        amount > order.refundableMinor() ||
        event.currency.value_or(order.currency) != order.currency) {
        raiseFor(batch, AlertKind::Mismatch, event, amount,
                 "refund of more than was paid, or before it was");
        return EventResult::Mismatch;
    }
    addRefund(batch, entry,
              {.id = RefundId{inbox.id},
               .amountMinor = amount,
               .lines = {},
               .restock = false,
               .reason = "refunded at the gateway",
               .at = batch.now()});
    return EventResult::Applied;
}

EventResult apply(Batch& batch, OrderEntry& entry, const InboxEvent& inbox)
{
    cancelIfOverdue(batch, entry);
    switch (inbox.event.status) {
    case PaymentEventStatus::Paid:
        return applyPaid(batch, entry, inbox);
    case PaymentEventStatus::Failed:
        return applyFailed(batch, entry);
    case PaymentEventStatus::Refunded:
        return applyRefunded(batch, entry, inbox);
    }
    HOLDFAST_ASSERT(false);
}

void recordResult(Batch& batch, const InboxEvent& inbox)
{
    batch.record({.kind = EventKind::PaymentEventReceived,
                  .order = inbox.event.order,
                  .gateway = inbox.event.gateway,
                  .key = inbox.event.key,
                  .text = std::string(toString(inbox.result))});
}

std::optional<OrderState> stateOf(const OrderEntry* entry)
{
    return entry == nullptr ? std::nullopt : std::optional(entry->order.state);
}

} // namespace

bool mayBeForgotten(const InboxEvent& inbox, Instant now)
{
    const bool settled =
        inbox.result == EventResult::Applied || inbox.result == EventResult::Ignored;
    return settled && inbox.event.status != PaymentEventStatus::Refunded &&
           inbox.receivedAt < now - limits::paymentEventRetention;
}

void applyWaitingEvents(Batch& batch, OrderEntry& entry)
{
    const auto waiting = batch.slice().waiting.find(entry.order.id);
    if (waiting == batch.slice().waiting.end()) {
        return;
    }
    for (const EventName& name : waiting->second) {
        const auto at = batch.slice().inbox.find(name);
        HOLDFAST_ASSERT(at != batch.slice().inbox.end());
        InboxEntry& waiter = at->second;
        if (waiter.inbox.result == EventResult::Waiting) {
            waiter.inbox.result = apply(batch, entry, waiter.inbox);
            waiter.changed = true;
            recordResult(batch, waiter.inbox);
        }
    }
}

Outcome decide(Batch& batch, const ReceivePaymentEvent& command)
{
    const PaymentEvent& event = command.event;
    Slice& slice = batch.slice();
    OrderEntry* order = batch.order(event.order);
    const EventName name{event.gateway, event.key};
    if (const auto known = slice.inbox.find(name); known != slice.inbox.end()) {
        if (!known->second.inbox.event.sameContent(event)) {
            raiseFor(batch, AlertKind::EventKeyReused, event, event.amountMinor.value_or(0),
                     "the same event key came with another order, status, amount or currency");
            return Refused{.code = RefusalCode::EventKeyReused};
        }
        return PaymentEventOutcome{known->second.inbox, stateOf(order), true};
    }
    InboxEntry entry{.inbox = {command.id, event, EventResult::Waiting, batch.now()},
                     .isNew = true};
    if (order == nullptr) {
        slice.waiting[event.order].push_back(name);
    } else {
        entry.inbox.result = apply(batch, *order, entry.inbox);
    }
    recordResult(batch, entry.inbox);
    const auto at = slice.inbox.emplace(name, std::move(entry)).first;
    return PaymentEventOutcome{at->second.inbox, stateOf(order), false};
}

} // namespace holdfast
