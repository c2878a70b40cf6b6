#pragma once

/// Invariants that stay checked in release builds: a till that has lost count of its stock must
/// stop, not sell on. For programmer errors only; what may happen in a shop is a refusal.

namespace holdfast {

[[noreturn]] void assertionFailed(const char* condition, const char* file, int line);

} // namespace holdfast

#define HOLDFAST_ASSERT(condition)                                                                 \
    (static_cast<bool>(condition) ? static_cast<void>(0)                                           \
                                  : ::holdfast::assertionFailed(#condition, __FILE__, __LINE__))
