#pragma once

#include "server/runtime/write_loop.h"
#include "tests/sim/sim_database.h"

#include <memory>

namespace holdfast::sim {

/// One server: the real queue, the real writer and the real ledger over a connection to the fake
/// database. The world ticks it, stops it and kills it.
class SimServer final : public CommitObserver
{
public:
    SimServer(const WorldTime& time, const Ledger& ledger, SimDatabase& database,
              std::int64_t clockOffMs)
        : m_ledger(ledger), m_database(database), m_clock(time, clockOffMs)
    {
        start();
    }

    [[nodiscard]] bool isUp() const { return m_life != nullptr; }
    void start() { m_life = std::make_unique<Life>(m_ledger, m_clock, *this, m_database); }
    /// What it had in memory is gone; nobody gets an answer.
    void die() { m_life.reset(); }

    [[nodiscard]] Admission submit(Submission&& submission)
    {
        return m_life->queue.submit(std::move(submission));
    }

    [[nodiscard]] bool isBusy() const { return m_life->loop.busy(); }
    [[nodiscard]] bool waitsForLock() const
    {
        return m_life->loop.opensNext() && m_database.lockedFor(m_life->store.session());
    }
    [[nodiscard]] Session session() const { return m_life->store.session(); }
    [[nodiscard]] std::int64_t nextSweepMs() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   m_life->loop.nextSweep().time_since_epoch())
            .count();
    }

    Duration tick() { return m_life->loop.tick(); }
    void correctClock(std::int64_t offMs) { m_clock.correct(offMs); }

    void committed(const Slice& /*slice*/, Instant /*now*/) override
    {
        ++m_commits;
        ++m_life->told;
    }
    void foreignWrites() override {}
    [[nodiscard]] std::uint64_t commits() const { return m_commits; }

    /// Whoever has to know of a commit before anybody has its answer.
    [[nodiscard]] bool hasToldEverything() const
    {
        return m_life->told == m_life->store.acknowledged();
    }
    [[nodiscard]] const Look& lastLook() const { return m_life->store.lastLook(); }

private:
    /// From one start to the next.
    struct Life
    {
        Life(const Ledger& ledger, const Clock& clock, CommitObserver& observer,
             SimDatabase& database)
            : store(database), loop(ledger, clock, queue, observer, store, counters, {})
        {}

        CommandQueue queue;
        BatchCounters counters;
        SimStore store;
        WriteLoop loop;
        std::uint64_t told = 0; ///< commits that the observer knows of
    };

    const Ledger& m_ledger;
    SimDatabase& m_database;
    SimClock m_clock;
    std::uint64_t m_commits = 0;
    std::unique_ptr<Life> m_life;
};

} // namespace holdfast::sim
