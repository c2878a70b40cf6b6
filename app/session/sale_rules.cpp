#include "app/session/sale_rules.h"

#include <algorithm>

namespace holdfast::rules {

bool isEditable(const Sale& sale)
{
    return sale.payment.phase == PayPhase::Idle && !sale.voiding && !sale.closed;
}

SaleLine* lineOf(Sale& sale, const QString& lineId)
{
    const auto found = std::find_if(sale.lines.begin(), sale.lines.end(),
                                    [&](const SaleLine& line) { return line.lineId == lineId; });
    return found == sale.lines.end() ? nullptr : &*found;
}

QList<wire::LineWanted> wantedLines(const Sale& sale)
{
    QList<wire::LineWanted> lines;
    for (const SaleLine& line : sale.lines) {
        const int qty = line.refusal == LineRefusal::None ? line.qty : line.promised;
        if (qty > 0) {
            lines.append({line.productId, qty});
        }
    }
    return lines;
}

bool sameLines(QList<wire::LineWanted> a, QList<wire::LineWanted> b)
{
    const auto byProduct = [](const wire::LineWanted& x, const wire::LineWanted& y) {
        return x.productId < y.productId;
    };
    std::sort(a.begin(), a.end(), byProduct);
    std::sort(b.begin(), b.end(), byProduct);
    return a == b;
}

void syncPromises(Sale& sale)
{
    for (SaleLine& line : sale.lines) {
        line.promised = 0;
        for (const wire::LineWanted& held : sale.hold.lines) {
            if (held.productId == line.productId) {
                line.promised += held.qty;
            }
        }
    }
}

void expireHold(Sale& sale)
{
    sale.hold = {};
    sale.hold.phase = HoldPhase::Expired;
    sale.hold.wanted = false;
    syncPromises(sale);
    if (!isChargeOpen(sale) || !sale.payment.attemptSent) {
        endAttempt(sale, PayPhase::Idle, PayMessage::None);
    }
}

void dropOrder(Sale& sale)
{
    sale.order.reset();
    sale.orderCancelWanted = false;
    sale.orderStale = false;
    sale.hold = {};
    syncPromises(sale);
}

void endAttempt(Sale& sale, PayPhase phase, PayMessage message)
{
    sale.payment = {};
    sale.payment.phase = phase;
    sale.payment.message = message;
}

void declineCard(Sale& sale, PayMessage message)
{
    endAttempt(sale, PayPhase::CardDeclined, message);
    if (!sale.order) {
        return;
    }
    if (sale.order->state == OrderState::Cancelled) {
        dropOrder(sale);
    } else if (sale.order->paidMinor == 0) {
        // A failed attempt ends its order, on the server too: each attempt has an order of its own,
        // so that a late notice about this one can never touch the next.
        sale.orderCancelWanted = true;
    }
}

} // namespace holdfast::rules
