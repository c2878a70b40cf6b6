#pragma once

#include "server/ledger/ledger.h"
#include "server/ledger/ports.h"
#include "server/runtime/clock.h"
#include "server/runtime/command_answer.h"

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast {

/// Is told of every commit, on the writer thread, before the answers go out: so that a read after
/// an answer never sees an older stock.
class CommitObserver
{
public:
    virtual ~CommitObserver() = default;
    virtual void committed(const Slice& slice, Instant now) = 0;
    /// Another process has written; what is cached may be old.
    virtual void foreignWrites() = 0;
};

/// Counts for the metrics; read from any thread.
struct BatchCounters
{
    std::atomic<std::uint64_t> batches{0};
    std::atomic<std::uint64_t> commands{0};
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> retries{0};
    std::atomic<std::uint64_t> splits{0};
    std::atomic<std::uint64_t> failures{0}; ///< commands answered 5xx
    std::atomic<std::uint64_t> replays{0};
    std::atomic<std::uint64_t> holdsExpired{0};
    std::atomic<std::uint64_t> ordersOverdue{0};
};

/// One batch, one transaction: fetch, decide, write, commit. Passive: something outside gives it
/// batches; pauses between retries go through `pause`, so that a simulator can skip them.
class BatchRunner
{
public:
    using Pause = std::function<void(Duration)>;

    BatchRunner(const Ledger& ledger, LedgerStore& store, const Clock& clock,
                CommitObserver& observer, BatchCounters& counters, Pause pause)
        : m_ledger(ledger), m_store(store), m_clock(clock), m_observer(observer),
          m_counters(counters), m_pause(std::move(pause))
    {}

    struct Settled
    {
        CommandAnswer answer = {};
        Outcome outcome = {};
    };

    /// One result for each command. A batch that the database refuses is halved until the command
    /// that poisons it stands alone.
    [[nodiscard]] std::vector<Settled> run(std::span<const Envelope> batch);

private:
    struct Trouble
    {
        StoreError error = StoreError::Unavailable;
        bool opened = false; ///< the transaction was: what the batch holds may be to blame
    };

    [[nodiscard]] Result<std::vector<Settled>, Trouble>
    runWithRetries(std::span<const Envelope> batch);
    [[nodiscard]] Result<std::vector<Settled>, Trouble> runOnce(std::span<const Envelope> batch);

    const Ledger& m_ledger;
    LedgerStore& m_store;
    const Clock& m_clock;
    CommitObserver& m_observer;
    BatchCounters& m_counters;
    Pause m_pause;
};

} // namespace holdfast
