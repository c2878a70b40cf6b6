#pragma once

#include "server/cache/redis_options.h"

#include <functional>
#include <memory>
#include <optional>

namespace holdfast {

/// Hears what other servers of the shop announce (RedisCache::announce()), in a thread of its own
/// that connects, and connects again. Announcements make a server look sooner; they may get lost,
/// so it must also look by itself now and then.
class RedisListener
{
public:
    /// Called in the listener's thread; must be quick. The position that another server announced,
    /// or none when the channel has just been (re)opened: some may have been missed.
    using Heard = std::function<void(std::optional<std::int64_t> position)>;

    RedisListener(const RedisOptions& options, Heard heard);
    ~RedisListener();
    RedisListener(const RedisListener&) = delete;
    RedisListener& operator=(const RedisListener&) = delete;

    [[nodiscard]] bool listening() const;
    [[nodiscard]] const RedisCounters& counters() const { return m_counters; }

private:
    class Loop;

    RedisCounters m_counters;
    std::unique_ptr<Loop> m_loop;
};

} // namespace holdfast
