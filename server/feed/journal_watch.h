#pragma once

#include "server/store/queries.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace holdfast {

/// How far this process knows the journal, and since when. Its own commits need not be read again;
/// what other processes have committed is read by the follower, which waits here for a reason to
/// look. Thread-safe.
class JournalWatch
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// This process has committed the records behind `from` up to `to`.
    void committed(std::int64_t from, std::int64_t to);

    /// The newest record of this process: it must stay in the journal.
    void recorded(const JournalPlace& place);

    /// What we have written or read is not what the journal has now: look, and begin anew.
    void doubt();

    /// Somebody else has committed: look now.
    void wake();

    /// Ends every wait from now on.
    void stop();
    [[nodiscard]] bool stopped() const;

    /// Until there is a reason to look, `period` at most. False when it has been stopped.
    [[nodiscard]] bool wait(std::chrono::milliseconds period);

    /// Look behind this position.
    [[nodiscard]] std::int64_t seen() const;
    [[nodiscard]] bool isOwn(std::int64_t position) const;
    /// The newest record that we know of, read or written. A journal without it is another one; so
    /// is every journal after doubt().
    [[nodiscard]] JournalPlace anchor() const;

    /// Everything up to `place` is known.
    void advance(const JournalPlace& place);

    /// Another journal has taken the place of the one that we knew: begin anew behind `place`.
    void reset(const JournalPlace& place);

    /// All that had been committed at `at` is known.
    void caughtUp(Time at);
    /// How old what is known without asking the database may be; a long time before the first look.
    [[nodiscard]] std::chrono::nanoseconds lag(Time now = std::chrono::steady_clock::now()) const;
    [[nodiscard]] bool isCurrent() const; ///< within limits::stalenessMax

    /// How often the journal has been replaced.
    [[nodiscard]] std::uint64_t resets() const { return m_resets; }

private:
    struct Stretch
    {
        std::int64_t from = 0;
        std::int64_t to = 0;
    };

    void joinOwn();

    static constexpr std::size_t stretchesMax = 10'000; ///< older ones are read again

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Stretch> m_own; ///< behind m_seen, ascending
    std::int64_t m_seen = 0;
    JournalPlace m_anchor = {};
    bool m_woken = false;
    bool m_stopped = false;
    std::atomic<Time> m_caughtUp{Time{}};
    std::atomic<std::uint64_t> m_resets{0};
};

} // namespace holdfast
