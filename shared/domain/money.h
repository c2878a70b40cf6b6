#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// ISO 4217 alphabetic code, always three capital letters.
class Currency
{
public:
    constexpr Currency() = default;

    [[nodiscard]] static std::optional<Currency> parse(std::string_view code);

    [[nodiscard]] std::string_view code() const { return {m_code.data(), m_code.size()}; }

    /// Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217 table A.1).
    [[nodiscard]] int minorDigits() const;

    friend auto operator<=>(const Currency&, const Currency&) = default;

private:
    std::array<char, 3> m_code{'E', 'U', 'R'};
};

/// Amounts are whole minor units (cents); never a fraction. Arithmetic on them is checked.
using Minor = std::int64_t;

[[nodiscard]] std::optional<Minor> checkedAdd(Minor a, Minor b);
[[nodiscard]] std::optional<Minor> checkedMultiply(Minor a, std::int64_t b);

struct Money
{
    Minor minor = 0;
    Currency currency;

    friend auto operator<=>(const Money&, const Money&) = default;
};

/// "12.34", "-0.05", "500" for currencies without minor units. No currency sign.
[[nodiscard]] std::string toDecimal(const Money& amount);

} // namespace holdfast
