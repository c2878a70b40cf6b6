// How long to wait before asking again: doubling with full jitter on the upper half, so that the
// tills of a shop do not come back to a restarted server in step.
#pragma once

#include <cstdint>
#include <functional>

namespace holdfast {

struct BackoffLimits
{
    int firstMs = 200;
    int maxMs = 5'000;
};

class Backoff
{
public:
    using Random64 = std::function<std::uint64_t()>;

    explicit Backoff(Random64 random, BackoffLimits limits = {})
        : m_random(std::move(random)), m_limits(limits)
    {}

    /// `attempts` tries have failed so far, at least 1.
    [[nodiscard]] int delayMs(int attempts) const;

private:
    Random64 m_random;
    BackoffLimits m_limits;
};

} // namespace holdfast
