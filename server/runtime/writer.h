#pragma once

#include "server/runtime/write_loop.h"

#include <memory>
#include <thread>

namespace holdfast {

/// The one thread that decides and writes. It ticks a WriteLoop; while one batch commits, the next
/// gathers in the queue.
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

    const Ledger& m_ledger;
    const Clock& m_clock;
    CommandQueue& m_queue;
    CommitObserver& m_observer;
    StoreFactory m_makeStore;
    WriterOptions m_options;
    BatchCounters m_counters;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace holdfast
