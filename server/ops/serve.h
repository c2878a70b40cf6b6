#pragma once

#include "server/ops/config.h"

namespace holdfast {

/// Runs the server until SIGTERM or SIGINT. The exit code of the process: 0 after a graceful end,
/// 1 when it cannot start, 2 for a configuration that cannot work.
[[nodiscard]] int serve(const Config& config);

} // namespace holdfast
