#pragma once

#include "server/cache/product_cache.h"
#include "server/cache/redis_cache.h"
#include "server/feed/change_feed.h"
#include "server/feed/journal_watch.h"
#include "server/http/front/router.h"
#include "server/http/token_directory.h"
#include "server/payments/gateway.h"
#include "server/runtime/command_queue.h"
#include "server/runtime/writer.h"
#include "server/store/read_pool.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// What came in from payment gateways; read from any thread.
struct WebhookCounters
{
    std::atomic<std::uint64_t> received{0}; ///< and taken to be decided
    std::atomic<std::uint64_t> refused{0};  ///< signature or content; nothing of it is stored
    std::atomic<std::uint64_t> keysReused{0};
};

/// What the routes work with. All of it outlives the HTTP server and may be used on any thread.
struct ApiParts
{
    const Clock& clock;
    CommandQueue& queue;
    ReadPool& readers;
    ProductCache& cache;
    RedisCache* sharedCache; ///< null: the shop has no Redis
    ChangeFeed& feed;
    TokenDirectory& tokens;
    const PaymentGateway& webhooks;
    WebhookCounters& webhookCounters;
    const BatchCounters& writerCounters;
    std::function<std::string()> moreMetrics; ///< of parts that the routes do not know
    std::function<bool()> ready;              ///< false while starting or stopping
    std::string version;
    /// The memory counts as long as this is current; null: always, since nobody can be cut off from
    /// a file.
    const JournalWatch* others = nullptr;
};

/// Every route of the contract on one router. `parts` must stay where it is.
[[nodiscard]] std::shared_ptr<const http::Router> makeApiRouter(const ApiParts& parts);

} // namespace holdfast
