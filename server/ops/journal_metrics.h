#pragma once

#include "server/feed/journal_watch.h"

#include <string>

namespace holdfast {

/// How far this server is behind what others commit, in Prometheus' text format.
[[nodiscard]] std::string journalMetrics(const JournalWatch& watch);

} // namespace holdfast
