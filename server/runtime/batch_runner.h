#pragma once

#include "server/ledger/ledger.h"
#include "server/ledger/ports.h"
#include "server/runtime/clock.h"
#include "server/runtime/command_answer.h"

#include <atomic>
#include <cstdint>
#include <functional>
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

/// Whether the database took the last write that it was asked for.
enum class Storage {
    Well,
    Full, ///< no space, or not writable
    Away
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
    std::atomic<std::uint64_t> eventsForgotten{0}; ///< payment events, by their age
    std::atomic<Storage> storage{Storage::Well};
};

/// One batch, one transaction: fetch, decide, write, commit. Passive: something outside gives it
/// batches and takes it from step to step, so that a simulator can let anything happen in between.
class BatchRunner
{
public:
    using Pause = std::function<void(Duration)>;

    BatchRunner(const Ledger& ledger, LedgerStore& store, const Clock& clock,
                CommitObserver& observer, BatchCounters& counters)
        : m_ledger(ledger), m_store(store), m_clock(clock), m_observer(observer),
          m_counters(counters)
    {}

    struct Settled
    {
        CommandAnswer answer = {};
        Outcome outcome = {};
        std::optional<StoreError> failure = {}; ///< why nothing has been decided, or is known to be
    };

    /// Begins with a batch, which must stay where it is until it is done.
    void start(std::span<const Envelope> batch);

    [[nodiscard]] bool busy() const { return !m_parts.empty(); }

    /// The next step will ask for the database, and may have to wait for it.
    [[nodiscard]] bool opensNext() const { return m_stage == Stage::Open; }

    /// Opens a transaction, or fetches and decides, or commits; says how long to wait before the
    /// next step. A batch that the database refuses is halved until the command that poisons it
    /// stands alone.
    Duration step();

    /// One result for each command, when the batch is done.
    [[nodiscard]] std::vector<Settled> take();

    /// All steps of a batch, with the pauses between them.
    [[nodiscard]] std::vector<Settled> run(std::span<const Envelope> batch, const Pause& pause);

private:
    enum class Stage { Open, Decide, Commit };

    [[nodiscard]] Result<void, StoreError> open();
    [[nodiscard]] Result<void, StoreError> decide();
    [[nodiscard]] Result<void, StoreError> commit();
    void countDeadlines();
    void finishPart();
    [[nodiscard]] Duration afterTrouble(StoreError error, bool opened);
    void giveUp(StoreError error, bool opened);
    void noteTrouble(StoreError error);

    const Ledger& m_ledger;
    LedgerStore& m_store;
    const Clock& m_clock;
    CommitObserver& m_observer;
    BatchCounters& m_counters;

    std::vector<std::span<const Envelope>> m_parts; ///< of the batch; the last comes next
    std::vector<Settled> m_settled;
    Stage m_stage = Stage::Open;
    int m_attempt = 0;
    /// Units were missing while goods had more overdue holds than one transaction ends: those end
    /// first, piece by piece, and then the part is decided anew.
    bool m_overdueFirst = false;

    // What has been decided about the part under way and waits for its commit.
    Instant m_now = {};
    Slice m_slice;
    std::vector<Settled> m_decided;
    std::vector<AnswerRecord> m_records;
};

} // namespace holdfast
