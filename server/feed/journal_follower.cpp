#include "server/feed/journal_follower.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"
#include "shared/sql/connection.h"

#include <utility>

namespace holdfast {

JournalFollower::JournalFollower(Connect connect, JournalWatch& watch, Heard heard)
    : m_connect(std::move(connect)), m_watch(watch), m_heard(std::move(heard)),
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
    while (m_watch.wait(std::chrono::milliseconds(limits::followPeriod.ms))) {
        look(journal);
    }
}

void JournalFollower::look(const JournalQueries& journal)
{
    for (bool more = true; more;) {
        // A database that is away is asked again with the next look.
        const auto news =
            journal.newsSince(m_watch.seen(), limits::changesPerAnswerMax,
                              [this](std::int64_t position) { return m_watch.isOwn(position); });
        more = news && news->more;
        if (news && news->position > m_watch.seen()) {
            m_heard(*news);
            m_watch.advance(news->position);
        }
    }
}

} // namespace holdfast
