// Which command comes next.
#include "app/session/sale_machine.h"

#include "app/session/sale_rules.h"

#include <algorithm>

namespace holdfast {

using namespace rules;
using namespace Qt::StringLiterals;

QString SaleMachine::makeId(qint64 nowMs)
{
    return QString::fromStdString(toString(m_ids.make(nowMs)));
}

ClientCommand SaleMachine::command(Sale& sale, CommandKind kind, const QString& subject,
                                   qint64 nowMs)
{
    ClientCommand command;
    command.id = makeId(nowMs);
    command.saleId = sale.id;
    command.kind = kind;
    command.verb = "POST";
    sale.pending = PendingCommand{command.id, kind, subject, {}};
    return command;
}

std::optional<ClientCommand> SaleMachine::next(Sale& sale, qint64 nowMs)
{
    if (sale.pending || sale.closed) {
        return std::nullopt;
    }
    if (sale.order) {
        return nextForOrder(sale, nowMs);
    }
    if (sale.voiding && sale.hold.phase != HoldPhase::Active) {
        sale.closed = true;
        return std::nullopt;
    }
    return nextForHold(sale, nowMs);
}

std::optional<ClientCommand> SaleMachine::nextForOrder(Sale& sale, qint64 nowMs)
{
    const OrderFacts& order = *sale.order;
    SalePayment& payment = sale.payment;
    if (sale.orderStale || payment.phase == PayPhase::Paid) {
        return std::nullopt;
    }
    const QString path = u"/api/orders/"_s + order.id;
    const bool abandoned = sale.voiding || sale.orderCancelWanted ||
                           (payment.phase == PayPhase::Idle && order.paidMinor == 0);
    if (abandoned && order.state == OrderState::PendingPayment) {
        ClientCommand cancel = command(sale, CommandKind::CancelOrder, order.id, nowMs);
        cancel.path = path + u"/cancel"_s;
        return cancel;
    }
    if (payment.phase == PayPhase::Cash && !payment.attemptSent) {
        ClientCommand pay = command(sale, CommandKind::CashPayment, payment.attemptId, nowMs);
        pay.path = path + u"/payments"_s;
        pay.body = wire::cashPayment(payment.attemptId, payment.tenderedMinor);
        payment.attemptSent = true;
        return pay;
    }
    if (payment.phase == PayPhase::CardWaiting && !payment.attemptSent) {
        ClientCommand start = command(sale, CommandKind::CardStart, payment.attemptId, nowMs);
        start.endpoint = Endpoint::Gateway;
        start.path = wire::cardPath({});
        start.body = wire::cardStart(payment.attemptId, order.id, order.dueMinor, order.currency);
        payment.attemptSent = true;
        payment.cardSinceMs = nowMs;
        payment.cardHeardMs = nowMs;
        return start;
    }
    if (payment.cancelRequested && payment.cardStarted && !payment.cancelSent) {
        ClientCommand cancel = command(sale, CommandKind::CardCancel, payment.attemptId, nowMs);
        cancel.endpoint = Endpoint::Gateway;
        cancel.path = wire::cardPath(payment.attemptId) + u"/cancel"_s;
        payment.cancelSent = true;
        return cancel;
    }
    return std::nullopt;
}

std::optional<ClientCommand> SaleMachine::nextForHold(Sale& sale, qint64 nowMs)
{
    const QList<wire::LineWanted> wanted =
        sale.voiding ? QList<wire::LineWanted>() : wantedLines(sale);
    if (sale.hold.phase != HoldPhase::Active) {
        if (!sale.hold.wanted || wanted.isEmpty()) {
            return std::nullopt;
        }
        return placeHold(sale, wanted, nowMs);
    }
    const QString path = u"/api/holds/"_s + sale.hold.id;
    if (wanted.isEmpty()) {
        ClientCommand release = command(sale, CommandKind::ReleaseHold, sale.hold.id, nowMs);
        release.verb = "DELETE";
        release.path = path;
        return release;
    }
    if (!sameLines(wanted, sale.hold.lines)) {
        ClientCommand change = command(sale, CommandKind::ChangeHold, sale.hold.id, nowMs);
        change.verb = "PATCH";
        change.path = path;
        change.body = wire::changeHold(wanted);
        sale.pending->lines = wanted;
        return change;
    }
    if (sale.hold.extendWanted) {
        ClientCommand extend = command(sale, CommandKind::ExtendHold, sale.hold.id, nowMs);
        extend.path = path + u"/extend"_s;
        extend.body = "{}";
        sale.hold.extendWanted = false;
        return extend;
    }
    const bool charging =
        sale.payment.phase == PayPhase::Cash || sale.payment.phase == PayPhase::CardWaiting;
    if (!charging || hasRefusal(sale)) {
        return std::nullopt;
    }
    const QString orderId = makeId(nowMs);
    ClientCommand order = command(sale, CommandKind::PlaceOrder, orderId, nowMs);
    order.path = u"/api/orders"_s;
    order.body = wire::placeOrder(orderId, sale.hold.id);
    return order;
}

ClientCommand SaleMachine::placeHold(Sale& sale, const QList<wire::LineWanted>& lines, qint64 nowMs)
{
    // A hold that was refused or has ended keeps its answer for ever: every try is a new hold.
    const QString holdId = makeId(nowMs);
    ClientCommand place = command(sale, CommandKind::PlaceHold, holdId, nowMs);
    place.path = u"/api/holds"_s;
    place.body = wire::placeHold(holdId, lines);
    sale.pending->lines = lines;
    return place;
}

bool SaleMachine::tick(Sale& sale, qint64 nowMs)
{
    if (sale.hold.phase == HoldPhase::Active && nowMs >= sale.hold.expiresAtMs && !sale.pending) {
        expireHold(sale);
        return true;
    }
    if (sale.payment.phase == PayPhase::CardWaiting && sale.payment.attemptSent &&
        (nowMs - sale.payment.cardSinceMs > m_timing.cardPatienceMs ||
         nowMs - sale.payment.cardHeardMs > m_timing.silencePatienceMs)) {
        sale.payment.phase = PayPhase::CardUnknown;
        return true;
    }
    if (sale.payment.phase == PayPhase::CardApproved &&
        sale.payment.message != PayMessage::NotRecorded &&
        nowMs - sale.payment.cardHeardMs > m_timing.silencePatienceMs) {
        sale.payment.message = PayMessage::NotRecorded;
        return true;
    }
    return false;
}

} // namespace holdfast
