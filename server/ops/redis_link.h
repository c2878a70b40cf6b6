#pragma once

#include "server/cache/redis_cache.h"
#include "server/cache/redis_listener.h"
#include "server/feed/journal_watch.h"

#include <span>
#include <string>

namespace holdfast {

/// What a server has to do with Redis: the shared cache, with a source each for what it commits
/// and for what it hears, and the announcements of the other servers, which wake its follower.
class RedisLink
{
public:
    RedisLink(const RedisOptions& options, JournalWatch& watch);

    /// The writer's thread: what it has committed, up to `position`.
    void committed(std::span<const ProductView> changed, std::int64_t position);
    /// The follower's thread: what others have committed.
    void heard(std::span<const ProductView> changed);

    /// Everything in Redis is void, for all servers.
    void forget() { m_cache.forget(); }

    [[nodiscard]] bool usable() const { return m_cache.usable(); }
    [[nodiscard]] std::string trouble() const { return m_cache.trouble(); }

    [[nodiscard]] RedisCache& cache() { return m_cache; }

    /// Its part of /metrics, in Prometheus' text format.
    [[nodiscard]] std::string metrics() const;

private:
    RedisCache m_cache;
    RedisCache::Source m_own;
    RedisCache::Source m_others;
    RedisListener m_listener;
};

} // namespace holdfast
