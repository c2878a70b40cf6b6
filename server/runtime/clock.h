#pragma once

#include "shared/domain/instant.h"

namespace holdfast {

/// Time comes in as a value; this is where it comes from. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

/// The wall clock of the machine, in UTC.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override;
};

} // namespace holdfast
