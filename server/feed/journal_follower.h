#pragma once

#include "server/feed/journal_watch.h"
#include "server/store/queries.h"

#include <functional>
#include <memory>
#include <thread>

namespace holdfast {

/// Is told what the follower finds, in its thread.
class JournalListener
{
public:
    virtual ~JournalListener() = default;
    /// Other processes have committed.
    virtual void heard(const JournalNews& news) = 0;
    /// The journal is no longer the one that we knew, or may not be: a copy has been put in its
    /// place, or the database was away and may have lost its end. What was kept of it may never
    /// have happened.
    virtual void journalReplaced() = 0;
};

/// Reads what other processes commit to the same database, in a thread and on a connection of its
/// own, so that no other reading holds it up: what this server says without asking the database is
/// at most limits::followPeriod and one reading behind. While it cannot read, JournalWatch::lag()
/// grows.
class JournalFollower
{
public:
    using Connect = std::function<std::unique_ptr<sql::Connection>()>;

    /// `connect` is called once, in the thread, and gives a connection, even if one that is away.
    JournalFollower(Connect connect, JournalWatch& watch, JournalListener& listener);
    ~JournalFollower(); ///< stops the watch
    JournalFollower(const JournalFollower&) = delete;
    JournalFollower& operator=(const JournalFollower&) = delete;

private:
    void loop();
    void look(const sql::Connection& connection, const JournalQueries& journal);

    Connect m_connect;
    JournalWatch& m_watch;
    JournalListener& m_listener;
    std::uint64_t m_session = 0; ///< of the thread
    std::thread m_thread;        ///< last: it uses all of the above
};

} // namespace holdfast
