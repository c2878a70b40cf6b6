#pragma once

#include "server/store/journal_codec.h"
#include "server/store/journal_fold.h"
#include "server/store/verify_rows.h"
#include "shared/domain/limits.h"
#include "shared/domain/result.h"
#include "shared/sql/connection.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace holdfast {

/// What verify() and reconcile() have looked at, and where something is wrong.
struct VerifyReport
{
    std::int64_t records = 0; ///< of the journal; also its head's position
    JournalHash headHash = {};
    std::size_t products = 0;
    std::size_t holds = 0;
    std::size_t orders = 0;
    std::size_t payments = 0;
    std::size_t refunds = 0;
    std::vector<Difference> differences = {}; ///< the first ones; verify() stops at one
    bool stopped = false;                     ///< before the end; nothing can be said then

    [[nodiscard]] bool clean() const { return differences.empty() && !stopped; }
};

/// Several lines for people: what was checked, and "everything agrees" or the first difference.
[[nodiscard]] std::string toText(const VerifyReport& report);

/// Reads the whole journal and every table in one snapshot, beside a serving process if there is
/// one: positions run from 1 without a gap, every hash follows from the one before, and every row
/// is what the journal says. The error, one line, says why the database could not be read; a
/// difference is not an error but the report's finding. Memory grows with the number of holds and
/// orders (about 300 bytes for a hold).
[[nodiscard]] Result<VerifyReport, std::string> verify(sql::Connection& connection);

/// How a server looks through its own books while it serves.
struct ReconcileTerms
{
    std::size_t differencesMax = limits::differencesNamedMax;
    /// Asked between pages of rows; false ends the run.
    MayGoOn mayGoOn;
    /// Called every thousand records of the journal, while no snapshot is open: may sleep.
    std::function<void()> rest;
};

/// The same for a connection that may be held up for long, but must not hold up others: the
/// journal, which never changes, is read in pieces outside of any snapshot; only its end and the
/// tables are read in one. There is no rest in that snapshot and no limit to its time but the
/// number of rows: as long as it is open, the database keeps for it what others change, so that a
/// rest would cost more than it spares. The file of SQLite, and a journal of more than
/// limits::reconcileRecordsMax records, are left to verify().
[[nodiscard]] Result<VerifyReport, std::string> reconcile(sql::Connection& connection,
                                                          const ReconcileTerms& terms);

} // namespace holdfast
