#pragma once

#include "server/http/front/reply.h"
#include "server/runtime/clock.h"
#include "server/store/read_pool.h"
#include "shared/domain/caller.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace holdfast {

/// GET /api/changes: what has changed behind a cursor, as a long poll. The journal is the feed:
/// its positions are given in commit order, so a reader that has seen position n has seen all
/// before it. A change wakes the polls at the next tick, so that a burst of commits costs each
/// till one answer.
class ChangeFeed
{
public:
    ChangeFeed(ReadPool& readers, const Clock& clock) : m_readers(readers), m_clock(clock) {}

    struct Poll
    {
        JournalPlace place = {};
        Duration wait = {};
        std::optional<CallerId> owner = {}; ///< only holds and orders of this one, for a kiosk
        http::Reply reply = {};
    };

    /// Answers at once when something has changed or nobody wants to wait, else later. Any thread.
    void ask(Poll poll);

    /// Something was committed. Any thread.
    void changed()
    {
        ++m_commits;
        m_changed.store(true);
    }

    /// Called by a timer, several times a second.
    void tick();

    /// Answers all that wait with what there is; the server is going down.
    void stop();

private:
    struct Waiter
    {
        Poll poll = {};
        Instant deadline = {};
    };

    /// Tills mostly wait at the same position: one reading answers all that ask the same.
    void readInGroups(std::vector<Waiter> waiters);
    void read(std::vector<Waiter> group);
    void answer(std::vector<Waiter> group, ShopReader& reader);
    [[nodiscard]] bool wait(const Waiter& waiter, Instant now);

    ReadPool& m_readers;
    const Clock& m_clock;
    std::atomic<bool> m_changed{false};
    std::atomic<std::uint64_t> m_commits{0}; ///< tells a change between reading and waiting
    std::mutex m_mutex;
    std::vector<Waiter> m_waiters;
    bool m_stopped = false;
};

/// Cursors are the journal position behind a letter, so that they can grow parts later, and the
/// mark of the record there: "j120.9f86d081"; "j0" is the beginning.
[[nodiscard]] std::string changeCursor(const JournalPlace& place);
[[nodiscard]] std::optional<JournalPlace> parseChangeCursor(std::string_view cursor);

} // namespace holdfast
