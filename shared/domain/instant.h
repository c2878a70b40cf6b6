#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// A length of time in whole milliseconds.
struct Duration
{
    std::int64_t ms = 0;

    friend auto operator<=>(const Duration&, const Duration&) = default;

    static constexpr Duration seconds(std::int64_t count) { return {count * 1000}; }
};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant
{
    std::int64_t ms = 0;

    friend auto operator<=>(const Instant&, const Instant&) = default;

    friend constexpr Instant operator+(Instant at, Duration by) { return {at.ms + by.ms}; }
    friend constexpr Instant operator-(Instant at, Duration by) { return {at.ms - by.ms}; }
    friend constexpr Duration operator-(Instant a, Instant b) { return {a.ms - b.ms}; }
};

/// RFC 3339 in UTC with milliseconds: 2026-11-22T14:00:00.000Z. Years 0000 to 9999.
[[nodiscard]] std::string toString(Instant at);

/// Reads any RFC 3339 date-time that lies in the years 0000 to 9999 in UTC; digits past the
/// milliseconds are cut off.
[[nodiscard]] std::optional<Instant> parseInstant(std::string_view text);

} // namespace holdfast
