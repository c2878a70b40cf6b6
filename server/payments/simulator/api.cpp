#include "server/payments/simulator/api.h"

#include "server/payments/simulator/request_body.h"
#include "server/payments/simulator/sim_json.h"

#include <QMetaObject>
#include <QTimer>

#include <string>

namespace holdfast::cardsim {

namespace {

using http::Method;
using http::Reply;
using http::Request;
using http::Response;

/// Behaviour::Early keeps its creator waiting this long, so that the webhook is there first.
constexpr int earlyAnswerMs = 500;
constexpr std::size_t listMax = 500;

struct Answer
{
    int httpStatus = 200;
    std::string body;
    int delayMs = 0; ///< the answer waits this long
};

using ApiResult = Result<Answer, RequestFault>;
/// A call that changes something: on the simulator's thread, in one go.
using Action = std::function<ApiResult(Simulator&, const Request&)>;

std::string_view viewOf(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QByteArray bytesOf(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

Failure<RequestFault> refusal(DeskRefusal reason, const std::string& detail)
{
    return Failure<RequestFault>(
        RequestFault{httpStatusOf(reason), std::string(codeOf(reason)), detail});
}

ApiResult answerOf(const DeskResult& result, int httpStatus = 200)
{
    if (result) {
        return Answer{httpStatus, dataOf(toJson(**result))};
    }
    switch (result.error()) {
    case DeskRefusal::PaymentUnknown:
        return refusal(result.error(), "There is no payment of this id.");
    case DeskRefusal::IdConflict:
        return refusal(result.error(), "This id names another payment.");
    case DeskRefusal::CancelTooLate:
        return refusal(result.error(), "The cancel came too late: the card is being charged.");
    case DeskRefusal::PaymentFinal:
        return refusal(result.error(), "The payment has ended otherwise.");
    case DeskRefusal::NotRefundable:
        return refusal(result.error(), "There is nothing to refund.");
    case DeskRefusal::RefundTooLarge:
        return refusal(result.error(), "More than what is left cannot be refunded.");
    case DeskRefusal::TooManyPayments:
        return refusal(result.error(), "The simulator is full; start it anew.");
    }
    return refusal(result.error(), "Refused.");
}

void sendFault(const Reply& reply, const RequestFault& fault)
{
    const QByteArray code = bytesOf(fault.code);
    const QByteArray detail = bytesOf(fault.detail);
    reply.problem({fault.httpStatus, code, http::statusText(fault.httpStatus), detail});
}

/// A page of another site must not press buttons here, although the browser could reach us.
bool comesFromElsewhere(const Request& request)
{
    const QByteArray origin = request.header("Origin");
    return !origin.isEmpty() && origin != QByteArray("http://") + request.header("Host");
}

std::optional<RequestFault> formFault(const Request& request)
{
    if (comesFromElsewhere(request)) {
        return RequestFault{403, "foreign_origin", "Calls from pages of other sites are refused."};
    }
    const QByteArray type = request.header("Content-Type").toLower();
    const bool otherType = !type.isEmpty() && !type.startsWith("application/json");
    if (!request.body.isEmpty() && otherType) {
        return RequestFault{415, "unsupported_media_type", "The body must be application/json."};
    }
    if (request.header("Idempotency-Key").size() > qsizetype(sim_limits::keyBytesMax)) {
        return RequestFault{400, "malformed_header", "Idempotency-Key is longer than 255 bytes."};
    }
    return std::nullopt;
}

/// Runs an action once per Idempotency-Key; a repeat gets the kept answer, byte for byte.
void runAction(Simulator& simulator, const Request& request, const Reply& reply,
               const Action& action)
{
    if (const auto fault = formFault(request)) {
        return sendFault(reply, *fault);
    }
    const std::string key = request.header("Idempotency-Key").toStdString();
    const std::string fingerprint = request.path.toStdString() + '\n' + request.body.toStdString();
    const auto kept = simulator.answers().find(key);
    if (!key.empty() && kept != simulator.answers().end()) {
        if (kept->second.fingerprint != fingerprint) {
            return sendFault(reply, {422, "idempotency_key_reused",
                                     "This Idempotency-Key was used for another request."});
        }
        Response again = Response::json(kept->second.httpStatus, bytesOf(kept->second.body));
        return reply.send(again.with("Idempotency-Replayed", "true"));
    }
    const ApiResult result = action(simulator, request);
    if (!result) {
        return sendFault(reply, result.error());
    }
    if (!key.empty()) {
        simulator.answers()[key] = {fingerprint, result->httpStatus, result->body};
    }
    simulator.changed();
    Response response = Response::json(result->httpStatus, bytesOf(result->body));
    if (result->delayMs == 0) {
        return reply.send(std::move(response));
    }
    QTimer::singleShot(result->delayMs, &simulator,
                       [reply, response = std::move(response)] { reply.send(response); });
}

ApiResult createPayment(Simulator& simulator, const Request& request)
{
    const auto body = readPaymentRequest(viewOf(request.body));
    if (!body) {
        return Failure<RequestFault>(body.error());
    }
    const DeskResult payment = simulator.desk().create(*body, simulator.now());
    ApiResult answer = answerOf(payment, 201);
    if (payment && (*payment)->behaviour == Behaviour::Early) {
        answer->delayMs = earlyAnswerMs;
    }
    return answer;
}

ApiResult approvePayment(Simulator& simulator, const Request& request)
{
    return answerOf(simulator.desk().approve(viewOf(request.param(0)), simulator.now()));
}

ApiResult declinePayment(Simulator& simulator, const Request& request)
{
    const auto reason = readDeclineRequest(viewOf(request.body));
    if (!reason) {
        return Failure<RequestFault>(reason.error());
    }
    return answerOf(simulator.desk().decline(viewOf(request.param(0)), *reason, simulator.now()));
}

ApiResult cancelPayment(Simulator& simulator, const Request& request)
{
    return answerOf(simulator.desk().cancel(viewOf(request.param(0)), simulator.now()));
}

ApiResult refundPayment(Simulator& simulator, const Request& request)
{
    const auto amount = readRefundRequest(viewOf(request.body));
    if (!amount) {
        return Failure<RequestFault>(amount.error());
    }
    return answerOf(simulator.desk().refund(viewOf(request.param(0)), *amount, simulator.now()));
}

ApiResult askPayment(Simulator& simulator, const Request& request)
{
    const Instant now = simulator.now();
    const DeskResult payment = simulator.desk().ask(viewOf(request.param(0)), now);
    if (payment && (*payment)->decidedAt == now) {
        simulator.changed();
    }
    return answerOf(payment);
}

ApiResult resendWebhook(Simulator& simulator, const Request& request)
{
    const QByteArray id = request.param(0);
    if (!simulator.outbox().resend(viewOf(id), simulator.now())) {
        return Failure<RequestFault>(
            RequestFault{404, "webhook_unknown", "There is no webhook of this id."});
    }
    return Answer{202, dataOf("{\"id\":\"" + id.toStdString() + "\"}")};
}

/// The newest first; `wanted` chooses.
template <class List, class Wanted>
Answer newestOf(const List& list, Wanted wanted)
{
    std::vector<std::string> objects;
    for (auto entry = list.rbegin(); entry != list.rend() && objects.size() < listMax; ++entry) {
        if (wanted(*entry)) {
            objects.push_back(toJson(*entry));
        }
    }
    return {200, dataOfList(objects)};
}

ApiResult listPayments(Simulator& simulator, const Request& request)
{
    const auto order = http::queryValue(request.query, "order_id");
    return newestOf(simulator.desk().payments(), [&order](const SimPayment& payment) {
        return !order || viewOf(*order) == payment.orderId;
    });
}

ApiResult listWebhooks(Simulator& simulator, const Request& request)
{
    const auto payment = http::queryValue(request.query, "payment_id");
    const auto state = http::queryValue(request.query, "state");
    return newestOf(simulator.outbox().deliveries(), [&](const Delivery& delivery) {
        return (!payment || viewOf(*payment) == delivery.paymentId) &&
               (!state || viewOf(*state) == toString(delivery.state));
    });
}

void runQuery(Simulator& simulator, const Request& request, const Reply& reply, const Action& query)
{
    const ApiResult result = query(simulator, request);
    if (result) {
        reply.send(Response::json(result->httpStatus, bytesOf(result->body)));
    } else {
        sendFault(reply, result.error());
    }
}

/// Hands a request over to the simulator's thread.
template <class Run>
http::Handler onSimulator(Simulator& simulator, Run run)
{
    return [&simulator, run](Request&& request, Reply reply) {
        QMetaObject::invokeMethod(
            &simulator,
            [&simulator, run, request = std::move(request), reply = std::move(reply)] {
                run(simulator, request, reply);
            },
            Qt::QueuedConnection);
    };
}

http::Handler actionHandler(Simulator& simulator, Action action)
{
    return onSimulator(simulator, [action = std::move(action)](auto& sim, const Request& request,
                                                               const Reply& reply) {
        runAction(sim, request, reply, action);
    });
}

http::Handler queryHandler(Simulator& simulator, Action query)
{
    return onSimulator(simulator, [query = std::move(query)](auto& sim, const Request& request,
                                                             const Reply& reply) {
        runQuery(sim, request, reply, query);
    });
}

} // namespace

std::shared_ptr<const http::Router> makeApi(Simulator& simulator, const QByteArray& page)
{
    auto router = std::make_shared<http::Router>();
    const auto action = [&](const char* pattern, Action run) {
        router->add(Method::Post, pattern, actionHandler(simulator, std::move(run)));
    };
    const auto query = [&](const char* pattern, Action run) {
        router->add(Method::Get, pattern, queryHandler(simulator, std::move(run)));
    };
    action("/v1/payments", createPayment);
    action("/v1/payments/{id}/approve", approvePayment);
    action("/v1/payments/{id}/decline", declinePayment);
    action("/v1/payments/{id}/cancel", cancelPayment);
    action("/v1/payments/{id}/refund", refundPayment);
    action("/v1/webhooks/{id}/resend", resendWebhook);
    query("/v1/payments", listPayments);
    query("/v1/payments/{id}", askPayment);
    query("/v1/webhooks", listWebhooks);
    query("/healthz", [](Simulator&, const Request&) -> ApiResult {
        return Answer{200, dataOf("{\"status\":\"ok\"}")};
    });
    router->add(Method::Get, "/", [page](Request&&, const Reply& reply) {
        reply.send(Response::text(200, page, "text/html; charset=utf-8"));
    });
    return router;
}

} // namespace holdfast::cardsim
