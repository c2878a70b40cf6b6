#include "server/feed/journal_watch.h"

#include <algorithm>

namespace holdfast {

void JournalWatch::committed(std::int64_t from, std::int64_t to)
{
    const std::lock_guard lock(m_mutex);
    if (to > m_seen) {
        if (m_own.size() == stretchesMax) {
            m_own.pop_front();
        }
        m_own.push_back({from, to});
        joinOwn();
    }
}

void JournalWatch::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        m_woken = true;
    }
    m_wake.notify_one();
}

void JournalWatch::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
}

bool JournalWatch::wait(std::chrono::milliseconds period)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, period, [this] { return m_woken || m_stopped; });
    m_woken = false;
    return !m_stopped;
}

std::int64_t JournalWatch::seen() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen;
}

bool JournalWatch::isOwn(std::int64_t position) const
{
    const std::lock_guard lock(m_mutex);
    return std::any_of(m_own.begin(), m_own.end(), [position](const Stretch& own) {
        return own.from < position && position <= own.to;
    });
}

void JournalWatch::advance(std::int64_t position)
{
    const std::lock_guard lock(m_mutex);
    m_seen = std::max(m_seen, position);
    joinOwn();
}

/// What we have committed right behind what is known is known as well.
void JournalWatch::joinOwn()
{
    while (!m_own.empty() && m_own.front().from <= m_seen) {
        m_seen = std::max(m_seen, m_own.front().to);
        m_own.pop_front();
    }
}

} // namespace holdfast
