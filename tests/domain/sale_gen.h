#pragma once

#include "shared/domain/pricing.h"

#include <rapidcheck.h>

#include <iosfwd>
#include <vector>

namespace holdfast {

std::ostream& operator<<(std::ostream& out, const PriceLine& line);
std::ostream& operator<<(std::ostream& out, const Discount& discount);
std::ostream& operator<<(std::ostream& out, TaxMode mode);

} // namespace holdfast

namespace holdfast::test {

struct Basket
{
    std::vector<PriceLine> lines;
    std::vector<Discount> discounts;
};

/// Small numbers on purpose: with cents and single pieces, fractions fall on halves and rests tie
/// far more often than with large ones.
[[nodiscard]] rc::Gen<PriceLine> smallLine();

/// One percentage and one amount at most off each line; never more than the line.
[[nodiscard]] rc::Gen<Basket> basketWithLineDiscounts();

/// As above, and off the sale as well: always a valid sale.
[[nodiscard]] rc::Gen<Basket> basket();

[[nodiscard]] rc::Gen<TaxMode> taxMode();

} // namespace holdfast::test
