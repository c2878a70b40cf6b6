#include "tests/domain/sale_text.h"

#include "shared/domain/assert.h"

#include <charconv>
#include <sstream>

namespace holdfast::test {

namespace {

std::vector<std::string> words(std::string_view text)
{
    std::istringstream stream{std::string(text)};
    std::vector<std::string> found;
    for (std::string word; stream >> word;) {
        found.push_back(word);
    }
    return found;
}

/// Reads a number off the front and, when given, the sign that must follow it.
template <class Number>
Number take(std::string_view& text, std::string_view sign = {})
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    HOLDFAST_ASSERT(error == std::errc{});
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    HOLDFAST_ASSERT(text.substr(0, sign.size()) == sign);
    text.remove_prefix(sign.size());
    return number;
}

Discount saleDiscount(std::string_view word)
{
    Discount discount;
    const bool percent = word.find('%') != std::string_view::npos;
    discount.kind = percent ? Discount::Kind::Percent : Discount::Kind::Amount;
    discount.value = take<std::int64_t>(word) * (percent ? 100 : 1);
    if (word.starts_with('.')) {
        word.remove_prefix(1);
        discount.value += take<int>(word) * 10;
    }
    if (percent) {
        HOLDFAST_ASSERT(word.starts_with('%'));
        word.remove_prefix(1);
    }
    if (word.starts_with('#')) {
        word.remove_prefix(1);
        discount.line = take<int>(word);
    }
    HOLDFAST_ASSERT(word.empty());
    return discount;
}

} // namespace

std::vector<PriceLine> saleLines(std::string_view text)
{
    std::vector<PriceLine> lines;
    for (const std::string& word : words(text)) {
        std::string_view rest = word;
        PriceLine line;
        line.qty = take<Units>(rest, "x");
        line.unitPriceMinor = take<Minor>(rest, "@");
        line.taxRateBp = take<int>(rest);
        HOLDFAST_ASSERT(rest.empty());
        lines.push_back(line);
    }
    return lines;
}

std::vector<Discount> saleDiscounts(std::string_view text)
{
    std::vector<Discount> discounts;
    for (const std::string& word : words(text)) {
        discounts.push_back(saleDiscount(word));
    }
    return discounts;
}

std::string outcome(const Result<PricedSale, PricingFault>& result)
{
    if (!result) {
        return std::string(toString(result.error()));
    }
    std::ostringstream text;
    for (const PricedLine& line : result->lines) {
        text << line.totalMinor << '=' << line.netMinor << '+' << line.taxMinor << ' ';
    }
    text << "| " << result->totalMinor << " tax " << result->taxMinor << " off "
         << result->discountMinor;
    return text.str();
}

std::string taxTable(const PricedSale& sale)
{
    std::ostringstream text;
    for (const TaxTotal& tax : sale.taxes) {
        HOLDFAST_ASSERT(tax.totalMinor == tax.netMinor + tax.taxMinor);
        text << (&tax == sale.taxes.data() ? "" : "; ") << tax.rateBp << ": " << tax.netMinor << '+'
             << tax.taxMinor;
    }
    return text.str();
}

} // namespace holdfast::test
