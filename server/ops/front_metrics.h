#pragma once

#include "server/http/front/server.h"

#include <string>

namespace holdfast {

/// The HTTP front's counters in Prometheus text format.
[[nodiscard]] std::string frontMetrics(const http::Counters& counters);

} // namespace holdfast
