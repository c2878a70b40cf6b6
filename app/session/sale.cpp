#include "app/session/sale.h"

#include <algorithm>

namespace holdfast {

bool isChargeOpen(const Sale& sale)
{
    switch (sale.payment.phase) {
    case PayPhase::Cash:
        return sale.payment.attemptSent;
    case PayPhase::CardWaiting:
    case PayPhase::CardUnknown:
    case PayPhase::CardApproved:
        return true;
    case PayPhase::Idle:
    case PayPhase::Choosing:
    case PayPhase::CardDeclined:
    case PayPhase::Paid:
        break;
    }
    return false;
}

bool isSettledHold(const Sale& sale)
{
    return sale.hold.phase == HoldPhase::Active && !sale.pending &&
           std::all_of(sale.lines.begin(), sale.lines.end(), [](const SaleLine& line) {
               return line.qty == line.promised && line.refusal == LineRefusal::None;
           });
}

bool hasRefusal(const Sale& sale)
{
    return std::any_of(sale.lines.begin(), sale.lines.end(),
                       [](const SaleLine& line) { return line.refusal != LineRefusal::None; });
}

bool needsOrder(const Sale& sale)
{
    if (!sale.order || sale.payment.phase == PayPhase::Paid) {
        return false;
    }
    return sale.orderStale || needsCard(sale);
}

bool needsCard(const Sale& sale)
{
    switch (sale.payment.phase) {
    case PayPhase::CardWaiting:
    case PayPhase::CardUnknown:
    case PayPhase::CardApproved:
        return sale.payment.attemptSent;
    default:
        return false;
    }
}

} // namespace holdfast
