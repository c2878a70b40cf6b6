#pragma once

#include "server/cache/redis_url.h"
#include "shared/domain/ids.h"
#include "shared/domain/limits.h"

#include <atomic>
#include <cstdint>

namespace holdfast {

/// How a server uses Redis. The shop's id keeps several shops apart in one Redis; the server's id
/// is new with each start, and tells its own announcements from those of others.
struct RedisOptions
{
    RedisUrl url = {};
    Uuid shop = {};
    Uuid server = {};
    Duration readTimeout = limits::redisTimeout;
    Duration writeTimeout = limits::redisWriteTimeout;
    Duration retryPeriod = limits::redisRetryPeriod; ///< a quarter more or less, by chance
    Duration valueLife = limits::redisValueLife;
    std::size_t pendingMax = limits::redisPendingMax;
    std::size_t recentChangesMax = limits::redisRecentChangesMax;
};

/// Counts for the metrics; read from any thread.
struct RedisCounters
{
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};     ///< asked, and not there or not usable
    std::atomic<std::uint64_t> skipped{0};    ///< not asked: Redis is away, or is behind on it
    std::atomic<std::uint64_t> staleFills{0}; ///< fills refused since something newer is known
    std::atomic<std::uint64_t> fillsKept{0};
    std::atomic<std::uint64_t> writes{0};        ///< committed products that Redis took
    std::atomic<std::uint64_t> droppedWrites{0}; ///< committed products that it was not told
    std::atomic<std::uint64_t> epochRaises{0};
    std::atomic<std::uint64_t> errors{0}; ///< time-outs, broken connections, odd answers
    std::atomic<std::uint64_t> reconnects{0};
    std::atomic<std::uint64_t> announcementsSent{0};
};

} // namespace holdfast
