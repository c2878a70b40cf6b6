#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace holdfast {

/// How far this process knows the journal. Its own commits need not be read again; what other
/// processes have committed is read by the follower, which waits here for a reason to look.
/// Thread-safe.
class JournalWatch
{
public:
    /// This process has committed the records behind `from` up to `to`.
    void committed(std::int64_t from, std::int64_t to);

    /// Somebody else has committed: look now.
    void wake();

    /// Ends every wait from now on.
    void stop();

    /// Until there is a reason to look, `period` at most. False when it has been stopped.
    [[nodiscard]] bool wait(std::chrono::milliseconds period);

    /// Look behind this position.
    [[nodiscard]] std::int64_t seen() const;
    [[nodiscard]] bool isOwn(std::int64_t position) const;
    /// Everything up to `position` is known.
    void advance(std::int64_t position);

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
    bool m_woken = false;
    bool m_stopped = false;
};

} // namespace holdfast
