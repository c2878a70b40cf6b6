#include "server/feed/journal_watch.h"

#include "shared/domain/limits.h"

#include <algorithm>

namespace holdfast {

namespace {

/// No journal has it, and none is newer.
constexpr JournalPlace noRecord{.position = INT64_MAX, .mark = 0};

} // namespace

void JournalWatch::committed(std::int64_t from, std::int64_t to)
{
    const std::lock_guard lock(m_mutex);
    if (to > m_seen && to > from) {
        if (m_own.size() == stretchesMax) {
            m_own.pop_front();
        }
        m_own.push_back({from, to});
        joinOwn();
    }
}

void JournalWatch::recorded(const JournalPlace& place)
{
    const std::lock_guard lock(m_mutex);
    if (place.position > m_anchor.position) {
        m_anchor = place;
    }
}

void JournalWatch::doubt()
{
    {
        const std::lock_guard lock(m_mutex);
        m_anchor = noRecord;
        m_woken = true;
    }
    m_wake.notify_one();
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

bool JournalWatch::stopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopped;
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

JournalPlace JournalWatch::anchor() const
{
    const std::lock_guard lock(m_mutex);
    return m_anchor;
}

void JournalWatch::advance(const JournalPlace& place)
{
    const std::lock_guard lock(m_mutex);
    m_seen = std::max(m_seen, place.position);
    if (place.position > m_anchor.position) {
        m_anchor = place;
    }
    joinOwn();
}

void JournalWatch::reset(const JournalPlace& place)
{
    const std::lock_guard lock(m_mutex);
    m_own.clear();
    m_seen = place.position;
    m_anchor = place;
    ++m_resets;
}

void JournalWatch::caughtUp(Time at)
{
    m_caughtUp = at;
}

std::chrono::nanoseconds JournalWatch::lag(Time now) const
{
    return now - m_caughtUp.load();
}

bool JournalWatch::isCurrent() const
{
    return lag() < std::chrono::milliseconds(limits::stalenessMax.ms);
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
