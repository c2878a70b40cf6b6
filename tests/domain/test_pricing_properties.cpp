#include "tests/domain/property.h"
#include "tests/domain/sale_gen.h"

#include "shared/domain/limits.h"
#include "shared/domain/pricing.h"

#include <algorithm>
#include <limits>
#include <numeric>

using namespace holdfast;
using namespace holdfast::test;

namespace {

__extension__ using Wide = __int128;

/// What "rounded half up, once" means, without computing it: rounded is at most half above the
/// quotient and less than half below it.
bool isRoundedHalfUp(Minor rounded, Wide numerator, Wide denominator)
{
    const Wide twiceError = (Wide{rounded} * denominator - numerator) * 2;
    return twiceError <= denominator && twiceError > -denominator;
}

PricedSale priced(const Basket& sale, TaxMode mode)
{
    const auto result = priceSale(sale.lines, sale.discounts, mode);
    RC_ASSERT(result.has_value());
    return *result;
}

Minor amountOf(const PricedLine& line, TaxMode mode)
{
    return mode == TaxMode::Inclusive ? line.totalMinor : line.netMinor;
}

template <class Values, class Projection>
Minor sumOf(const Values& values, Projection projection)
{
    return std::accumulate(values.begin(), values.end(), Minor{0},
                           [&](Minor sum, const auto& v) { return sum + v.*projection; });
}

void checkLine(const PriceLine& asked, const PricedLine& line, TaxMode mode)
{
    RC_ASSERT(line.grossMinor == asked.qty * asked.unitPriceMinor);
    RC_ASSERT(line.totalMinor == line.netMinor + line.taxMinor);
    RC_ASSERT(amountOf(line, mode) == line.grossMinor - line.discountMinor);
    RC_ASSERT((line.discountMinor >= 0 && line.taxMinor >= 0 && line.netMinor >= 0));
    const int base = mode == TaxMode::Inclusive ? 10'000 + asked.taxRateBp : 10'000;
    RC_ASSERT(isRoundedHalfUp(line.taxMinor, Wide{amountOf(line, mode)} * asked.taxRateBp, base));
}

void checkTotals(const PricedSale& sale)
{
    RC_ASSERT(sale.totalMinor == sumOf(sale.lines, &PricedLine::totalMinor));
    RC_ASSERT(sale.taxMinor == sumOf(sale.lines, &PricedLine::taxMinor));
    RC_ASSERT(sale.discountMinor == sumOf(sale.lines, &PricedLine::discountMinor));
    RC_ASSERT(sale.totalMinor == sumOf(sale.taxes, &TaxTotal::totalMinor));
    RC_ASSERT(sale.taxMinor == sumOf(sale.taxes, &TaxTotal::taxMinor));
    for (std::size_t i = 0; i < sale.taxes.size(); ++i) {
        const TaxTotal& tax = sale.taxes[i];
        RC_ASSERT(tax.totalMinor == tax.netMinor + tax.taxMinor);
        RC_ASSERT((i == 0 || sale.taxes[i - 1].rateBp < tax.rateBp));
    }
}

std::vector<std::size_t> shuffledPlaces(std::size_t count)
{
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) {
        std::swap(places[i - 1], places[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    return places;
}

Basket reordered(const Basket& from, const std::vector<std::size_t>& places)
{
    Basket to = from;
    for (std::size_t i = 0; i < places.size(); ++i) {
        to.lines[places[i]] = from.lines[i];
    }
    for (Discount& discount : to.discounts) {
        if (discount.line) {
            const auto old = static_cast<std::size_t>(*discount.line);
            discount.line = static_cast<int>(places[old]);
        }
    }
    return to;
}

std::vector<Units> partition(Units qty)
{
    std::vector<Units> pieces;
    for (Units left = qty; left > 0;) {
        pieces.push_back(*rc::gen::inRange<Units>(0, left + 1));
        left -= pieces.back();
        if (pieces.size() > 20) {
            pieces.push_back(left);
            left = 0;
        }
    }
    return pieces;
}

} // namespace

class PricingPropertiesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAndTotalsAddUp();
    void saleDiscountIsSharedExactly();
    void orderOfLinesChangesNoTotal();
    void exclusiveThereAndInclusiveBack();
    void morePiecesNeverCostLess();
    void refundsAddUpInAnyPieces();
    void everyLegalSizeIsRightOrRefused();
    void anyNumbersAtAllAreAnswered();
};

void PricingPropertiesTest::linesAndTotalsAddUp()
{
    HOLDFAST_PROPERTY("every line and every total adds up, each fraction rounded once", [] {
        const Basket sale = *basket();
        const TaxMode mode = *taxMode();
        RC_LOG() << rc::toString(sale.lines) << rc::toString(sale.discounts);
        const PricedSale result = priced(sale, mode);
        RC_ASSERT(result.lines.size() == sale.lines.size());
        for (std::size_t i = 0; i < sale.lines.size(); ++i) {
            checkLine(sale.lines[i], result.lines[i], mode);
        }
        checkTotals(result);
    });
}

void PricingPropertiesTest::saleDiscountIsSharedExactly()
{
    HOLDFAST_PROPERTY("shares of the sale's discount add up and are cut off or one more", [] {
        const Basket before = *basketWithLineDiscounts();
        const PricedSale open = priced(before, TaxMode::Inclusive);
        const Minor subtotal = open.totalMinor;
        const auto percent = *rc::gen::inRange<std::int64_t>(0, 10'001);
        const Minor amount =
            *rc::gen::inRange<Minor>(0, subtotal * (10'000 - percent) / 10'000 + 1);
        Basket after = before;
        after.discounts.push_back({Discount::Kind::Percent, percent, {}, std::nullopt});
        after.discounts.push_back({Discount::Kind::Amount, amount, {}, std::nullopt});
        const auto result = priceSale(after.lines, after.discounts, TaxMode::Inclusive);
        RC_PRE(result.has_value());
        const Minor off = result->discountMinor - open.discountMinor;
        RC_ASSERT(isRoundedHalfUp(off - amount, Wide{subtotal} * percent, 10'000));
        for (std::size_t i = 0; i < after.lines.size(); ++i) {
            const Minor share = result->lines[i].discountMinor - open.lines[i].discountMinor;
            const Wide exact = Wide{off} * open.lines[i].totalMinor;
            RC_ASSERT((share >= 0 && result->lines[i].totalMinor >= 0));
            RC_ASSERT((subtotal == 0 || Wide{share} * subtotal > exact - subtotal));
            RC_ASSERT((subtotal == 0 || Wide{share} * subtotal < exact + subtotal));
        }
    });
}

void PricingPropertiesTest::orderOfLinesChangesNoTotal()
{
    HOLDFAST_PROPERTY("scanning in another order costs the same", [] {
        const Basket sale = *basket();
        const TaxMode mode = *taxMode();
        const Basket other = reordered(sale, shuffledPlaces(sale.lines.size()));
        RC_LOG() << rc::toString(sale.lines) << rc::toString(sale.discounts);
        RC_LOG() << rc::toString(other.lines);
        const PricedSale a = priced(sale, mode);
        const PricedSale b = priced(other, mode);
        RC_ASSERT(a.totalMinor == b.totalMinor);
        RC_ASSERT(a.taxMinor == b.taxMinor);
        RC_ASSERT(a.discountMinor == b.discountMinor);
        RC_ASSERT(a.taxes == b.taxes);
    });
}

void PricingPropertiesTest::exclusiveThereAndInclusiveBack()
{
    HOLDFAST_PROPERTY("tax put on top comes out of the total again", [](const Minor& seed) {
        const Minor net = seed & 0xff'ffff'ffff;
        const int rate = *rc::gen::inRange(0, limits::taxRateBpMax + 1);
        const PriceLine there{1, net, rate};
        const auto on = priceSale({&there, 1}, {}, TaxMode::Exclusive);
        RC_ASSERT(on.has_value());
        const PriceLine back{1, on->totalMinor, rate};
        const auto out = priceSale({&back, 1}, {}, TaxMode::Inclusive);
        RC_ASSERT(out.has_value());
        RC_ASSERT(out->taxMinor == on->taxMinor);
        RC_ASSERT(out->lines[0].netMinor == net);
    });
}

void PricingPropertiesTest::morePiecesNeverCostLess()
{
    HOLDFAST_PROPERTY("one more piece never lowers the total", [] {
        Basket sale = *basketWithLineDiscounts();
        RC_PRE(!sale.lines.empty());
        const TaxMode mode = *taxMode();
        if (mode == TaxMode::Inclusive) {
            const auto percent = *rc::gen::inRange<std::int64_t>(0, 10'001);
            sale.discounts.push_back({Discount::Kind::Percent, percent, {}, std::nullopt});
        }
        const PricedSale before = priced(sale, mode);
        const auto at = *rc::gen::inRange<std::size_t>(0, sale.lines.size());
        sale.lines[at].qty += *rc::gen::inRange<Units>(1, 4);
        const PricedSale after = priced(sale, mode);
        RC_ASSERT(after.totalMinor >= before.totalMinor);
        RC_ASSERT((mode == TaxMode::Inclusive || after.taxMinor >= before.taxMinor));
    });
}

void PricingPropertiesTest::refundsAddUpInAnyPieces()
{
    HOLDFAST_PROPERTY("pieces of a refund add up, at no time to more", [] {
        const Minor total = *rc::gen::inRange<Minor>(0, limits::amountMinorMax + 1);
        const Units qty = *rc::gen::inRange<Units>(1, limits::quantityMax + 1);
        const std::vector<Units> pieces = partition(qty);
        RC_LOG() << total << " for " << qty << " as " << rc::toString(pieces);
        Units units = 0;
        Minor money = 0;
        for (const Units piece : pieces) {
            const Minor share = refundShare(total, qty, units, money, piece);
            RC_ASSERT(share >= 0);
            units += piece;
            money += share;
            RC_ASSERT(money <= total);
            RC_ASSERT(isRoundedHalfUp(money, Wide{total} * units, qty));
        }
        RC_ASSERT(units == qty);
        RC_ASSERT(money == total);
    });
}

void PricingPropertiesTest::everyLegalSizeIsRightOrRefused()
{
    HOLDFAST_PROPERTY("any legal quantity and price is priced right or refused as too large", [] {
        const Units qty = *rc::gen::inRange<Units>(0, limits::quantityMax + 1);
        const Minor price = *rc::gen::inRange<Minor>(0, limits::priceMinorMax + 1);
        const PriceLine line{qty, price, *rc::gen::inRange(0, limits::taxRateBpMax + 1)};
        const TaxMode mode = *taxMode();
        const auto result = priceSale({&line, 1}, {}, mode);
        const Wide gross = Wide{qty} * price;
        const Wide most = mode == TaxMode::Inclusive ? gross : gross * 2;
        RC_CLASSIFY(!result, "refused");
        if (result) {
            RC_ASSERT(Wide{result->lines[0].grossMinor} == gross);
            RC_ASSERT(result->totalMinor <= limits::amountMinorMax);
            checkLine(line, result->lines[0], mode);
        } else {
            RC_ASSERT(result.error() == PricingFault::AmountTooLarge);
            RC_ASSERT(most > limits::amountMinorMax);
        }
    });
}

void PricingPropertiesTest::anyNumbersAtAllAreAnswered()
{
    const auto any = rc::gen::oneOf(
        rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(-2, 5),
        rc::gen::element(std::numeric_limits<std::int64_t>::max(),
                         std::numeric_limits<std::int64_t>::min(), limits::amountMinorMax));
    HOLDFAST_PROPERTY("no input brings it to overflow or to amounts below zero", [any] {
        Basket sale;
        for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
            sale.lines.push_back({*any, *any, *rc::gen::inRange(-1, 10'002)});
        }
        for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
            const auto kind = *rc::gen::element(Discount::Kind::Percent, Discount::Kind::Amount);
            const auto line = *rc::gen::maybe(rc::gen::inRange(-1, 5));
            sale.discounts.push_back({kind, *any, {}, line ? std::optional(*line) : std::nullopt});
        }
        const TaxMode mode = *taxMode();
        const auto result = priceSale(sale.lines, sale.discounts, mode);
        RC_CLASSIFY(result.has_value(), "priced");
        if (result) {
            checkTotals(*result);
            RC_ASSERT(result->totalMinor <= limits::amountMinorMax);
        }
    });
}

QTEST_GUILESS_MAIN(PricingPropertiesTest)
#include "test_pricing_properties.moc"
