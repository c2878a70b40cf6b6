#pragma once

#include "shared/domain/instant.h"

#include <chrono>

namespace holdfast {

/// Time comes in as a value; this is where it comes from. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;

    /// Never goes back: for periods and lengths of time, which a corrected wall clock must not
    /// stretch.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const
    {
        return std::chrono::steady_clock::now();
    }
};

/// The wall clock of the machine, in UTC.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override;
};

} // namespace holdfast
