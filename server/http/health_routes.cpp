#include "server/http/call.h"

#include "server/http/metrics_text.h"
#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

std::string metrics(const ApiParts& parts)
{
    const BatchCounters& writer = parts.writerCounters;
    const ProductCache::Counters& cache = parts.cache.counters();
    MetricsText text;
    text.counter("commands_total", writer.commands);
    text.counter("batches_total", writer.batches);
    text.counter("commits_total", writer.commits);
    text.counter("batch_retries_total", writer.retries);
    text.counter("batch_splits_total", writer.splits);
    text.counter("command_failures_total", writer.failures);
    text.counter("answers_replayed_total", writer.replays);
    text.counter("holds_expired_total", writer.holdsExpired);
    text.counter("orders_overdue_total", writer.ordersOverdue);
    text.counter("payment_events_forgotten_total", writer.eventsForgotten);
    text.gauge("queue_commands", parts.queue.size());
    text.counter("product_cache_hits_total", cache.hits);
    text.counter("product_cache_misses_total", cache.misses);
    text.counter("product_cache_stale_fills_total", cache.staleFills);
    const WebhookCounters& webhooks = parts.webhookCounters;
    text.counter("webhooks_received_total", webhooks.received);
    text.counter("webhooks_refused_total", webhooks.refused);
    text.counter("webhook_keys_reused_total", webhooks.keysReused);
    return parts.moreMetrics() + text.text();
}

void answerHealth(const Call& call, bool healthy, std::string_view word)
{
    JsonWriter json;
    json.beginObject().field("status", word).field("version", call.parts.version).endObject();
    answerJson(call, healthy ? 200 : 503, json.take());
}

void getReady(Call&& call)
{
    if (!call.parts.ready()) {
        answerHealth(call, false, "stopping");
        return;
    }
    read(std::move(call), [](const Call& asked, ShopReader& reader) {
        const Storage storage = asked.parts.writerCounters.storage;
        if (!reader.journal.head() || storage == Storage::Away) {
            answerHealth(asked, false, "database away");
        } else {
            const bool writable = storage == Storage::Well;
            answerHealth(asked, writable, writable ? "ready" : "database full");
        }
    });
}

} // namespace

void addHealthRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Get, "/healthz", Access::Public,
             [](Call&& call) { answerHealth(call, true, "ok"); });
    addRoute(router, parts, Method::Get, "/readyz", Access::Public, getReady);
    addRoute(router, parts, Method::Get, "/metrics", Access::Manager, [](Call&& call) {
        call.reply.send(
            http::Response::text(200, QByteArray::fromStdString(metrics(call.parts)),
                                 QByteArrayLiteral("text/plain; version=0.0.4; charset=utf-8")));
    });
}

std::shared_ptr<const http::Router> makeApiRouter(const ApiParts& parts)
{
    auto router = std::make_shared<http::Router>();
    addProductRoutes(*router, parts);
    addHoldRoutes(*router, parts);
    addOrderRoutes(*router, parts);
    addWebhookRoutes(*router, parts);
    addFeedRoutes(*router, parts);
    addAdminRoutes(*router, parts);
    addHealthRoutes(*router, parts);
    return router;
}

} // namespace holdfast
