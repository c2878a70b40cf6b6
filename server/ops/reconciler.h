#pragma once

#include "server/ops/log.h"
#include "server/runtime/clock.h"
#include "server/store/verify.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace holdfast {

/// Compares the shop's tables with its journal while the server serves, now and then, in a thread
/// and on a connection of its own, at the lowest priority: nothing waits for it. It must find
/// nothing; what it finds is in the log and in the metrics.
class Reconciler
{
public:
    using Connect = std::function<Result<std::unique_ptr<sql::Connection>, std::string>()>;

    struct Timing
    {
        std::chrono::milliseconds first{};  ///< from the start to the first run
        std::chrono::milliseconds period{}; ///< from the end of a run to the next
        /// How long it rests for each unit of time that it has read the journal. It does not rest
        /// while it compares the tables, which is done in one snapshot.
        int restShare = 3;
    };

    /// `connect` is called in the thread at the start of each run.
    Reconciler(Connect connect, Timing timing, const Clock& clock, Log& log);
    ~Reconciler(); ///< stops
    Reconciler(const Reconciler&) = delete;
    Reconciler& operator=(const Reconciler&) = delete;

    /// Breaks off what is under way and waits for its end: that of the page of rows that is being
    /// read, and of giving back the memory of the run. A database that does not answer holds it up
    /// for as long as a connection waits (shared/sql/connection.cpp). The metrics stay.
    void stop();

    /// Prometheus text format; from any thread.
    [[nodiscard]] std::string metrics() const;

private:
    struct Figures
    {
        std::uint64_t runs = 0;     ///< that came to an end
        std::uint64_t failures = 0; ///< the database could not be read
        std::size_t differences = 0;
        std::int64_t records = 0;
        double seconds = 0;
        Instant at = {};
    };

    void loop();
    void run();
    void note(const VerifyReport& report, std::chrono::duration<double> took);
    void noteFailure(const std::string& why);
    [[nodiscard]] bool stopped() const;
    /// False when it was stopped meanwhile.
    bool wait(std::chrono::nanoseconds time);

    Connect m_connect;
    Timing m_timing;
    const Clock& m_clock;
    Log& m_log;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopped = false;
    Figures m_figures;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace holdfast
