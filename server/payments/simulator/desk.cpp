#include "server/payments/simulator/desk.h"

#include "shared/domain/assert.h"

namespace holdfast::cardsim {

namespace {

Failure<DeskRefusal> refused(DeskRefusal refusal)
{
    return Failure<DeskRefusal>(refusal);
}

bool sameRequest(const SimPayment& payment, const PaymentRequest& request)
{
    return payment.orderId == request.orderId && payment.amountMinor == request.amountMinor &&
           payment.currency == request.currency;
}

} // namespace

std::string_view codeOf(DeskRefusal refusal)
{
    switch (refusal) {
    case DeskRefusal::PaymentUnknown:
        return "payment_unknown";
    case DeskRefusal::IdConflict:
        return "id_conflict";
    case DeskRefusal::CancelTooLate:
        return "cancel_too_late";
    case DeskRefusal::PaymentFinal:
        return "payment_final";
    case DeskRefusal::NotRefundable:
        return "not_refundable";
    case DeskRefusal::RefundTooLarge:
        return "refund_too_large";
    case DeskRefusal::TooManyPayments:
        return "too_many_payments";
    }
    HOLDFAST_ASSERT(false);
}

int httpStatusOf(DeskRefusal refusal)
{
    switch (refusal) {
    case DeskRefusal::PaymentUnknown:
        return 404;
    case DeskRefusal::IdConflict:
    case DeskRefusal::CancelTooLate:
    case DeskRefusal::PaymentFinal:
    case DeskRefusal::NotRefundable:
        return 409;
    case DeskRefusal::RefundTooLarge:
        return 422;
    case DeskRefusal::TooManyPayments:
        return 503;
    }
    HOLDFAST_ASSERT(false);
}

PaymentDesk::PaymentDesk(SimRules rules, WebhookOutbox& outbox, WebhookOutbox::MakeId makeId)
    : m_rules(rules), m_outbox(outbox), m_makeId(std::move(makeId))
{}

DeskResult PaymentDesk::create(const PaymentRequest& request, Instant now)
{
    if (const SimPayment* const known = find(request.id)) {
        return sameRequest(*known, request) ? DeskResult(known) : refused(DeskRefusal::IdConflict);
    }
    if (m_payments.size() >= sim_limits::paymentsMax) {
        return refused(DeskRefusal::TooManyPayments);
    }
    SimPayment payment;
    payment.id = request.id.empty() ? m_makeId("pay_") : request.id;
    payment.orderId = request.orderId;
    payment.amountMinor = request.amountMinor;
    payment.currency = request.currency;
    payment.behaviour = chooseBehaviour(m_rules, request.amountMinor, request.behaviour);
    payment.createdAt = now;
    payment.decidesAt = decisionTime(m_rules, payment.behaviour, now);
    insert(std::move(payment));
    return &m_payments.back();
}

DeskResult PaymentDesk::ask(std::string_view id, Instant now)
{
    SimPayment* const payment = find(id);
    if (payment == nullptr) {
        return refused(DeskRefusal::PaymentUnknown);
    }
    const bool silenceIsOver = now >= payment->createdAt + m_rules.silence;
    if (payment->state == PaymentState::Unknown && silenceIsOver) {
        approveNow(*payment, now);
    }
    return payment;
}

DeskResult PaymentDesk::approve(std::string_view id, Instant now)
{
    SimPayment* const payment = find(id);
    if (payment == nullptr) {
        return refused(DeskRefusal::PaymentUnknown);
    }
    if (payment->state == PaymentState::Approved) {
        return payment;
    }
    if (!payment->isOpen()) {
        return refused(DeskRefusal::PaymentFinal);
    }
    approveNow(*payment, now);
    return payment;
}

DeskResult PaymentDesk::decline(std::string_view id, const std::string& reason, Instant now)
{
    SimPayment* const payment = find(id);
    if (payment == nullptr) {
        return refused(DeskRefusal::PaymentUnknown);
    }
    if (payment->state == PaymentState::Declined) {
        return payment;
    }
    if (!payment->isOpen()) {
        return refused(DeskRefusal::PaymentFinal);
    }
    close(*payment, PaymentState::Declined, reason, now);
    return payment;
}

DeskResult PaymentDesk::cancel(std::string_view id, Instant now)
{
    SimPayment* const payment = find(id);
    if (payment == nullptr) {
        return refused(DeskRefusal::PaymentUnknown);
    }
    if (payment->state == PaymentState::Cancelled) {
        return payment;
    }
    if (payment->state == PaymentState::Declined) {
        return refused(DeskRefusal::PaymentFinal);
    }
    if (!payment->isOpen() || payment->behaviour == Behaviour::LateCancel) {
        return refused(DeskRefusal::CancelTooLate);
    }
    close(*payment, PaymentState::Cancelled, "cancelled", now);
    return payment;
}

DeskResult PaymentDesk::refund(std::string_view id, std::optional<Minor> amountMinor, Instant now)
{
    SimPayment* const payment = find(id);
    if (payment == nullptr) {
        return refused(DeskRefusal::PaymentUnknown);
    }
    if (payment->state != PaymentState::Approved &&
        payment->state != PaymentState::PartiallyRefunded) {
        return refused(DeskRefusal::NotRefundable);
    }
    const Minor left = payment->amountMinor - payment->refundedMinor;
    const Minor amount = amountMinor.value_or(left);
    HOLDFAST_ASSERT(amount > 0);
    if (amount > left) {
        return refused(DeskRefusal::RefundTooLarge);
    }
    payment->refundedMinor += amount;
    payment->state = amount == left ? PaymentState::Refunded : PaymentState::PartiallyRefunded;
    Notice notice;
    notice.status = PaymentEventStatus::Refunded;
    notice.amountMinor = amount;
    notice.occurredAt = now;
    m_outbox.add(*payment, notice, now);
    return payment;
}

void PaymentDesk::tick(Instant now)
{
    while (!m_due.empty() && m_due.begin()->first <= now) {
        SimPayment& payment = *m_due.begin()->second;
        m_due.erase(m_due.begin());
        // Someone may have been quicker than the clock.
        if (payment.state == PaymentState::Processing) {
            decide(payment, now);
        }
    }
}

std::optional<Instant> PaymentDesk::nextDue() const
{
    return m_due.empty() ? std::nullopt : std::optional(m_due.begin()->first);
}

void PaymentDesk::restore(std::vector<SimPayment> payments)
{
    m_payments.clear();
    m_byId.clear();
    m_due.clear();
    for (SimPayment& payment : payments) {
        insert(std::move(payment));
    }
}

SimPayment* PaymentDesk::find(std::string_view id)
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : found->second;
}

void PaymentDesk::insert(SimPayment payment)
{
    m_payments.push_back(std::move(payment));
    SimPayment& kept = m_payments.back();
    m_byId.emplace(kept.id, &kept);
    if (kept.decidesAt && kept.state == PaymentState::Processing) {
        m_due.emplace(*kept.decidesAt, &kept);
    }
}

void PaymentDesk::decide(SimPayment& payment, Instant now)
{
    switch (payment.behaviour) {
    case Behaviour::Decline:
        close(payment, PaymentState::Declined, "card_declined", now);
        break;
    case Behaviour::Silent:
        payment.state = PaymentState::Unknown;
        break;
    default:
        approveNow(payment, now);
        break;
    }
}

/// The end of a payment that took no money.
void PaymentDesk::close(SimPayment& payment, PaymentState state, const std::string& reason,
                        Instant now)
{
    payment.state = state;
    payment.reason = reason;
    payment.decidedAt = now;
    Notice notice;
    notice.status = PaymentEventStatus::Failed;
    notice.amountMinor = payment.amountMinor;
    notice.occurredAt = now;
    notice.reason = reason;
    m_outbox.add(payment, notice, now);
}

void PaymentDesk::approveNow(SimPayment& payment, Instant now)
{
    payment.state = PaymentState::Approved;
    payment.decidedAt = now;
    for (const Notice& notice : approvalNotices(m_rules, payment, now)) {
        m_outbox.add(payment, notice, now);
    }
}

} // namespace holdfast::cardsim
