#include "shared/domain/money.h"

#include <algorithm>

namespace holdfast {

std::optional<Currency> Currency::parse(std::string_view code)
{
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (code.size() != 3 || !std::all_of(code.begin(), code.end(), capital)) {
        return std::nullopt;
    }
    Currency currency;
    std::copy(code.begin(), code.end(), currency.m_code.begin());
    return currency;
}

int Currency::minorDigits() const
{
    static constexpr std::array<std::string_view, 16> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                           "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                           "VND", "VUV", "XAF", "XOF"};
    static constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD",
                                                           "LYD", "OMR", "TND"};
    if (std::find(none.begin(), none.end(), code()) != none.end() || code() == "XPF") {
        return 0;
    }
    return std::find(three.begin(), three.end(), code()) != three.end() ? 3 : 2;
}

std::optional<Minor> checkedAdd(Minor a, Minor b)
{
    Minor sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return std::nullopt;
    }
    return sum;
}

std::optional<Minor> checkedMultiply(Minor a, std::int64_t b)
{
    Minor product = 0;
    if (__builtin_mul_overflow(a, b, &product)) {
        return std::nullopt;
    }
    return product;
}

std::string toDecimal(const Money& amount)
{
    const auto digits = static_cast<std::size_t>(amount.currency.minorDigits());
    const bool negative = amount.minor < 0;
    const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(amount.minor)
                                             : static_cast<std::uint64_t>(amount.minor);
    std::string text = std::to_string(magnitude);
    if (digits > 0) {
        if (text.size() <= digits) {
            text.insert(0, digits + 1 - text.size(), '0');
        }
        text.insert(text.size() - digits, 1, '.');
    }
    return negative ? "-" + text : text;
}

} // namespace holdfast
