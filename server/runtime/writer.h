#pragma once

#include "server/runtime/batch_runner.h"
#include "server/runtime/command_queue.h"

#include <memory>
#include <thread>

namespace holdfast {

struct WriterOptions
{
    std::size_t batchMax = limits::batchCommandsMax;
    Duration sweepPeriod = limits::sweepPeriod;
};

/// The one thread that decides and writes. It takes whatever has gathered in the queue, runs it as
/// one batch and answers; the next batch gathers meanwhile. Twice a second it sweeps deadlines.
class Writer
{
public:
    /// Makes the store on the writer thread, whose connection it will own.
    using StoreFactory = std::function<std::unique_ptr<LedgerStore>()>;

    Writer(const Ledger& ledger, const Clock& clock, CommandQueue& queue, CommitObserver& observer,
           StoreFactory makeStore, WriterOptions options);
    ~Writer(); ///< stops the queue, works it off and joins

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    [[nodiscard]] const BatchCounters& counters() const { return m_counters; }

private:
    void loop();
    void addSweeps(CommandBatch& batch);
    void settle(BatchRunner& runner, CommandBatch& batch);
    void noteSweep(const Command& command, const Outcome& outcome);

    const Ledger& m_ledger;
    const Clock& m_clock;
    CommandQueue& m_queue;
    CommitObserver& m_observer;
    StoreFactory m_makeStore;
    WriterOptions m_options;
    BatchCounters m_counters;
    std::chrono::steady_clock::time_point m_nextSweep = {};
    std::chrono::steady_clock::time_point m_nextForget = {};
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace holdfast
