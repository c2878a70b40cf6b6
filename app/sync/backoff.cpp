#include "app/sync/backoff.h"

#include <algorithm>

namespace holdfast {

int Backoff::delayMs(int attempts) const
{
    const int doublings = std::clamp(attempts - 1, 0, 16);
    const std::int64_t full = std::min<std::int64_t>(
        m_limits.maxMs, static_cast<std::int64_t>(m_limits.firstMs) << doublings);
    const std::int64_t half = full / 2;
    const auto jitter =
        static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(half + 1));
    return static_cast<int>(full - half + jitter);
}

} // namespace holdfast
