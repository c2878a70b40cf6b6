#include "shared/domain/assert.h"
#include "shared/domain/pricing.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace holdfast {

namespace {

__extension__ using Wide = __int128; // the multiple above an amount may not fit into 64 bits

bool fits(Wide amount)
{
    return amount >= std::numeric_limits<Minor>::min() &&
           amount <= std::numeric_limits<Minor>::max();
}

constexpr std::size_t quickCashMax = 5;
constexpr std::size_t singlePieceMax = 2;

/// Coins and notes that are in everyday use, in minor units, ascending. The smallest is the step
/// of cash.
struct CashSet
{
    std::string_view currency;
    std::array<Minor, 14> pieces; ///< filled up with zeros
};

constexpr std::array<CashSet, 15> cashSets{{
    {"AUD", {5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}},
    {"CAD", {5, 10, 25, 100, 200, 500, 1000, 2000, 5000, 10000}},
    {"CHF", {5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000}},
    {"CZK", {100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000}},
    {"DKK", {50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000}},
    {"EUR", {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000}},
    {"GBP", {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}},
    {"HUF", {500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 2000000}},
    {"JPY", {1, 5, 10, 50, 100, 500, 1000, 5000, 10000}},
    {"KWD", {5, 10, 20, 50, 100, 250, 500, 1000, 5000, 10000, 20000}},
    {"NOK", {100, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}},
    {"NZD", {10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}},
    {"PLN", {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000}},
    {"SEK", {100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}},
    {"USD", {1, 5, 10, 25, 100, 500, 1000, 2000, 5000, 10000}},
}};

/// For a currency that is not listed: 1, 2, 5, 10 … of its smallest unit, as most are.
constexpr std::array<Minor, 14> usualPieces{1,   2,   5,    10,   20,   50,    100,
                                            200, 500, 1000, 2000, 5000, 10000, 20000};

const std::array<Minor, 14>& piecesOf(const Currency& currency)
{
    const auto* const found =
        std::find_if(cashSets.begin(), cashSets.end(),
                     [&](const CashSet& set) { return set.currency == currency.code(); });
    return found == cashSets.end() ? usualPieces : found->pieces;
}

/// How many notes and coins make up an amount, the largest first; with a rest no piece covers
/// counted as one more.
Minor pieceCount(Minor amount, const std::array<Minor, 14>& pieces)
{
    Minor count = 0;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
        if (*piece > 0) {
            count += amount / *piece;
            amount %= *piece;
        }
    }
    return amount > 0 ? count + 1 : count;
}

/// The sums that round due up to some piece, as (pieces needed, amount), fewest first. One that
/// takes no fewer pieces than the exact amount is of no use to anybody.
std::vector<std::pair<Minor, Minor>> roundedUp(Minor due, const std::array<Minor, 14>& pieces)
{
    std::vector<std::pair<Minor, Minor>> sums;
    const Minor exactCount = pieceCount(due, pieces);
    for (const Minor piece : pieces) {
        const Wide up = piece > 0 ? (Wide{due} + piece - 1) / piece * piece : 0;
        if (up <= due || !fits(up)) {
            continue;
        }
        const auto amount = static_cast<Minor>(up);
        const Minor count = pieceCount(amount, pieces);
        if (count < exactCount) {
            sums.emplace_back(count, amount);
        }
    }
    std::sort(sums.begin(), sums.end());
    sums.erase(std::unique(sums.begin(), sums.end()), sums.end());
    return sums;
}

} // namespace

Minor roundCash(Minor amount, Minor step)
{
    HOLDFAST_ASSERT(step >= 1);
    const Minor sign = amount < 0 ? -1 : 1;
    const Wide magnitude = Wide{amount} * sign;
    const Wide rounded = (magnitude * 2 + step) / (Wide{step} * 2) * step * sign;
    // Only within one step of the ends of 64 bits: stay representable rather than nearest.
    return fits(rounded) ? static_cast<Minor>(rounded) : amount - amount % step;
}

Minor cashStep(const Currency& currency)
{
    return piecesOf(currency).front();
}

std::vector<Minor> quickCashAmounts(Minor dueMinor, const Currency& currency)
{
    if (dueMinor <= 0) {
        return dueMinor == 0 ? std::vector<Minor>{0} : std::vector<Minor>{};
    }
    // A single note is likeliest, but beyond the next larger one it only means more change.
    std::vector<Minor> amounts{dueMinor};
    std::size_t singles = 0;
    for (const auto& [count, amount] : roundedUp(dueMinor, piecesOf(currency))) {
        if (amounts.size() == quickCashMax || (count == 1 && singles == singlePieceMax)) {
            continue;
        }
        singles += count == 1 ? 1 : 0;
        amounts.push_back(amount);
    }
    std::sort(amounts.begin(), amounts.end());
    return amounts;
}

} // namespace holdfast
