#pragma once

#include "shared/domain/money.h"
#include "shared/domain/quantity.h"
#include "shared/domain/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a sale costs: the only place where prices, discounts and tax meet, used by server and
/// till alike, so that both always show the same cents. Pure functions, safe on any thread.
///
/// Rounding. Everything is whole minor units. A fraction is rounded half up, once, in exactly
/// three places; all other amounts are sums and differences of integers, so every total on the
/// receipt is the sum of the lines above it:
///   1. the percentage taken off a line (all percentages on one line are added up first),
///   2. the percentage taken off the whole sale (added up first likewise),
///   3. the tax of a line, from the line's final amount.
///
/// Steps.
///   gross    = qty × unit price
///   off      = percent of gross (1) + amounts off this line               <= gross, else a fault
///   subtotal = sum of (gross − off)
///   saleOff  = percent of subtotal (2) + amounts off the sale          <= subtotal, else a fault
///   share    = saleOff spread over the lines in proportion to gross − off, by largest remainder:
///              every share is the exact quotient cut off or plus one, and they add up to saleOff
///   amount   = gross − off − share
///   Inclusive: total = amount, tax = amount × rate / (1 + rate) (3), net = total − tax
///   Exclusive: net = amount,   tax = amount × rate (3),             total = net + tax
/// In Exclusive mode discounts therefore lower the price before tax.
///
/// Examples (EUR, amounts in cents).
///   Inclusive, 19 %: 3 × 333, 10 % off the line. gross 999, off 99.9 → 100, total 899,
///     tax 899 × 19 / 119 = 143.54 → 144, net 755.
///   Inclusive: 1000 at 19 % and 500 at 7 %, 100 off the sale. Shares 66.67 and 33.33 → 67 and
///     33 (the larger remainder gets the cent), totals 933 and 467, tax 149 and 31.
///   Exclusive, 17.5 %: 1 × 3404. tax 595.7 → 596, total 4000; taken back out of 4000
///     (Inclusive) it is 596 again.
namespace holdfast {

/// Whether unit prices already contain the tax.
enum class TaxMode { Inclusive, Exclusive };

[[nodiscard]] std::string_view toString(TaxMode mode); ///< "inclusive", "exclusive"
[[nodiscard]] std::optional<TaxMode> parseTaxMode(std::string_view word);

/// Something taken off a line or off the whole sale. The order of discounts does not matter.
/// A price set by staff is no discount: put it into PriceLine::unitPriceMinor.
struct Discount
{
    enum class Kind {
        Percent, ///< value in hundredths of a per cent: 1000 is 10 %; 0 to 10,000
        Amount   ///< value in minor units, not negative, taken off once (not per unit)
    };

    Kind kind = Kind::Percent;
    std::int64_t value = 0;
    std::string reason;
    std::optional<int> line; ///< index of the line; absent: the whole sale

    friend bool operator==(const Discount&, const Discount&) = default;
};

[[nodiscard]] std::string_view toString(Discount::Kind kind); ///< "percent", "amount"
[[nodiscard]] std::optional<Discount::Kind> parseDiscountKind(std::string_view word);

struct PriceLine
{
    Units qty = 0; ///< 0 is allowed and costs nothing
    Minor unitPriceMinor = 0;
    int taxRateBp = 0; ///< hundredths of a per cent, 0 to limits::taxRateBpMax
};

/// totalMinor == netMinor + taxMinor, always. None is negative.
struct PricedLine
{
    Minor grossMinor = 0;    ///< qty × unit price, before discounts
    Minor discountMinor = 0; ///< off this line, its share of what is off the sale included
    Minor totalMinor = 0;    ///< what the customer pays for the line, tax in
    Minor taxMinor = 0;
    Minor netMinor = 0;

    friend bool operator==(const PricedLine&, const PricedLine&) = default;
};

struct TaxTotal
{
    int rateBp = 0;
    Minor netMinor = 0;
    Minor taxMinor = 0;
    Minor totalMinor = 0;

    friend bool operator==(const TaxTotal&, const TaxTotal&) = default;
};

/// Totals are sums of the lines. They do not depend on the order of the lines.
struct PricedSale
{
    std::vector<PricedLine> lines; ///< in the order asked
    std::vector<TaxTotal> taxes;   ///< one per rate that occurs, ascending by rate
    Minor totalMinor = 0;
    Minor taxMinor = 0;
    Minor discountMinor = 0;

    friend bool operator==(const PricedSale&, const PricedSale&) = default;
};

/// In the order in which they are checked; only tax that comes on top is added up last.
enum class PricingFault {
    NegativeQuantity,
    NegativePrice,
    TaxRateOutOfRange,
    DiscountOutOfRange,   ///< a percentage outside 0 to 10,000, or a negative amount
    DiscountLineUnknown,  ///< names a line that is not there
    AmountTooLarge,       ///< an amount of the sale would pass limits::amountMinorMax
    DiscountExceedsAmount ///< would take a line or the sale below zero
};

[[nodiscard]] std::string_view toString(PricingFault fault); ///< stable snake_case word

[[nodiscard]] Result<PricedSale, PricingFault>
priceSale(std::span<const PriceLine> lines, std::span<const Discount> discounts, TaxMode mode);

/// The multiple of step nearest to amount, half away from zero: what is asked for in cash where
/// small coins are not in use. The difference, roundCash(a, s) − a, is a line of its own on the
/// receipt (Payment::roundingMinor) and never changes the tax. step >= 1; 1 changes nothing.
[[nodiscard]] Minor roundCash(Minor amount, Minor step);

/// The usual step of cash in a currency: 5 for CHF, 100 for SEK, 1 for EUR. A shop may differ.
[[nodiscard]] Minor cashStep(const Currency& currency);

/// What qtyNow units of a paid line give back. The running sum of refunds is the line's total ×
/// units given back / units sold, rounded half up, so each refund is the difference to what was
/// refunded before: in whatever pieces a line comes back, they add up to its total exactly, and
/// at no time to more. 999 for 3 units split 333, 333, 333; 1000 split 333, 334, 333.
/// Money that went back without units (alreadyRefundedMinor above its share) is taken off what
/// follows. The tax in a refund is the same function over the line's tax.
/// The caller has checked: 0 <= lineTotalMinor, 0 <= alreadyRefundedMinor <= lineTotalMinor,
/// 0 <= alreadyRefundedQty, 0 <= qtyNow, and both together <= lineQty.
[[nodiscard]] Minor refundShare(Minor lineTotalMinor, Units lineQty, Units alreadyRefundedQty,
                                Minor alreadyRefundedMinor, Units qtyNow);

/// What a customer is likely to hand over, for the till's quick buttons: the exact amount first,
/// then up to four rounder sums of few notes and coins, ascending. Give it the amount already
/// rounded for cash. {0} when nothing is due, empty when the shop owes.
[[nodiscard]] std::vector<Minor> quickCashAmounts(Minor dueMinor, const Currency& currency);

} // namespace holdfast
