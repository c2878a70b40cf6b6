#include "server/runtime/command_answer.h"

#include "shared/domain/assert.h"
#include "shared/protocol/encode.h"
#include "shared/protocol/problem.h"

namespace holdfast {

namespace {

/// 201 for commands that make something, 200 for those that change it.
int successStatus(const Command& command)
{
    const bool makes = std::holds_alternative<PlaceHold>(command) ||
                       std::holds_alternative<PlaceOrder>(command) ||
                       std::holds_alternative<TakePayment>(command) ||
                       std::holds_alternative<RefundOrder>(command) ||
                       std::holds_alternative<MoveStock>(command) ||
                       std::holds_alternative<CreateProduct>(command) ||
                       std::holds_alternative<CreateToken>(command);
    return makes ? 201 : 200;
}

std::string_view orderMessage(const Order& order)
{
    switch (order.state) {
    case OrderState::PendingPayment:
        return "Order placed; waiting for payment.";
    case OrderState::Paid:
        return "Order paid.";
    case OrderState::Cancelled:
        return "Order cancelled.";
    default:
        return "Order changed.";
    }
}

class Encoder
{
public:
    Encoder(const Envelope& envelope, Instant now) : m_envelope(envelope), m_now(now) {}

    CommandAnswer operator()(const Refused& refused) const
    {
        return {.status = problemText(refused.code).status,
                .body = problemBody(refused, m_envelope.requestId)};
    }

    CommandAnswer operator()(const HoldOutcome& outcome) const
    {
        return success(dataAnswer([&](JsonWriter& json) { writeHold(json, outcome.hold, m_now); }));
    }

    CommandAnswer operator()(const OrderOutcome& outcome) const
    {
        JsonWriter json;
        json.beginObject().field("message", orderMessage(outcome.order)).key("data");
        writeOrder(json, outcome.order);
        json.endObject();
        return success(json.take());
    }

    CommandAnswer operator()(const PaymentOutcome& outcome) const
    {
        return success(dataAnswer([&](JsonWriter& json) {
            json.beginObject();
            writePayment(json, outcome.payment, outcome.order.id);
            json.key("order");
            writeOrder(json, outcome.order);
            json.endObject();
        }));
    }

    CommandAnswer operator()(const RefundOutcome& outcome) const
    {
        return success(dataAnswer([&](JsonWriter& json) {
            json.beginObject();
            writeRefund(json, outcome.refund, outcome.order);
            json.key("order");
            writeOrder(json, outcome.order);
            json.endObject();
        }));
    }

    CommandAnswer operator()(const PaymentEventOutcome& outcome) const
    {
        JsonWriter json;
        json.beginObject().field("duplicate", outcome.duplicate).key("data").beginObject();
        writeInboxEvent(json, outcome.inbox);
        json.key("order_state");
        if (outcome.orderState) {
            json.value(toString(*outcome.orderState));
        } else {
            json.null();
        }
        json.field("duplicate", outcome.duplicate).endObject().endObject();
        const bool waiting = outcome.inbox.result == EventResult::Waiting && !outcome.duplicate;
        return {.status = waiting ? 202 : 200, .body = json.take()};
    }

    CommandAnswer operator()(const MovementOutcome& outcome) const
    {
        return success(dataAnswer([&](JsonWriter& json) {
            json.beginObject();
            writeMovement(json, outcome.movement);
            json.field("on_hand", outcome.stock.onHand)
                .field("held", outcome.stock.held)
                .field("committed", outcome.stock.committed)
                .field("available", outcome.stock.available())
                .endObject();
        }));
    }

    CommandAnswer operator()(const ProductOutcome& outcome) const
    {
        CommandAnswer answer = success(dataAnswer([&](JsonWriter& json) {
            writeProduct(json, {outcome.product, outcome.stock, outcome.stockVersion});
        }));
        answer.etag = productEtag(outcome.product.version, outcome.stockVersion);
        return answer;
    }

    CommandAnswer operator()(const TokenOutcome& outcome) const
    {
        return success(dataAnswer([&](JsonWriter& json) {
            json.beginObject()
                .field("id", outcome.token.id)
                .field("name", outcome.token.name)
                .field("role", toString(outcome.token.role))
                .field("created_at", outcome.token.createdAt)
                .field("revoked_at", outcome.token.revokedAt)
                .endObject();
        }));
    }

    // These two answer to callers inside the process, which read the outcome itself.
    CommandAnswer operator()(const ImportOutcome& /*outcome*/) const { return {.status = 200}; }
    CommandAnswer operator()(const SweepOutcome& /*outcome*/) const { return {.status = 200}; }

    CommandAnswer operator()(const ReplayStored& replay) const
    {
        return {.status = replay.answer.status, .body = replay.answer.body, .replayed = true};
    }

    CommandAnswer operator()(const ReplayOfCommand& /*replay*/) const
    {
        HOLDFAST_ASSERT(false); // resolved by the batch runner, which has the other answer
    }

private:
    CommandAnswer success(std::string body) const
    {
        return {.status = successStatus(m_envelope.command), .body = std::move(body)};
    }

    const Envelope& m_envelope;
    Instant m_now;
};

} // namespace

CommandAnswer encodeAnswer(const Envelope& envelope, const Outcome& outcome, Instant now)
{
    return std::visit(Encoder(envelope, now), outcome);
}

std::string productEtag(std::int64_t version, std::int64_t stockVersion)
{
    return '"' + std::to_string(version) + '.' + std::to_string(stockVersion) + '"';
}

} // namespace holdfast
