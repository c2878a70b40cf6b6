#include "server/ops/redis_link.h"

#include <array>

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
    struct Counter
    {
        std::string_view name;
        std::uint64_t value;
    };
    const std::array<Counter, 12> counters{{
        {"redis_hits_total", cache.hits},
        {"redis_misses_total", cache.misses},
        {"redis_skipped_total", cache.skipped},
        {"redis_stale_fills_total", cache.staleFills},
        {"redis_fills_total", cache.fillsKept},
        {"redis_writes_total", cache.writes},
        {"redis_dropped_writes_total", cache.droppedWrites},
        {"redis_epochs_total", cache.epochRaises},
        {"redis_errors_total", cache.errors + listener.errors},
        {"redis_reconnects_total", cache.reconnects + listener.reconnects},
        {"redis_announcements_sent_total", cache.announcementsSent},
        {"redis_announcements_heard_total", listener.heard},
    }};
    std::string text;
    for (const Counter& counter : counters) {
        const std::string name = "holdfast_" + std::string(counter.name);
        text += "# TYPE " + name + " counter\n" + name + ' ' + std::to_string(counter.value) + '\n';
    }
    const std::string usable = "holdfast_redis_usable";
    return text + "# TYPE " + usable + " gauge\n" + usable + (m_cache.usable() ? " 1\n" : " 0\n");
}

} // namespace holdfast
