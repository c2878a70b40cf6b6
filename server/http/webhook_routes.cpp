#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

std::string_view viewOf(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

/// Who applies payment events: the gateway, which may touch every order.
Caller gatewayCaller(std::string_view name)
{
    return {.id = anonymousCaller, .role = Role::Admin, .name = std::string(name)};
}

void refuseWebhook(const Call& call, const WebhookFault& fault)
{
    const std::string_view code = codeOf(fault.kind);
    const QByteArrayView codeView(code.data(), static_cast<qsizetype>(code.size()));
    call.reply.problem({.status = httpStatusOf(fault.kind),
                        .code = codeView,
                        .title = "Webhook refused",
                        .detail = QByteArrayView(fault.detail.data(),
                                                 static_cast<qsizetype>(fault.detail.size()))});
}

void receiveEvent(Call&& call)
{
    std::vector<WebhookHeader> headers;
    const http::Headers& given = call.request.headers;
    for (qsizetype index = 0; index < given.size(); ++index) {
        headers.push_back({viewOf(given.nameAt(index)), viewOf(given.valueAt(index))});
    }
    const auto event = call.parts.webhooks.read({headers, call.body()}, call.parts.clock.now());
    WebhookCounters& counters = call.parts.webhookCounters;
    if (!event) {
        ++counters.refused;
        refuseWebhook(call, event.error());
        return;
    }
    // An event has its own rule for repeats (contract section 6), so its Idempotency-Key is the
    // event's key and claims no recorded answer.
    const Admission admission = call.parts.queue.submit(
        {{.command = ReceivePaymentEvent{.id = makeId(call.parts.clock), .event = *event},
          .caller = gatewayCaller(call.parts.webhooks.name()),
          .claims = {},
          .requestId = call.requestId()},
         [&counters, reply = call.reply](CommandAnswer&& answer) {
             if (answer.status == problemText(RefusalCode::EventKeyReused).status) {
                 ++counters.keysReused;
             }
             answerTo(reply)(std::move(answer));
         }});
    if (admission != Admission::Accepted) {
        refuse(call, RequestProblem::QueueFull, "Too many requests are waiting; send it again.");
        return;
    }
    ++counters.received;
}

template <class Query>
void listRecords(Call&& call, Query query)
{
    if (const auto page = pageRequest(call)) {
        read(std::move(call),
             [page, query](const Call& asked, ShopReader& reader) { query(asked, reader, *page); });
    }
}

void listEvents(Call&& call)
{
    QueryReader reader(call);
    const auto result = reader.word("result", parseEventResult);
    if (reader.refuseIfWrong()) {
        return;
    }
    listRecords(std::move(call),
                [result](const Call& asked, ShopReader& shop, const PageRequest& page) {
                    const auto events = shop.records.paymentEvents(result, page);
                    if (!events) {
                        refuse(asked, events.error());
                        return;
                    }
                    answerJson(asked, 200,
                               listAnswer(events->items, events->nextCursor,
                                          [](JsonWriter& json, const InboxEvent& inbox) {
                                              json.beginObject();
                                              writeInboxEvent(json, inbox);
                                              json.endObject();
                                          }));
                });
}

void listAlerts(Call&& call)
{
    QueryReader reader(call);
    const auto kind = reader.word("kind", parseAlertKind);
    if (reader.refuseIfWrong()) {
        return;
    }
    listRecords(std::move(call),
                [kind](const Call& asked, ShopReader& shop, const PageRequest& page) {
                    const auto alerts = shop.records.alerts(kind, page);
                    if (!alerts) {
                        refuse(asked, alerts.error());
                        return;
                    }
                    answerJson(asked, 200,
                               listAnswer(alerts->items, alerts->nextCursor,
                                          [](JsonWriter& json, const Alert& alert) {
                                              json.beginObject();
                                              writeAlert(json, alert);
                                              json.endObject();
                                          }));
                });
}

} // namespace

void addWebhookRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Post, "/api/payments/webhook", Access::Public, receiveEvent);
    addRoute(router, parts, Method::Get, "/api/payments/events", Access::Manager, listEvents);
    addRoute(router, parts, Method::Get, "/api/payments/alerts", Access::Manager, listAlerts);
}

} // namespace holdfast
