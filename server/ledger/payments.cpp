#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast {

namespace {

/// Cash may be handed over in excess; what is asked for is rounded to coins that exist when it
/// settles the whole rest.
Result<Payment, Refused> cashPayment(const Batch& batch, const TakePayment& command, Minor due)
{
    const Minor offered = command.tenderedMinor.value_or(command.amountMinor.value_or(due));
    Payment payment{.id = command.id, .method = PaymentMethod::Cash, .at = batch.now()};
    payment.amountMinor = std::min(command.amountMinor.value_or(due), due);
    const Minor rounded = payment.amountMinor == due
                              ? roundCash(due, batch.rules().cashRoundingStepMinor)
                              : payment.amountMinor;
    payment.roundingMinor = rounded - payment.amountMinor;
    if (offered >= rounded) {
        payment.tenderedMinor = offered;
        payment.changeMinor = offered - rounded;
        return payment;
    }
    if (command.amountMinor && command.tenderedMinor) {
        return Failure<Refused>(invalidField("tendered_minor", "is less than amount_minor"));
    }
    // Less than the rounded sum may still be all that is due: 10.03 for 10.03, asked as 10.05.
    payment.amountMinor = std::min(offered, due);
    payment.tenderedMinor = offered;
    payment.roundingMinor = offered - payment.amountMinor;
    return payment;
}

Result<Payment, Refused> otherPayment(const Batch& batch, const TakePayment& command, Minor due)
{
    const Minor amount = command.amountMinor.value_or(due);
    if (amount > due) {
        return Failure<Refused>(Refused{.code = RefusalCode::Overpaid, .limit = due});
    }
    if (command.tenderedMinor && *command.tenderedMinor != amount) {
        return Failure<Refused>(
            invalidField("tendered_minor", "only cash can be handed over in excess"));
    }
    return Payment{.id = command.id,
                   .method = command.method,
                   .amountMinor = amount,
                   .tenderedMinor = amount,
                   .reference = command.reference,
                   .at = batch.now()};
}

} // namespace

void addPayment(Batch& batch, OrderEntry& entry, const Payment& payment)
{
    Order& order = entry.order;
    HOLDFAST_ASSERT(payment.amountMinor >= 0);
    order.payments.push_back(payment);
    order.paidMinor += payment.amountMinor;
    order.updatedAt = batch.now();
    entry.changed = true;
    batch.record({.kind = EventKind::PaymentTaken,
                  .order = order.id,
                  .payment = payment.id,
                  .amountMinor = payment.amountMinor,
                  .key = payment.reference,
                  .text = std::string(toString(payment.method))});
    if (order.state == OrderState::PendingPayment && order.dueMinor() == 0) {
        markPaid(batch, entry);
    }
}

Outcome decide(Batch& batch, const TakePayment& command)
{
    OrderEntry* entry = batch.order(command.order);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::OrderNotFound};
    }
    cancelIfOverdue(batch, *entry);
    const Order& order = entry->order;
    // Recorded answers are forgotten in the end; what they were about is not.
    if (std::any_of(order.payments.begin(), order.payments.end(),
                    [&command](const Payment& known) { return known.id == command.id; })) {
        return Refused{.code = RefusalCode::IdConflict};
    }
    if (order.state != OrderState::PendingPayment) {
        return Refused{.code = RefusalCode::OrderNotPayable};
    }
    const Minor due = order.dueMinor();
    auto payment = command.method == PaymentMethod::Cash ? cashPayment(batch, command, due)
                                                         : otherPayment(batch, command, due);
    if (!payment) {
        return payment.error();
    }
    if (payment->amountMinor <= 0) {
        return invalidField("amount_minor", "must be at least 1");
    }
    addPayment(batch, *entry, *payment);
    return PaymentOutcome{entry->order, *payment};
}

} // namespace holdfast
