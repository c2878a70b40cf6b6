#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// 128-bit identifier (RFC 9562). Any variant and version is accepted from callers.
struct Uuid
{
    std::array<std::uint8_t, 16> bytes{};

    friend auto operator<=>(const Uuid&, const Uuid&) = default;

    [[nodiscard]] bool isNil() const { return *this == Uuid{}; }
};

/// The 36-character form with lower-case digits.
[[nodiscard]] std::string toString(const Uuid& id);

/// Accepts exactly 8-4-4-4-12 hexadecimal digits in either case.
[[nodiscard]] std::optional<Uuid> parseUuid(std::string_view text);

/// Makes UUIDv7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then a 12-bit counter that
/// keeps ids of one millisecond in order, then 62 random bits. Time and randomness are handed in,
/// so that a simulated run makes the same ids again. Not thread-safe: one per thread.
class UuidV7Maker
{
public:
    using Random64 = std::function<std::uint64_t()>;

    explicit UuidV7Maker(Random64 random) : m_random(std::move(random)) {}

    [[nodiscard]] Uuid make(std::int64_t unixMs);

private:
    Random64 m_random;
    std::int64_t m_lastMs = 0;
    std::uint16_t m_counter = 0;
};

/// Ids of different things do not convert into each other.
template <class Tag>
struct TypedId
{
    Uuid value;

    friend auto operator<=>(const TypedId&, const TypedId&) = default;
};

using HoldId = TypedId<struct HoldTag>;
using OrderId = TypedId<struct OrderTag>;
using PaymentId = TypedId<struct PaymentTag>;
using RefundId = TypedId<struct RefundTag>;

template <class Tag>
[[nodiscard]] std::string toString(const TypedId<Tag>& id)
{
    return toString(id.value);
}

/// Products have small positive integers, given by the store in order of creation.
struct ProductId
{
    std::int64_t value = 0;

    friend auto operator<=>(const ProductId&, const ProductId&) = default;
};

/// Who a command comes from: the row of its access token. 0 is the anonymous caller of demo mode.
struct CallerId
{
    std::int64_t value = 0;

    friend auto operator<=>(const CallerId&, const CallerId&) = default;
};

} // namespace holdfast

template <>
struct std::hash<holdfast::Uuid>
{
    std::size_t operator()(const holdfast::Uuid& id) const noexcept;
};

template <class Tag>
struct std::hash<holdfast::TypedId<Tag>>
{
    std::size_t operator()(const holdfast::TypedId<Tag>& id) const noexcept
    {
        return std::hash<holdfast::Uuid>{}(id.value);
    }
};

template <>
struct std::hash<holdfast::ProductId>
{
    std::size_t operator()(holdfast::ProductId id) const noexcept
    {
        return std::hash<std::int64_t>{}(id.value);
    }
};
