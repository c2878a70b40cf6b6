#pragma once

#include "server/store/journal_fold.h"
#include "shared/sql/connection.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace holdfast {

/// Asked between pages of rows; false ends the work.
using MayGoOn = std::function<bool()>;

/// Compares every row of the shop's tables with what the journal says, and adds what differs to
/// `differences`, until there are `differencesMax`. Marks in `fold` what it has met. False when it
/// was told to stop. Errors stay on the connection.
[[nodiscard]] bool compareRows(sql::Connection& connection, JournalFold& fold,
                               std::vector<Difference>& differences, std::size_t differencesMax,
                               const MayGoOn& mayGoOn);

} // namespace holdfast
