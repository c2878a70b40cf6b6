#include "server/feed/journal_follower.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"
#include "shared/sql/connection.h"

#include <utility>

namespace holdfast {

JournalFollower::JournalFollower(Connect connect, JournalWatch& watch, JournalListener& listener)
    : m_connect(std::move(connect)), m_watch(watch), m_listener(listener),
      m_thread([this] { loop(); })
{}

JournalFollower::~JournalFollower()
{
    m_watch.stop();
    m_thread.join();
}

void JournalFollower::loop()
{
    const std::unique_ptr<sql::Connection> connection = m_connect();
    HOLDFAST_ASSERT(connection != nullptr);
    const JournalQueries journal(*connection);
    m_session = connection->sessions();
    while (m_watch.wait(std::chrono::milliseconds(limits::followPeriod.ms))) {
        look(*connection, journal);
    }
}

void JournalFollower::look(const sql::Connection& connection, const JournalQueries& journal)
{
    while (!m_watch.stopped()) {
        const auto begun = std::chrono::steady_clock::now();
        const JournalPlace anchor = m_watch.anchor();
        const std::int64_t seen = m_watch.seen();
        const auto news =
            journal.newsSince(anchor, seen, limits::changesPerAnswerMax,
                              [this](std::int64_t position) { return m_watch.isOwn(position); });
        if (!news) {
            return; // a database that is away is asked again with the next look
        }
        if (std::exchange(m_session, connection.sessions()) != connection.sessions()) {
            // Others of this server may have read, and kept, what was newer than our anchor.
            m_listener.journalReplaced();
        }
        if (news->replaced) {
            m_watch.reset(news->place);
            m_listener.journalReplaced();
        } else if (news->place.position > seen) {
            m_listener.heard(*news);
            m_watch.advance(news->place);
        }
        if (!news->more) {
            m_watch.caughtUp(begun);
            return;
        }
    }
}

} // namespace holdfast
