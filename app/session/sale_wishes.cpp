// What a person at the till can wish for.
#include "app/session/sale_machine.h"
#include "app/session/sale_rules.h"

#include "shared/domain/limits.h"

#include <algorithm>

namespace holdfast {

using namespace rules;

namespace {

constexpr int qtyMax = static_cast<int>(limits::quantityMax);
constexpr auto linesMax = static_cast<qsizetype>(limits::linesPerHoldMax);

/// A changed line asks again, whatever was refused before.
void askAgain(Sale& sale, SaleLine& line)
{
    line.refusal = LineRefusal::None;
    sale.hold.wanted = true;
    syncPromises(sale);
}

void selectNeighbour(Sale& sale, qsizetype position)
{
    if (sale.lines.isEmpty()) {
        sale.selectedLineId.clear();
        return;
    }
    sale.selectedLineId = sale.lines[std::min(position, sale.lines.size() - 1)].lineId;
}

} // namespace

Sale SaleMachine::begin(int number, qint64 nowMs)
{
    Sale sale;
    sale.id = makeId(nowMs);
    sale.number = number;
    return sale;
}

bool SaleMachine::add(Sale& sale, const Goods& goods, int qty, qint64 nowMs)
{
    if (!isEditable(sale) || qty < 1) {
        return false;
    }
    auto line = std::find_if(sale.lines.begin(), sale.lines.end(), [&](const SaleLine& candidate) {
        return candidate.productId == goods.productId;
    });
    if (line == sale.lines.end()) {
        if (sale.lines.size() >= linesMax || qty > qtyMax) {
            return false;
        }
        sale.lines.append(
            {makeId(nowMs), goods.productId, goods.name, goods.unitPriceMinor, goods.taxRateBp, 0});
        line = std::prev(sale.lines.end());
    } else if (qty > qtyMax - line->qty) {
        return false;
    }
    line->qty += qty;
    askAgain(sale, *line);
    sale.selectedLineId = line->lineId;
    sale.touchedLineId = line->lineId;
    return true;
}

bool SaleMachine::setQty(Sale& sale, const QString& lineId, int qty)
{
    if (qty == 0) {
        return remove(sale, lineId);
    }
    SaleLine* line = lineOf(sale, lineId);
    if (!isEditable(sale) || line == nullptr || qty < 0 || qty > qtyMax) {
        return false;
    }
    line->qty = qty;
    askAgain(sale, *line);
    sale.selectedLineId = lineId;
    sale.touchedLineId = lineId;
    return true;
}

bool SaleMachine::remove(Sale& sale, const QString& lineId)
{
    const SaleLine* line = lineOf(sale, lineId);
    if (!isEditable(sale) || line == nullptr) {
        return false;
    }
    const qsizetype position = std::distance(sale.lines.constData(), line);
    sale.removed = RemovedLine{*line, static_cast<int>(position)};
    sale.lines.removeAt(position);
    sale.touchedLineId.clear();
    selectNeighbour(sale, position);
    return true;
}

bool SaleMachine::undoRemove(Sale& sale)
{
    if (!isEditable(sale) || !sale.removed) {
        return false;
    }
    const RemovedLine back = *std::exchange(sale.removed, std::nullopt);
    const auto same = std::find_if(sale.lines.begin(), sale.lines.end(), [&](const SaleLine& line) {
        return line.productId == back.line.productId;
    });
    if (same != sale.lines.end()) {
        return setQty(sale, same->lineId, same->qty + back.line.qty);
    }
    const SaleLine line = back.line;
    const qsizetype position = std::min<qsizetype>(back.position, sale.lines.size());
    askAgain(sale, *sale.lines.insert(position, line));
    sale.selectedLineId = line.lineId;
    sale.touchedLineId = line.lineId;
    return true;
}

bool SaleMachine::takeAvailable(Sale& sale, const QString& lineId)
{
    SaleLine* line = lineOf(sale, lineId);
    if (!isEditable(sale) || line == nullptr) {
        return false;
    }
    switch (line->refusal) {
    case LineRefusal::Short:
        return setQty(sale, lineId, line->left);
    case LineRefusal::NotSold:
        return remove(sale, lineId);
    case LineRefusal::NotAllowed:
        askAgain(sale, *line);
        return true;
    case LineRefusal::None:
        break;
    }
    return false;
}

bool SaleMachine::retryHold(Sale& sale)
{
    if (!isEditable(sale) || sale.lines.isEmpty()) {
        return false;
    }
    for (SaleLine& line : sale.lines) {
        askAgain(sale, line);
    }
    return true;
}

bool SaleMachine::extend(Sale& sale)
{
    if (sale.hold.phase != HoldPhase::Active || sale.hold.extendWanted || sale.order) {
        return false;
    }
    sale.hold.extendWanted = true;
    return true;
}

bool SaleMachine::startPayment(Sale& sale)
{
    if (!isEditable(sale) || sale.lines.isEmpty() || hasRefusal(sale) || !sale.hold.wanted) {
        return false;
    }
    endAttempt(sale, PayPhase::Choosing, PayMessage::None);
    return true;
}

bool SaleMachine::leavePayment(Sale& sale)
{
    const PayPhase phase = sale.payment.phase;
    if (phase == PayPhase::Idle || phase == PayPhase::Paid || isChargeOpen(sale) ||
        (sale.order && sale.order->paidMinor > 0)) {
        return false;
    }
    endAttempt(sale, PayPhase::Idle, PayMessage::None);
    return true;
}

namespace {

bool mayCharge(const Sale& sale)
{
    const PayPhase phase = sale.payment.phase;
    return (phase == PayPhase::Choosing || phase == PayPhase::CardDeclined) && !hasRefusal(sale);
}

} // namespace

bool SaleMachine::payCash(Sale& sale, qint64 tenderedMinor, qint64 expectedMinor, qint64 nowMs)
{
    if (!mayCharge(sale) || tenderedMinor < 0 || (tenderedMinor == 0 && expectedMinor > 0)) {
        return false;
    }
    endAttempt(sale, PayPhase::Cash, PayMessage::None);
    sale.payment.attemptId = makeId(nowMs);
    sale.payment.tenderedMinor = tenderedMinor;
    sale.payment.expectedMinor = expectedMinor;
    return true;
}

bool SaleMachine::startCard(Sale& sale, qint64 expectedMinor, qint64 nowMs)
{
    if (!mayCharge(sale) || expectedMinor <= 0) {
        return false;
    }
    endAttempt(sale, PayPhase::CardWaiting, PayMessage::None);
    sale.payment.attemptId = makeId(nowMs);
    sale.payment.expectedMinor = expectedMinor;
    sale.payment.cardSinceMs = nowMs;
    sale.payment.cardHeardMs = nowMs;
    return true;
}

bool SaleMachine::cancelCard(Sale& sale)
{
    SalePayment& payment = sale.payment;
    if ((payment.phase != PayPhase::CardWaiting && payment.phase != PayPhase::CardUnknown) ||
        payment.cancelRequested) {
        return false;
    }
    if (!payment.attemptSent) {
        endAttempt(sale, PayPhase::Choosing, PayMessage::None);
    } else {
        payment.cancelRequested = true;
    }
    return true;
}

bool SaleMachine::voidSale(Sale& sale)
{
    if (isChargeOpen(sale) || sale.payment.phase == PayPhase::Paid ||
        (sale.order && sale.order->paidMinor > 0)) {
        return false;
    }
    endAttempt(sale, PayPhase::Idle, PayMessage::None);
    sale.voiding = true;
    return true;
}

bool SaleMachine::finish(Sale& sale)
{
    if (sale.payment.phase != PayPhase::Paid) {
        return false;
    }
    sale.closed = true;
    return true;
}

} // namespace holdfast
