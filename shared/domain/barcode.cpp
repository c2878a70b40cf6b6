#include "shared/domain/barcode.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::size_t ean8Digits = 8;
constexpr std::size_t upcADigits = 12;
constexpr std::size_t ean13Digits = 13;
constexpr std::size_t gtin14Digits = 14;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAllDigits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), isDigit);
}

bool isVisibleAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool hasRightCheckDigit(std::string_view digits)
{
    return gtinCheckDigit(digits.substr(0, digits.size() - 1)) == digits.back();
}

/// "8,01E+12", "5.41E+12", "2E12": digits, at most one separator, an E, an exponent.
bool isScientificNotation(std::string_view text)
{
    const auto e = text.find_first_of("eE");
    if (e == std::string_view::npos || e == 0 || !isDigit(text.front())) {
        return false;
    }
    std::string_view mantissa = text.substr(0, e);
    std::string_view exponent = text.substr(e + 1);
    if (!exponent.empty() && (exponent.front() == '+' || exponent.front() == '-')) {
        exponent.remove_prefix(1);
    }
    const auto separator = mantissa.find_first_of(".,");
    const bool mantissaIsNumber = separator == std::string_view::npos
                                      ? isAllDigits(mantissa)
                                      : isAllDigits(mantissa.substr(0, separator)) &&
                                            isAllDigits(mantissa.substr(separator + 1));
    return mantissaIsNumber && !exponent.empty() && exponent.size() <= 3 && isAllDigits(exponent);
}

/// "978-3-16-148410-0" and "978 3 16 148410 0" as printed in books; anything else stays as it is.
std::string withoutIsbnHyphens(std::string_view text)
{
    if (!text.starts_with("978") && !text.starts_with("979")) {
        return std::string(text);
    }
    std::string digits(text);
    std::erase_if(digits, [](char c) { return c == '-' || c == ' '; });
    return digits.size() == ean13Digits && isAllDigits(digits) ? digits : std::string(text);
}

/// Restricted circulation: UPC-A number systems 2 and 4 (GS1 prefixes 020-029 and 040-049), EAN-13
/// prefixes 200-299.
bool isInStore13(std::string_view digits)
{
    return digits.starts_with("02") || digits.starts_with("04") || digits.front() == '2';
}

BarcodeKind kindOf13(std::string_view digits)
{
    if (isInStore13(digits)) {
        return BarcodeKind::InStore;
    }
    if (digits.starts_with("978") || digits.starts_with("979")) {
        return BarcodeKind::Isbn;
    }
    return digits.front() == '0' ? BarcodeKind::UpcA : BarcodeKind::Ean13;
}

} // namespace

std::string_view toString(BarcodeKind kind)
{
    switch (kind) {
    case BarcodeKind::Ean8:
        return "ean_8";
    case BarcodeKind::UpcA:
        return "upc_a";
    case BarcodeKind::Ean13:
        return "ean_13";
    case BarcodeKind::Gtin14:
        return "gtin_14";
    case BarcodeKind::InStore:
        return "in_store";
    case BarcodeKind::Isbn:
        return "isbn";
    case BarcodeKind::Text:
        return "text";
    }
    HOLDFAST_ASSERT(false);
}

std::string_view toString(BarcodeFault fault)
{
    switch (fault) {
    case BarcodeFault::Missing:
        return "missing";
    case BarcodeFault::Length:
        return "length";
    case BarcodeFault::CheckDigit:
        return "check_digit";
    case BarcodeFault::ScientificNotation:
        return "scientific_notation";
    case BarcodeFault::Character:
        return "character";
    }
    HOLDFAST_ASSERT(false);
}

char gtinCheckDigit(std::string_view body)
{
    HOLDFAST_ASSERT(!body.empty() && isAllDigits(body));
    unsigned sum = 0;
    bool weighsThree = true;
    for (auto digit = body.rbegin(); digit != body.rend(); ++digit) {
        sum += static_cast<unsigned>(*digit - '0') * (weighsThree ? 3U : 1U);
        weighsThree = !weighsThree;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string expandUpcE(std::string_view digits)
{
    if (digits.size() != ean8Digits || !isAllDigits(digits) || digits.front() > '1') {
        return {};
    }
    const std::string_view six = digits.substr(1, 6);
    const char last = six.back();
    std::string upcA{digits.front()};
    if (last <= '2') {
        upcA.append(six.substr(0, 2)).append(1, last).append("0000").append(six.substr(2, 3));
    } else if (last == '3') {
        upcA.append(six.substr(0, 3)).append("00000").append(six.substr(3, 2));
    } else if (last == '4') {
        upcA.append(six.substr(0, 4)).append("00000").append(six.substr(4, 1));
    } else {
        upcA.append(six.substr(0, 5)).append("0000").append(1, last);
    }
    const char check = gtinCheckDigit(upcA);
    return check == digits.back() ? upcA + check : std::string();
}

std::string suppressUpcA(std::string_view digits)
{
    if (digits.size() != upcADigits || !isAllDigits(digits) || digits.front() > '1' ||
        !hasRightCheckDigit(digits)) {
        return {};
    }
    const std::string_view maker = digits.substr(1, 5);
    const std::string_view item = digits.substr(6, 5);
    std::string six;
    if (maker[2] <= '2' && maker.ends_with("00") && item.starts_with("00")) {
        six.append(maker.substr(0, 2)).append(item.substr(2, 3)).append(1, maker[2]);
    } else if (maker.ends_with("00") && item.starts_with("000")) {
        six.append(maker.substr(0, 3)).append(item.substr(3, 2)).append("3");
    } else if (maker.ends_with('0') && item.starts_with("0000")) {
        six.append(maker.substr(0, 4)).append(item.substr(4, 1)).append("4");
    } else if (item.starts_with("0000") && item.back() >= '5') {
        six.append(maker).append(item.substr(4, 1));
    } else {
        return {};
    }
    return std::string(1, digits.front()) + six + digits.back();
}

bool Barcode::isPaddedInternalNumber() const
{
    return m_text.size() == ean8Digits && m_kind == BarcodeKind::InStore &&
           m_text.starts_with("00");
}

/// `digits` have a right check digit and one of the four lengths.
Barcode Barcode::ofGtin(std::string_view digits)
{
    const auto firstNonZero = std::min(digits.find_first_not_of('0'), digits.size());
    const std::size_t significant = digits.size() - firstNonZero;
    if (significant <= ean8Digits) {
        std::string eight(ean8Digits - significant, '0');
        eight.append(digits.substr(firstNonZero));
        // GTIN-8 prefixes 000-099 and 200-299 are for restricted circulation.
        const bool inStore = eight.front() == '0' || eight.front() == '2';
        return {eight, inStore ? BarcodeKind::InStore : BarcodeKind::Ean8};
    }
    if (significant == gtin14Digits) {
        return {std::string(digits), BarcodeKind::Gtin14};
    }
    std::string thirteen(ean13Digits - significant, '0');
    thirteen.append(digits.substr(firstNonZero));
    const BarcodeKind kind = kindOf13(thirteen);
    return {std::move(thirteen), kind};
}

Result<Barcode, BarcodeFault> canonicalBarcode(std::string_view scanned)
{
    const std::string code = withoutIsbnHyphens(trimmed(scanned));
    if (code.empty()) {
        return Failure<BarcodeFault>(BarcodeFault::Missing);
    }
    if (!isAllDigits(code)) {
        if (isScientificNotation(code)) {
            return Failure<BarcodeFault>(BarcodeFault::ScientificNotation);
        }
        if (!isVisibleAscii(code)) {
            return Failure<BarcodeFault>(BarcodeFault::Character);
        }
        if (code.size() > limits::barcodeTextLengthMax) {
            return Failure<BarcodeFault>(BarcodeFault::Length);
        }
        return Barcode(code, BarcodeKind::Text);
    }
    if (code.size() != ean8Digits && (code.size() < upcADigits || code.size() > gtin14Digits)) {
        return Failure<BarcodeFault>(BarcodeFault::Length);
    }
    if (hasRightCheckDigit(code)) {
        return Barcode::ofGtin(code);
    }
    if (const std::string upcA = expandUpcE(code); !upcA.empty()) {
        return Barcode::ofGtin(upcA);
    }
    return Failure<BarcodeFault>(BarcodeFault::CheckDigit);
}

Result<std::vector<Barcode>, BarcodeFault> barcodesToTry(std::string_view scanned)
{
    auto first = canonicalBarcode(scanned);
    if (!first) {
        return Failure<BarcodeFault>(first.error());
    }
    std::vector<Barcode> all{*first};
    const std::string& text = first->text();
    const auto add = [&all](const std::string& digits) {
        if (digits.empty() || !hasRightCheckDigit(digits)) {
            return;
        }
        Barcode other = Barcode::ofGtin(digits);
        if (std::find(all.begin(), all.end(), other) == all.end()) {
            all.push_back(std::move(other));
        }
    };
    if (first->kind() != BarcodeKind::Text && text.size() <= ean13Digits) {
        add(expandUpcE(text));
        if (text.size() == ean8Digits) {
            add(suppressUpcA("0000" + text));
        } else if (text.front() == '0') {
            add(suppressUpcA(text.substr(1)));
        }
    }
    return all;
}

} // namespace holdfast
