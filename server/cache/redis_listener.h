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

    /// Counts for the metrics; read from any thread.
    struct Counters
    {
        std::atomic<std::uint64_t> heard{0}; ///< announcements of other servers
        std::atomic<std::uint64_t> own{0};
        std::atomic<std::uint64_t> errors{0};
        std::atomic<std::uint64_t> reconnects{0};
    };

    [[nodiscard]] bool listening() const;
    [[nodiscard]] const Counters& counters() const;

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
};

} // namespace holdfast
