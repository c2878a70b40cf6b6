#pragma once

#include <string>

namespace holdfast {

/// What holdfast-server exits with.
inline constexpr int exitOk = 0;
inline constexpr int exitFailed = 1;
inline constexpr int exitUsage = 2; ///< the command line or the configuration is wrong

/// Says why on stderr, in one line; gives `code` back.
int fail(const std::string& text, int code = exitFailed);

} // namespace holdfast
