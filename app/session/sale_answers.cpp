// What the server and the gateway say, taken into the sale.
#include "app/session/sale_machine.h"
#include "app/session/sale_rules.h"

#include <algorithm>

namespace holdfast {

using namespace rules;

namespace {

void markShort(Sale& sale, const Problem& problem, const PendingCommand& pending)
{
    const auto mark = [&](int productId, int available) {
        for (SaleLine& line : sale.lines) {
            if (line.productId == productId) {
                line.refusal = LineRefusal::Short;
                line.left = available;
            }
        }
    };
    for (const Problem::ShortLine& shortLine : problem.lines) {
        mark(shortLine.productId, shortLine.available);
    }
    if (problem.lines.empty() && pending.lines.size() == 1) {
        mark(pending.lines.first().productId, problem.availableStock.value_or(0));
    }
}

/// The server names lines by their position in the request.
void markNotSold(Sale& sale, const Problem& problem, const PendingCommand& pending)
{
    for (const int position : problem.faultyLines) {
        if (position >= pending.lines.size()) {
            continue;
        }
        for (SaleLine& line : sale.lines) {
            if (line.productId == pending.lines[position].productId) {
                line.refusal = LineRefusal::NotSold;
            }
        }
    }
}

bool isHoldGone(const Problem& problem)
{
    return problem.status == 404 || problem.code == u"hold_expired" ||
           problem.code == u"hold_released" || problem.code == u"hold_consumed";
}

} // namespace

void SaleMachine::apply(Sale& sale, const CommandAnswer& answer, qint64 nowMs)
{
    if (!sale.pending || sale.pending->id != answer.commandId) {
        return; // taken in before
    }
    const PendingCommand pending = *std::exchange(sale.pending, std::nullopt);
    switch (pending.kind) {
    case CommandKind::PlaceHold:
    case CommandKind::ChangeHold:
    case CommandKind::ExtendHold:
        applyHold(sale, pending, answer, nowMs);
        break;
    case CommandKind::ReleaseHold:
        // However it ended, it holds nothing now.
        sale.hold = {};
        syncPromises(sale);
        break;
    case CommandKind::PlaceOrder:
        applyOrder(sale, pending, answer);
        break;
    case CommandKind::CancelOrder:
        applyCancelOrder(sale, answer);
        break;
    case CommandKind::CashPayment:
        applyCash(sale, answer);
        break;
    case CommandKind::CardStart:
    case CommandKind::CardCancel:
        applyCard(sale, pending, answer, nowMs);
        break;
    }
}

void SaleMachine::applyHold(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer,
                            qint64 nowMs)
{
    if (answer.outcome == Outcome::Refusal) {
        refuseHold(sale, pending, wire::readProblem(answer.status, answer.body));
        return;
    }
    SaleHold& hold = sale.hold;
    hold.phase = HoldPhase::Active;
    hold.id = pending.subjectId;
    const std::optional<HoldFacts> facts = wire::readHold(answer.body);
    if (!facts) {
        // The promise was given, only its words are unreadable: what was asked for is what we have.
        hold.lines = pending.kind == CommandKind::ExtendHold ? hold.lines : pending.lines;
        hold.expiresAtMs = std::max(hold.expiresAtMs, nowMs + m_timing.expiringMs);
        syncPromises(sale);
        return;
    }
    hold.lines = facts->lines;
    if (facts->expiresAtMs != hold.expiresAtMs) {
        const qint64 from = pending.kind == CommandKind::PlaceHold ? facts->createdAtMs : nowMs;
        hold.lifeMs = std::max<qint64>(1, facts->expiresAtMs - from);
        hold.expiresAtMs = facts->expiresAtMs;
    }
    syncPromises(sale);
    if (facts->state != HoldState::Active) {
        expireHold(sale); // an answer from before a long pause: it has ended since
    }
}

void SaleMachine::refuseHold(Sale& sale, const PendingCommand& pending, const Problem& problem)
{
    sale.fault = problem.detail;
    if (problem.code == u"insufficient_stock") {
        markShort(sale, problem, pending);
    } else if (pending.kind != CommandKind::PlaceHold && isHoldGone(problem)) {
        expireHold(sale);
        return;
    } else {
        markNotSold(sale, problem, pending);
    }
    if (pending.kind != CommandKind::ExtendHold && !hasRefusal(sale)) {
        // Nothing to put on a line: a person reads the server's words and decides.
        for (SaleLine& line : sale.lines) {
            if (line.qty != line.promised) {
                line.refusal = LineRefusal::NotAllowed;
            }
        }
        sale.hold.wanted = sale.hold.phase == HoldPhase::Active;
    }
    if (hasRefusal(sale) && sale.payment.phase != PayPhase::Idle && !sale.payment.attemptSent) {
        endAttempt(sale, PayPhase::Idle, PayMessage::None);
    }
}

void SaleMachine::applyOrder(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer)
{
    if (answer.outcome == Outcome::Success) {
        sale.hold = {};
        syncPromises(sale);
        const std::optional<OrderFacts> order = wire::readOrder(answer.body);
        sale.order = order.value_or(OrderFacts{});
        sale.order->id = order ? order->id : pending.subjectId;
        sale.orderStale = !order;
        if (order && order->state != OrderState::PendingPayment) {
            orderSeen(sale, *order); // it costs nothing, or its payment came before it
            return;
        }
        const PayPhase phase = sale.payment.phase;
        const bool charging = phase == PayPhase::Cash || phase == PayPhase::CardWaiting;
        if (order && charging && order->dueMinor != sale.payment.expectedMinor) {
            endAttempt(sale, PayPhase::Choosing, PayMessage::AmountChanged);
        }
        return;
    }
    const Problem problem = wire::readProblem(answer.status, answer.body);
    sale.fault = problem.detail;
    if (problem.code == u"hold_consumed" && !problem.orderId.isEmpty()) {
        sale.hold = {};
        syncPromises(sale);
        sale.order = OrderFacts{};
        sale.order->id = problem.orderId;
        sale.orderStale = true;
        endAttempt(sale, PayPhase::Choosing, PayMessage::None);
    } else if (isHoldGone(problem)) {
        expireHold(sale);
    } else {
        endAttempt(sale, PayPhase::Choosing, PayMessage::PaymentRefused);
    }
}

void SaleMachine::applyCancelOrder(Sale& sale, const CommandAnswer& answer)
{
    if (answer.outcome == Outcome::Success) {
        dropOrder(sale);
        return;
    }
    sale.fault = wire::readProblem(answer.status, answer.body).detail;
    sale.orderStale = sale.order.has_value();
}

void SaleMachine::applyCash(Sale& sale, const CommandAnswer& answer)
{
    if (!sale.order) {
        return;
    }
    if (answer.outcome == Outcome::Refusal) {
        sale.fault = wire::readProblem(answer.status, answer.body).detail;
        endAttempt(sale, PayPhase::Choosing, PayMessage::PaymentRefused);
        sale.orderStale = true;
        return;
    }
    sale.orderStale = true;
    if (const std::optional<OrderFacts> order = wire::readOrder(answer.body)) {
        orderSeen(sale, *order);
    }
}

void SaleMachine::applyCard(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer,
                            qint64 nowMs)
{
    SalePayment& payment = sale.payment;
    if (payment.attemptId != pending.subjectId || !needsCard(sale)) {
        return;
    }
    payment.cardHeardMs = nowMs;
    if (answer.outcome == Outcome::Success) {
        payment.cardStarted = true;
        if (const std::optional<CardFacts> card = wire::readCard(answer.body)) {
            cardSeen(sale, *card, nowMs);
        }
        return;
    }
    sale.fault = wire::readProblem(answer.status, answer.body).detail;
    if (pending.kind == CommandKind::CardStart) {
        declineCard(sale, PayMessage::GatewayRefused);
    } else {
        // Too late to cancel: the outcome is on its way.
        payment.cancelRequested = false;
        payment.cancelSent = false;
    }
}

void SaleMachine::orderSeen(Sale& sale, const OrderFacts& order)
{
    if (!sale.order || sale.order->id != order.id || sale.payment.phase == PayPhase::Paid) {
        return;
    }
    sale.order = order;
    sale.orderStale = false;
    SalePayment& payment = sale.payment;
    switch (order.state) {
    case OrderState::Paid:
    case OrderState::PartiallyRefunded:
    case OrderState::Refunded:
    case OrderState::PaidUnfulfilled: {
        const qint64 tendered = payment.tenderedMinor;
        endAttempt(sale, PayPhase::Paid,
                   order.state == OrderState::PaidUnfulfilled ? PayMessage::Unfulfilled
                                                              : PayMessage::None);
        payment.tenderedMinor = tendered;
        for (const PaymentFacts& taken : order.payments) {
            payment.changeMinor += taken.changeMinor;
        }
        sale.orderCancelWanted = false;
        sale.voiding = false;
        break;
    }
    case OrderState::Cancelled:
        if (!needsCard(sale)) {
            const bool lapsed =
                payment.phase == PayPhase::Choosing || payment.phase == PayPhase::Cash;
            dropOrder(sale);
            if (lapsed) {
                endAttempt(sale, PayPhase::Choosing, PayMessage::OrderLapsed);
            }
        } else if (order.cancelCause == CancelCause::PaymentFailed) {
            declineCard(sale,
                        payment.cancelRequested ? PayMessage::CardCancelled : PayMessage::Declined);
        }
        // Else the card may still be charged: only the gateway's word ends the attempt.
        break;
    case OrderState::PendingPayment:
        if (payment.phase == PayPhase::Cash && payment.attemptSent && !sale.pending) {
            endAttempt(sale, PayPhase::Choosing, PayMessage::PartlyPaid);
        }
        break;
    }
}

void SaleMachine::orderGone(Sale& sale, const QString& orderId)
{
    if (!sale.order || sale.order->id != orderId || sale.payment.phase == PayPhase::Paid ||
        needsCard(sale)) {
        return; // an open card attempt ends only by the gateway's word
    }
    dropOrder(sale);
    if (sale.payment.phase != PayPhase::Idle) {
        endAttempt(sale, PayPhase::Choosing, PayMessage::PaymentRefused);
    }
}

void SaleMachine::cardSeen(Sale& sale, const CardFacts& card, qint64 nowMs)
{
    if (!needsCard(sale) || (!card.id.isEmpty() && card.id != sale.payment.attemptId)) {
        return;
    }
    SalePayment& payment = sale.payment;
    switch (card.state) {
    case CardFacts::State::Approved:
        if (payment.phase != PayPhase::CardApproved) {
            payment.phase = PayPhase::CardApproved;
            payment.cancelRequested = false;
            payment.cardHeardMs = nowMs;
        }
        break;
    case CardFacts::State::Declined:
        declineCard(sale, PayMessage::Declined);
        break;
    case CardFacts::State::Cancelled:
        declineCard(sale, PayMessage::CardCancelled);
        break;
    case CardFacts::State::Waiting:
        payment.cardHeardMs = nowMs;
        if (payment.phase == PayPhase::CardUnknown &&
            nowMs - payment.cardSinceMs <= m_timing.cardPatienceMs) {
            payment.phase = PayPhase::CardWaiting; // it can be asked again
        }
        break;
    case CardFacts::State::Unknown:
        payment.cardHeardMs = nowMs;
        if (payment.phase == PayPhase::CardWaiting) {
            payment.phase = PayPhase::CardUnknown; // the gateway itself does not know
        }
        break;
    }
}

void SaleMachine::holdEnded(Sale& sale, const QString& holdId)
{
    if (sale.hold.phase == HoldPhase::Active && sale.hold.id == holdId && !sale.pending) {
        expireHold(sale);
    }
}

} // namespace holdfast
