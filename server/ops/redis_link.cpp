#include "server/ops/redis_link.h"

#include "server/http/metrics_text.h"

namespace holdfast {

RedisLink::RedisLink(const RedisOptions& options, JournalWatch& watch)
    : m_cache(options), m_own(m_cache), m_others(m_cache),
      m_listener(options, [&watch](std::optional<std::int64_t> /*position*/) { watch.wake(); })
{}

void RedisLink::committed(std::span<const ProductView> changed, std::int64_t position)
{
    m_own.put(changed);
    m_cache.announce(position);
}

void RedisLink::heard(std::span<const ProductView> changed)
{
    m_others.put(changed);
}

std::string RedisLink::metrics() const
{
    const RedisCounters& cache = m_cache.counters();
    const RedisListener::Counters& listener = m_listener.counters();
    MetricsText text;
    text.counter("redis_hits_total", cache.hits);
    text.counter("redis_misses_total", cache.misses);
    text.counter("redis_skipped_total", cache.skipped);
    text.counter("redis_stale_fills_total", cache.staleFills);
    text.counter("redis_fills_total", cache.fillsKept);
    text.counter("redis_writes_total", cache.writes);
    text.counter("redis_dropped_writes_total", cache.droppedWrites);
    text.counter("redis_epochs_total", cache.epochRaises);
    text.counter("redis_errors_total", cache.errors + listener.errors);
    text.counter("redis_reconnects_total", cache.reconnects + listener.reconnects);
    text.counter("redis_announcements_sent_total", cache.announcementsSent);
    text.counter("redis_announcements_heard_total", listener.heard);
    text.gauge("redis_usable", m_cache.usable() ? 1U : 0U);
    return text.text();
}

} // namespace holdfast
