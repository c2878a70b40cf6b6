#pragma once

#include "server/store/journal_codec.h"
#include "server/store/journal_fold.h"
#include "shared/domain/result.h"
#include "shared/sql/connection.h"

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {

/// What verify() has looked at, and the first place where something is wrong.
struct VerifyReport
{
    std::int64_t records = 0; ///< of the journal; also its head's position
    JournalHash headHash = {};
    std::size_t products = 0;
    std::size_t holds = 0;
    std::size_t orders = 0;
    std::size_t payments = 0;
    std::size_t refunds = 0;
    std::optional<Difference> difference = {};

    [[nodiscard]] bool clean() const { return !difference; }
};

/// Several lines for people: what was checked, and "everything agrees" or the first difference.
[[nodiscard]] std::string toText(const VerifyReport& report);

/// Reads the whole journal and every table in one snapshot, beside a serving process if there is
/// one: positions run from 1 without a gap, every hash follows from the one before, and every row
/// is what the journal says. The error, one line, says why the database could not be read; a
/// difference is not an error but the report's finding. Memory grows with the number of holds and
/// orders (about 300 bytes for a hold).
[[nodiscard]] Result<VerifyReport, std::string> verify(sql::Connection& connection);

} // namespace holdfast
