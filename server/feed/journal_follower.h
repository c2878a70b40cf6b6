#pragma once

#include "server/feed/journal_watch.h"
#include "server/store/queries.h"

#include <functional>
#include <memory>
#include <thread>

namespace holdfast {

/// Reads what other processes commit to the same database, in a thread and on a connection of its
/// own, so that no other reading holds it up: what this server says without asking the database is
/// at most limits::followPeriod and one reading behind.
class JournalFollower
{
public:
    using Connect = std::function<std::unique_ptr<sql::Connection>()>;
    /// Called in the follower's thread.
    using Heard = std::function<void(const JournalNews& news)>;

    /// `connect` is called once, in the thread, and must not fail.
    JournalFollower(Connect connect, JournalWatch& watch, Heard heard);
    ~JournalFollower(); ///< stops the watch
    JournalFollower(const JournalFollower&) = delete;
    JournalFollower& operator=(const JournalFollower&) = delete;

private:
    void loop();
    void look(const JournalQueries& journal);

    Connect m_connect;
    JournalWatch& m_watch;
    Heard m_heard;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace holdfast
