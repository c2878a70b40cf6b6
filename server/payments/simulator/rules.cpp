#include "server/payments/simulator/rules.h"

namespace holdfast::cardsim {

namespace {

Behaviour behaviourOfEnding(Minor amountMinor)
{
    switch (amountMinor % 100) {
    case 1:
        return Behaviour::Decline;
    case 2:
        return Behaviour::Silent;
    case 3:
        return Behaviour::Late;
    case 4:
        return Behaviour::Duplicate;
    case 5:
        return Behaviour::Reorder;
    case 6:
        return Behaviour::Mismatch;
    case 7:
        return Behaviour::LateCancel;
    case 8:
        return Behaviour::Early;
    case 9:
        return Behaviour::Lossy;
    default:
        return Behaviour::Approve;
    }
}

} // namespace

Behaviour chooseBehaviour(const SimRules& rules, Minor amountMinor, std::optional<Behaviour> asked)
{
    if (asked) {
        return *asked;
    }
    if (rules.manual) {
        return Behaviour::Manual;
    }
    return rules.amountRules ? behaviourOfEnding(amountMinor) : Behaviour::Approve;
}

std::optional<Instant> decisionTime(const SimRules& rules, Behaviour behaviour, Instant createdAt)
{
    if (behaviour == Behaviour::Manual) {
        return std::nullopt;
    }
    return behaviour == Behaviour::Early ? createdAt : createdAt + rules.approveDelay;
}

std::vector<Notice> approvalNotices(const SimRules& rules, const SimPayment& payment, Instant now)
{
    Notice paid;
    paid.status = PaymentEventStatus::Paid;
    paid.amountMinor = payment.amountMinor;
    paid.occurredAt = now;
    std::vector<Notice> notices;
    switch (payment.behaviour) {
    case Behaviour::Late:
        paid.delay = rules.lateDelay;
        break;
    case Behaviour::Duplicate:
        paid.copies = 3;
        break;
    case Behaviour::Mismatch:
        paid.amountMinor += 1;
        break;
    case Behaviour::Lossy:
        paid.losses = 2;
        break;
    case Behaviour::Reorder: {
        Notice failed = paid;
        failed.status = PaymentEventStatus::Failed;
        failed.occurredAt = payment.createdAt;
        failed.reason = "first_try_declined";
        failed.delay = rules.reorderDelay;
        notices.push_back(failed);
        break;
    }
    default:
        break;
    }
    notices.push_back(paid);
    return notices;
}

} // namespace holdfast::cardsim
