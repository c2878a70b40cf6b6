#pragma once

#include "server/ledger/ports.h"
#include "tests/sim/faults.h"
#include "tests/sim/mutants.h"
#include "tests/sim/planted.h"
#include "tests/sim/sim_clock.h"
#include "tests/sim/trace.h"
#include "tests/support/memory_shop.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace holdfast::sim {

/// One connection of one server.
using Session = std::uint64_t;

/// The database that all servers share. Like the real ones it gives the lock of the whole ledger
/// to one transaction at a time, reads committed state, and appends to one journal. It fails as
/// its mixture of faults says.
class SimDatabase
{
public:
    /// After each commit that was applied, acknowledged or not.
    using CommitListener = std::function<void()>;
    using Complaint = std::function<void(Invariant, std::string_view)>;

    SimDatabase(const WorldTime& time, const Faults& faults, Random& random, Trace& trace,
                Mutant mutant)
        : m_time(time), m_faults(faults), m_random(random), m_trace(trace),
          m_planted(mutant, random)
    {}

    void onCommit(CommitListener listener) { m_committed = std::move(listener); }
    /// When a server does what no server should.
    void onMisuse(Complaint complain) { m_complain = std::move(complain); }

    [[nodiscard]] const MemoryShop& shop() const { return m_shop; }
    [[nodiscard]] Session newSession() { return ++m_lastSession; }

    /// Somebody else has the lock.
    [[nodiscard]] bool lockedFor(Session session) const
    {
        return m_holder != 0 && m_holder != session;
    }
    [[nodiscard]] Session holder() const { return m_holder; }

    /// True once after the lock was given back.
    [[nodiscard]] bool takeReleased() { return std::exchange(m_released, false); }

    /// Ends the transaction of a session that is gone, or is believed to be.
    void drop(Session session);

    /// All transactions are gone, and nobody can connect for a while.
    void restart(Duration away);
    [[nodiscard]] bool isAway() const { return m_time.ms < m_awayUntilMs; }

    /// A commit of which nobody knows is decided in the end.
    [[nodiscard]] std::optional<std::int64_t> undecidedUntilMs() const;
    void decide();

    /// A server has died; the database must not mind.
    void serverDied() { m_planted.loseLastCommit(m_shop); }

    // For sessions.
    [[nodiscard]] Result<void, StoreError> open(Session session);
    [[nodiscard]] Result<Slice, StoreError> begin(Session session, const SliceRequest& request,
                                                  Instant now);
    [[nodiscard]] Result<void, StoreError>
    commit(Session session, const Slice& slice, std::span<const AnswerRecord> records, Instant now);
    void release(Session session);

private:
    struct Undecided
    {
        Slice slice = {};
        std::vector<AnswerRecord> records = {};
        Instant now = {};
        std::int64_t untilMs = 0;
        bool kept = false;
    };

    /// Holds the lock while a commit is undecided; no session has it as its number.
    static constexpr Session nobody = ~Session{0};

    [[nodiscard]] Failure<StoreError> fail(Session session, StoreError error, const char* where);
    [[nodiscard]] bool isPoisoned(const Slice& slice) const;
    [[nodiscard]] std::optional<StoreError> commitFault();
    void postpone(const Slice& slice, std::span<const AnswerRecord> records, Instant now);
    void apply(const Slice& slice, std::span<const AnswerRecord> records, Instant now);

    const WorldTime& m_time;
    const Faults& m_faults;
    Random& m_random;
    Trace& m_trace;
    Planted m_planted;
    CommitListener m_committed;
    Complaint m_complain;
    MemoryShop m_shop;
    Session m_lastSession = 0;
    Session m_holder = 0;
    bool m_released = false;
    std::int64_t m_awayUntilMs = 0;
    std::optional<Undecided> m_undecided;
};

/// What a server last asked for, and what there was then.
struct Look
{
    SliceRequest request = {};
    std::int64_t position = 0; ///< of the journal
    Instant now = {};
};

/// A server's connection: what the writer sees of the database.
class SimStore final : public LedgerStore
{
public:
    explicit SimStore(SimDatabase& database)
        : m_database(database), m_session(database.newSession())
    {}

    [[nodiscard]] Session session() const { return m_session; }
    [[nodiscard]] std::uint64_t acknowledged() const { return m_acknowledged; }
    [[nodiscard]] const Look& lastLook() const { return m_look; }

    Result<void, StoreError> open() override;
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override;
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override;
    void rollback() override;
    bool takeForeignWrites() override { return std::exchange(m_foreign, false); }

private:
    SimDatabase& m_database;
    Session m_session;
    bool m_open = false;
    bool m_foreign = false;
    std::uint64_t m_acknowledged = 0; ///< commits
    Look m_look;
    std::optional<std::int64_t> m_head; ///< of the journal, as this server last knew it
};

} // namespace holdfast::sim
