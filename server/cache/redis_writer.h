#pragma once

#include "server/cache/redis_cache.h"
#include "server/cache/redis_scripts.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <stop_token>
#include <thread>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// The thread that writes to Redis: everything that waits goes out in one round trip, then what has
/// come meanwhile, the newest of each product. Keeps whether Redis may be asked, and about what.
/// Everything but the thread's own functions may be called from any thread, and never waits for
/// Redis.
class RedisWriter
{
public:
    RedisWriter(const RedisOptions& options, RedisCounters& counters);

    /// Committed products; `known` is what the source knew before they were committed or read, and
    /// becomes what it knows now.
    void put(std::span<const ProductView> changed, RedisToken& known);
    void fill(const ProductView& view, RedisToken token);
    void announce(std::int64_t position);
    void forget();
    [[nodiscard]] RedisToken known() const;

    /// The run of Redis that may be asked for this product; none when it must not be.
    [[nodiscard]] std::optional<std::string> admits(ProductId id) const;
    /// A look-up had trouble: nobody asks until this thread has seen that Redis answers.
    void suspect(const std::string& trouble);

    [[nodiscard]] bool usable() const;
    [[nodiscard]] std::string trouble() const;

private:
    using Time = std::chrono::steady_clock::time_point;

    struct Write
    {
        ProductView view = {};
        RedisToken known = {};
    };

    /// What one round trip takes along.
    struct Round
    {
        bool raise = false;
        std::vector<Write> commits = {};
        std::vector<Write> fills = {};
        std::optional<std::int64_t> position = {};
    };

    // Of the thread.
    void run(const std::stop_token& stop);
    [[nodiscard]] bool connect();
    void waitForWork(const std::stop_token& stop);
    [[nodiscard]] Round takeRound();
    [[nodiscard]] bool raiseEpoch();
    [[nodiscard]] bool exchange(const Round& round);
    void append(const Write& write, std::string_view kind);
    [[nodiscard]] bool settle(std::string_view kind);
    [[nodiscard]] bool settleHeartbeat();
    void finish();
    void fail(std::optional<std::int64_t> unsaid);
    void pause(const std::stop_token& stop);
    [[nodiscard]] std::chrono::milliseconds retryTime();

    // With the mutex held.
    void drop(std::size_t count);
    void overflow();
    void wakeUnless(bool awake);
    [[nodiscard]] bool hasWork() const;

    const RedisOptions m_options;
    const redis::Keys m_keys;
    RedisCounters& m_counters;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_accepting = false;  ///< what is put will be written, or the epoch raised
    bool m_readable = false;   ///< look-ups may ask
    bool m_epochNeeded = true; ///< before Redis is used (again)
    Time m_resumeAt = {};      ///< not readable before, after trouble with a look-up
    RedisToken m_known = {};
    std::string m_runId = {};
    std::string m_trouble = {};
    std::unordered_map<ProductId, Write> m_waiting;
    std::vector<ProductId> m_inFlight; ///< sorted
    std::vector<Write> m_fills;
    std::optional<std::int64_t> m_position = {};

    // Of the thread alone.
    std::unique_ptr<RedisConnection> m_connection;
    redis::Scripts m_scripts;
    std::mt19937_64 m_chance;
    Time m_lastRound = {};
    bool m_connectedBefore = false;

    std::jthread m_thread; ///< last: it ends before anything that it uses
};

} // namespace holdfast
