#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

void addMetric(std::string& text, std::string_view name, std::string_view type, std::uint64_t value)
{
    const std::string full = "holdfast_" + std::string(name);
    text += "# TYPE " + full + ' ' + std::string(type) + '\n' + full + ' ' + std::to_string(value) +
            '\n';
}

/// Prometheus text format 0.0.4.
std::string metrics(const ApiParts& parts)
{
    const BatchCounters& writer = parts.writerCounters;
    const ProductCache::Counters& cache = parts.cache.counters();
    std::string text = parts.moreMetrics();
    addMetric(text, "commands_total", "counter", writer.commands);
    addMetric(text, "batches_total", "counter", writer.batches);
    addMetric(text, "commits_total", "counter", writer.commits);
    addMetric(text, "batch_retries_total", "counter", writer.retries);
    addMetric(text, "batch_splits_total", "counter", writer.splits);
    addMetric(text, "command_failures_total", "counter", writer.failures);
    addMetric(text, "answers_replayed_total", "counter", writer.replays);
    addMetric(text, "holds_expired_total", "counter", writer.holdsExpired);
    addMetric(text, "orders_overdue_total", "counter", writer.ordersOverdue);
    addMetric(text, "payment_events_forgotten_total", "counter", writer.eventsForgotten);
    addMetric(text, "queue_commands", "gauge", parts.queue.size());
    addMetric(text, "product_cache_hits_total", "counter", cache.hits);
    addMetric(text, "product_cache_misses_total", "counter", cache.misses);
    addMetric(text, "product_cache_stale_fills_total", "counter", cache.staleFills);
    const WebhookCounters& webhooks = parts.webhookCounters;
    addMetric(text, "webhooks_received_total", "counter", webhooks.received);
    addMetric(text, "webhooks_refused_total", "counter", webhooks.refused);
    addMetric(text, "webhook_keys_reused_total", "counter", webhooks.keysReused);
    return text;
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
