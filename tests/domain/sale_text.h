#pragma once

#include "shared/domain/pricing.h"

#include <string>
#include <string_view>
#include <vector>

/// Sales as short texts, so that a table of cases reads like a till roll.
namespace holdfast::test {

/// "3x333@1900 1x500@700": 3 pieces at 333 with 19 % tax, then one at 500 with 7 %.
[[nodiscard]] std::vector<PriceLine> saleLines(std::string_view text);

/// "10%#0 50#1 2.5% 100": 10 % off line 0, 50 off line 1, 2.5 % and 100 off the sale.
[[nodiscard]] std::vector<Discount> saleDiscounts(std::string_view text);

/// "899=755+144 500=467+33 | 1399 tax 177 off 100": total = net + tax of each line, then the
/// totals of the sale. The word of the fault when there is one.
[[nodiscard]] std::string outcome(const Result<PricedSale, PricingFault>& result);

/// "700: 467+33; 1900: 755+144": net + tax of every rate.
[[nodiscard]] std::string taxTable(const PricedSale& sale);

} // namespace holdfast::test
