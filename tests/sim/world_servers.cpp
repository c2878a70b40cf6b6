#include "tests/sim/world.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

using Kind = Moment::Kind;

/// As long as SQLite's busy timeout: then open() gives up by itself.
constexpr std::int64_t lockWaitMaxMs = 5'000;

} // namespace

void World::appoint(std::uint32_t index, std::int64_t ms)
{
    Host& host = m_hosts[index];
    host.appointedMs = std::max({ms, m_time.ms, host.pausedUntilMs});
    m_agenda.add(host.appointedMs, Kind::ServerTick, index, ++host.appointment);
}

void World::tick(std::uint32_t index)
{
    Host& host = m_hosts[index];
    SimServer& server = *host.server;
    if (strikes(index)) {
        return;
    }
    if (server.waitsForLock()) {
        if (host.waitsSinceMs < 0) {
            host.waitsSinceMs = m_time.ms;
        }
        if (m_time.ms < host.waitsSinceMs + lockWaitMaxMs) {
            m_trace.seen("server waits for the lock");
            appoint(index, host.waitsSinceMs + lockWaitMaxMs);
            return;
        }
    }
    host.waitsSinceMs = -1;
    const Duration pause = server.tick();
    appoint(index,
            server.isBusy() ? m_time.ms + pause.ms + m_random.between(0, 2) : server.nextSweepMs());
}

/// The lock is free: those who wait for it try again, in any order.
void World::wakeWaiting()
{
    for (std::uint32_t index = 0; index < m_hosts.size(); ++index) {
        Host& host = m_hosts[index];
        if (host.waitsSinceMs >= 0 && host.server->isUp()) {
            appoint(index, m_time.ms + m_random.between(0, 3));
        }
    }
}

/// Between any two steps a server may stop for a while, or for good.
bool World::strikes(std::uint32_t index)
{
    Host& host = m_hosts[index];
    if (!host.server->isBusy()) {
        return false;
    }
    if (m_random.chance(m_faults.crash)) {
        crash(index);
        return true;
    }
    if (m_random.chance(m_faults.pause)) {
        host.pausedUntilMs = m_time.ms + m_random.between(10, 8'000);
        m_trace.line(m_time.sinceStartMs(), "server ", index, " sleeps until ",
                     host.pausedUntilMs - WorldTime::startMs);
        m_trace.seen("server sleeps");
        appoint(index, host.pausedUntilMs);
        return true;
    }
    return false;
}

void World::crash(std::uint32_t index)
{
    Host& host = m_hosts[index];
    const Session session = host.server->session();
    m_trace.line(m_time.sinceStartMs(), "server ", index, " dies, session ", session);
    ++m_crashes;
    m_trace.seen("server dies ", m_database.holder() == session ? "with the lock" : "");
    host.server->die();
    ++host.life;
    host.waitsSinceMs = -1;
    m_database.serverDied();
    m_auditor.committed();
    if (m_database.holder() == session) {
        m_agenda.add(m_time.ms + m_random.between(0, 2'000), Kind::DropSession,
                     static_cast<std::uint32_t>(session));
    }
    m_agenda.add(m_time.ms + m_random.between(50, 4'000), Kind::ServerStart, index);
}

/// What can happen to the world at any moment.
void World::disturb()
{
    if (m_random.chance(m_faults.restart)) {
        m_database.restart(Duration{m_random.between(10, 3'000)});
    }
    if (m_random.chance(m_faults.killSession)) {
        const Session holder = m_database.holder();
        if (holder != 0 && !m_database.undecidedUntilMs()) {
            m_database.drop(holder);
        }
    }
    if (m_random.chance(m_faults.jump)) {
        const std::int64_t byMs = m_random.between(100, m_faults.jumpMaxMs);
        m_trace.line(m_time.sinceStartMs(), "every clock goes ahead by ", byMs, "ms");
        m_trace.seen("clocks jump");
        m_time.ms += byMs;
    }
    if (m_random.chance(m_faults.drift)) {
        const std::uint64_t index = m_random.below(m_hosts.size());
        const std::int64_t offMs = m_random.between(-SimClock::offMaxMs, SimClock::offMaxMs);
        m_trace.line(m_time.sinceStartMs(), "the clock of server ", index, " is now off by ", offMs,
                     "ms");
        m_hosts[index].server->correctClock(offMs);
    }
}

void World::watchUndecided()
{
    const auto untilMs = m_database.undecidedUntilMs();
    if (untilMs && !m_decisionPlanned) {
        m_decisionPlanned = true;
        m_agenda.add(*untilMs, Kind::Decide, 0);
    }
}

} // namespace holdfast::sim
