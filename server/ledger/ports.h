#pragma once

#include "server/ledger/outcome.h"
#include "shared/domain/result.h"

#include <span>

namespace holdfast {

/// Why a transaction did not happen. Never mixed with refusals.
enum class StoreError {
    Busy,           ///< lock, deadlock, serialisation, failed guard: the batch may be tried again
    Rejected,       ///< the database refuses this content: a poisoned command, or a defect
    Full,           ///< no space on the disk, or read-only
    Unavailable,    ///< the database is away
    OutcomeUnknown, ///< the commit was sent, its answer did not come
};

/// An answer to keep in the same transaction as its effect.
struct AnswerRecord
{
    AnswerClaim claim;
    Answer answer;
};

/// The ledger's view of the database. One transaction at a time; not thread-safe: it belongs to
/// the writer thread. After any error the transaction is rolled back and begin() may be called.
class LedgerStore
{
public:
    virtual ~LedgerStore() = default;

    /// Waits until it may write, opens a transaction and looks whether it may still decide. The
    /// time of a batch is read after this: a batch that had to wait must not decide with an old
    /// time. When it fails, it has waited long enough, and nothing of the batch is to blame.
    [[nodiscard]] virtual Result<void, StoreError> open() = 0;

    /// Fetches the slice, or takes from it what is known without asking; opens the transaction
    /// where open() has not.
    [[nodiscard]] virtual Result<Slice, StoreError> begin(const SliceRequest& request,
                                                          Instant now) = 0;

    /// Writes what the ledger has changed, appends the events to the journal and commits.
    [[nodiscard]] virtual Result<void, StoreError>
    commit(const Slice& slice, std::span<const AnswerRecord> answers, Instant now) = 0;

    /// Ends a transaction that has nothing to write.
    virtual void rollback() = 0;

    /// True once after begin() has found journal records that this store did not write: another
    /// process has been at the database, and what is cached may be old.
    [[nodiscard]] virtual bool takeForeignWrites() = 0;
};

} // namespace holdfast
