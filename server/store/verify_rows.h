#pragma once

#include "server/store/journal_fold.h"
#include "shared/sql/connection.h"

#include <optional>

namespace holdfast {

/// Compares every row of the shop's tables with what the journal says; the first difference, or
/// nothing. Marks in `fold` what it has met. Errors stay on the connection.
[[nodiscard]] std::optional<Difference> compareRows(sql::Connection& connection, JournalFold& fold);

} // namespace holdfast
