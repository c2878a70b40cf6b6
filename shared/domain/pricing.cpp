#include "shared/domain/pricing.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

namespace holdfast {

namespace {

__extension__ using Wide = __int128; // a product of two amounts does not fit into 64 bits

constexpr std::int64_t wholeBp = 10'000;

/// The one rounding of this file: amount × numerator / denominator, half up. No part is negative.
Wide proportion(Minor amount, std::int64_t numerator, std::int64_t denominator)
{
    const Wide twice = Wide{amount} * numerator * 2;
    return (twice + denominator) / (Wide{denominator} * 2);
}

/// Everything that is off one line, or off the whole sale. Percentages of a hundred discounts and
/// more stay far from the ends of Wide.
struct Off
{
    Wide percentBp = 0;
    Wide amountMinor = 0;

    void add(const Discount& discount)
    {
        (discount.kind == Discount::Kind::Percent ? percentBp : amountMinor) += discount.value;
    }

    /// What it takes off an amount; nothing when that would be more than the amount.
    [[nodiscard]] std::optional<Minor> from(Minor amount) const
    {
        if (percentBp > wholeBp) {
            return std::nullopt;
        }
        const Wide off =
            proportion(amount, static_cast<std::int64_t>(percentBp), wholeBp) + amountMinor;
        if (off > amount) {
            return std::nullopt;
        }
        return static_cast<Minor>(off);
    }
};

std::optional<PricingFault> checkLine(const PriceLine& line)
{
    if (line.qty < 0) {
        return PricingFault::NegativeQuantity;
    }
    if (line.unitPriceMinor < 0) {
        return PricingFault::NegativePrice;
    }
    if (line.taxRateBp < 0 || line.taxRateBp > limits::taxRateBpMax) {
        return PricingFault::TaxRateOutOfRange;
    }
    return std::nullopt;
}

std::optional<PricingFault> checkDiscount(const Discount& discount, std::size_t lineCount)
{
    const bool percent = discount.kind == Discount::Kind::Percent;
    if (discount.value < 0 || (percent && discount.value > wholeBp)) {
        return PricingFault::DiscountOutOfRange;
    }
    if (discount.line && !std::in_range<std::size_t>(*discount.line)) {
        return PricingFault::DiscountLineUnknown;
    }
    if (discount.line && static_cast<std::size_t>(*discount.line) >= lineCount) {
        return PricingFault::DiscountLineUnknown;
    }
    return std::nullopt;
}

/// The first fault in the order of the enum, so that the answer does not hang on where it stands.
std::optional<PricingFault> checkInput(std::span<const PriceLine> lines,
                                       std::span<const Discount> discounts)
{
    std::optional<PricingFault> first;
    const auto note = [&first](std::optional<PricingFault> fault) {
        if (fault && (!first || *fault < *first)) {
            first = fault;
        }
    };
    for (const PriceLine& line : lines) {
        note(checkLine(line));
    }
    for (const Discount& discount : discounts) {
        note(checkDiscount(discount, lines.size()));
    }
    return first;
}

/// A line on its way through the steps: what is left of it after the discounts so far.
struct OpenLine
{
    Minor gross = 0;
    Minor amount = 0;
    int taxRateBp = 0;
};

/// qty × price of every line; fails as soon as their sum passes the limit, before anything is
/// computed from it.
std::optional<std::vector<OpenLine>> openLines(std::span<const PriceLine> lines)
{
    std::vector<OpenLine> open;
    open.reserve(lines.size());
    Wide sum = 0;
    for (const PriceLine& line : lines) {
        const Wide gross = Wide{line.qty} * line.unitPriceMinor;
        sum += gross;
        if (sum > limits::amountMinorMax) {
            return std::nullopt;
        }
        const auto fitting = static_cast<Minor>(gross);
        open.push_back({fitting, fitting, line.taxRateBp});
    }
    return open;
}

/// Puts the larger cut-off rest first. Where rests are equal the lines' content decides, never
/// their place, or the tax of a sale would depend on the order in which it was scanned. Lines
/// equal in all of this are the same for every total.
struct Rest
{
    Wide rest = 0;
    const OpenLine* line = nullptr;
    Minor* share = nullptr;

    friend bool operator<(const Rest& a, const Rest& b)
    {
        if (a.rest != b.rest) {
            return a.rest > b.rest;
        }
        return std::pair(a.line->amount, a.line->taxRateBp) >
               std::pair(b.line->amount, b.line->taxRateBp);
    }
};

/// Spreads off (at most the sum of the amounts) over the lines by largest remainder. No share is
/// more than its line: only a quotient that was cut off is raised, and then at most to its ceiling.
std::vector<Minor> spread(Minor off, const std::vector<OpenLine>& lines)
{
    std::vector<Minor> shares(lines.size(), 0);
    const Minor whole =
        std::accumulate(lines.begin(), lines.end(), Minor{0},
                        [](Minor sum, const OpenLine& line) { return sum + line.amount; });
    if (off == 0) {
        return shares;
    }
    HOLDFAST_ASSERT(whole >= off);
    HOLDFAST_ASSERT(whole > 0);
    std::vector<Rest> rests;
    rests.reserve(lines.size());
    Minor left = off;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Wide exact = Wide{off} * lines[i].amount;
        shares[i] = static_cast<Minor>(exact / whole);
        left -= shares[i];
        rests.push_back({exact % whole, &lines[i], &shares[i]});
    }
    std::stable_sort(rests.begin(), rests.end());
    HOLDFAST_ASSERT(left >= 0 && std::cmp_less_equal(left, rests.size()));
    for (std::size_t i = 0; std::cmp_less(i, left); ++i) {
        ++*rests[i].share;
    }
    return shares;
}

/// Takes all discounts off the open lines; false when one would take more than there is.
bool takeDiscounts(std::vector<OpenLine>& lines, std::span<const Discount> discounts)
{
    std::vector<Off> offLines(lines.size());
    Off offSale;
    for (const Discount& discount : discounts) {
        Off& target = discount.line ? offLines[static_cast<std::size_t>(*discount.line)] : offSale;
        target.add(discount);
    }
    Minor subtotal = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto off = offLines[i].from(lines[i].gross);
        if (!off) {
            return false;
        }
        lines[i].amount -= *off;
        subtotal += lines[i].amount;
    }
    const auto saleOff = offSale.from(subtotal);
    if (!saleOff) {
        return false;
    }
    const std::vector<Minor> shares = spread(*saleOff, lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].amount -= shares[i];
    }
    return true;
}

PricedLine priceLine(const OpenLine& line, TaxMode mode)
{
    PricedLine priced;
    priced.grossMinor = line.gross;
    priced.discountMinor = line.gross - line.amount;
    const std::int64_t base = mode == TaxMode::Inclusive ? wholeBp + line.taxRateBp : wholeBp;
    priced.taxMinor = static_cast<Minor>(proportion(line.amount, line.taxRateBp, base));
    priced.netMinor = mode == TaxMode::Inclusive ? line.amount - priced.taxMinor : line.amount;
    priced.totalMinor = priced.netMinor + priced.taxMinor;
    return priced;
}

PricedSale sumUp(const std::vector<OpenLine>& open, TaxMode mode)
{
    PricedSale sale;
    sale.lines.reserve(open.size());
    std::map<int, TaxTotal> byRate;
    for (const OpenLine& line : open) {
        const PricedLine& priced = sale.lines.emplace_back(priceLine(line, mode));
        TaxTotal& tax = byRate[line.taxRateBp];
        tax.rateBp = line.taxRateBp;
        tax.netMinor += priced.netMinor;
        tax.taxMinor += priced.taxMinor;
        tax.totalMinor += priced.totalMinor;
        sale.totalMinor += priced.totalMinor;
        sale.taxMinor += priced.taxMinor;
        sale.discountMinor += priced.discountMinor;
    }
    sale.taxes.reserve(byRate.size());
    for (const auto& [rate, tax] : byRate) {
        sale.taxes.push_back(tax);
    }
    return sale;
}

} // namespace

Result<PricedSale, PricingFault> priceSale(std::span<const PriceLine> lines,
                                           std::span<const Discount> discounts, TaxMode mode)
{
    if (const auto fault = checkInput(lines, discounts)) {
        return Failure<PricingFault>(*fault);
    }
    auto open = openLines(lines);
    if (!open) {
        return Failure<PricingFault>(PricingFault::AmountTooLarge);
    }
    if (!takeDiscounts(*open, discounts)) {
        return Failure<PricingFault>(PricingFault::DiscountExceedsAmount);
    }
    PricedSale sale = sumUp(*open, mode);
    if (sale.totalMinor > limits::amountMinorMax) {
        return Failure<PricingFault>(PricingFault::AmountTooLarge);
    }
    return sale;
}

Minor refundShare(Minor lineTotalMinor, Units lineQty, Units alreadyRefundedQty,
                  Minor alreadyRefundedMinor, Units qtyNow)
{
    HOLDFAST_ASSERT(lineTotalMinor >= 0);
    HOLDFAST_ASSERT(alreadyRefundedMinor >= 0 && alreadyRefundedMinor <= lineTotalMinor);
    HOLDFAST_ASSERT(alreadyRefundedQty >= 0 && qtyNow >= 0);
    HOLDFAST_ASSERT(alreadyRefundedQty <= lineQty && qtyNow <= lineQty - alreadyRefundedQty);
    if (qtyNow == 0) {
        return 0;
    }
    const auto owed =
        static_cast<Minor>(proportion(lineTotalMinor, alreadyRefundedQty + qtyNow, lineQty));
    return std::max(owed - alreadyRefundedMinor, Minor{0});
}

std::string_view toString(TaxMode mode)
{
    return mode == TaxMode::Inclusive ? "inclusive" : "exclusive";
}

std::optional<TaxMode> parseTaxMode(std::string_view word)
{
    for (const TaxMode mode : {TaxMode::Inclusive, TaxMode::Exclusive}) {
        if (toString(mode) == word) {
            return mode;
        }
    }
    return std::nullopt;
}

std::string_view toString(Discount::Kind kind)
{
    return kind == Discount::Kind::Percent ? "percent" : "amount";
}

std::optional<Discount::Kind> parseDiscountKind(std::string_view word)
{
    for (const Discount::Kind kind : {Discount::Kind::Percent, Discount::Kind::Amount}) {
        if (toString(kind) == word) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string_view toString(PricingFault fault)
{
    switch (fault) {
    case PricingFault::NegativeQuantity:
        return "negative_quantity";
    case PricingFault::NegativePrice:
        return "negative_price";
    case PricingFault::TaxRateOutOfRange:
        return "tax_rate_out_of_range";
    case PricingFault::DiscountOutOfRange:
        return "discount_out_of_range";
    case PricingFault::DiscountLineUnknown:
        return "discount_line_unknown";
    case PricingFault::AmountTooLarge:
        return "amount_too_large";
    case PricingFault::DiscountExceedsAmount:
        return "discount_exceeds_amount";
    }
    HOLDFAST_ASSERT(false);
}

} // namespace holdfast
