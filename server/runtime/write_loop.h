#pragma once

#include "server/runtime/batch_runner.h"
#include "server/runtime/command_queue.h"

#include <chrono>

namespace holdfast {

struct WriterOptions
{
    std::size_t batchMax = limits::batchCommandsMax;
    Duration sweepPeriod = limits::sweepPeriod;
};

/// What the writer does, without its thread: takes whatever has gathered in the queue, takes it
/// through its transaction, answers; and twice a second sweeps deadlines. It waits for nobody:
/// something outside ticks it, a thread in the server and a simulator in the tests.
class WriteLoop
{
public:
    WriteLoop(const Ledger& ledger, const Clock& clock, CommandQueue& queue,
              CommitObserver& observer, LedgerStore& store, BatchCounters& counters,
              WriterOptions options);

    /// A batch is under way: tick again without waiting for work.
    [[nodiscard]] bool busy() const { return !m_batch.envelopes.empty(); }

    /// The next tick will ask for the database, and may have to wait for it.
    [[nodiscard]] bool opensNext() const { return m_runner.busy() && m_runner.opensNext(); }

    /// How many commands are likely to come at once when the first of a batch is there, and how
    /// long it is worth waiting for them.
    struct Gathering
    {
        std::size_t count = 1;
        std::chrono::nanoseconds time{0};
    };
    [[nodiscard]] Gathering gathering() const { return m_gathering; }

    /// When to tick at the latest, though nothing has been submitted.
    [[nodiscard]] std::chrono::steady_clock::time_point nextSweep() const { return m_nextSweep; }

    /// One step: takes a batch, or takes the one under way a step further, or answers it. Says how
    /// long to wait before the next tick.
    Duration tick();

private:
    void takeBatch();
    void addSweeps(std::chrono::steady_clock::time_point now);
    void answer();
    void noteSweep(const Command& command, const Outcome& outcome);

    const Clock& m_clock;
    CommandQueue& m_queue;
    BatchCounters& m_counters;
    WriterOptions m_options;
    BatchRunner m_runner;
    CommandBatch m_batch; ///< under way
    Gathering m_gathering;
    std::chrono::steady_clock::time_point m_started = {};
    std::chrono::steady_clock::time_point m_nextSweep = {};
    std::chrono::steady_clock::time_point m_nextForget = {};
    std::chrono::steady_clock::time_point m_nextForgetEvents = {};
    std::int64_t m_eventsBehind = 0; ///< how far the walk over old payment events has come
};

} // namespace holdfast
