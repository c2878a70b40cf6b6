#include "tests/domain/sale_gen.h"

#include <ostream>

namespace holdfast {

std::ostream& operator<<(std::ostream& out, const PriceLine& line)
{
    return out << line.qty << 'x' << line.unitPriceMinor << '@' << line.taxRateBp;
}

std::ostream& operator<<(std::ostream& out, const Discount& discount)
{
    out << discount.value << ' ' << toString(discount.kind);
    return discount.line ? out << " off line " << *discount.line : out << " off the sale";
}

std::ostream& operator<<(std::ostream& out, TaxMode mode)
{
    return out << toString(mode);
}

} // namespace holdfast

namespace holdfast::test {

namespace {

rc::Gen<std::int64_t> upTo(std::int64_t max)
{
    return rc::gen::inRange<std::int64_t>(0, max + 1);
}

/// Half of the amount and a third of it are never more than all of it, rounded up or not.
std::vector<Discount> someOff(Minor amount, std::optional<int> line)
{
    std::vector<Discount> off;
    if (*rc::gen::arbitrary<bool>()) {
        off.push_back({Discount::Kind::Percent, *upTo(5'000), {}, line});
    }
    if (*rc::gen::arbitrary<bool>()) {
        off.push_back({Discount::Kind::Amount, *upTo(amount / 3), {}, line});
    }
    return off;
}

Basket lineBasket()
{
    Basket made;
    made.lines = *rc::gen::resize(8, rc::gen::container<std::vector<PriceLine>>(smallLine()));
    for (std::size_t i = 0; i < made.lines.size(); ++i) {
        const PriceLine& line = made.lines[i];
        const auto off = someOff(line.qty * line.unitPriceMinor, static_cast<int>(i));
        made.discounts.insert(made.discounts.end(), off.begin(), off.end());
    }
    return made;
}

Basket fullBasket()
{
    Basket made = lineBasket();
    const auto before = priceSale(made.lines, made.discounts, TaxMode::Inclusive);
    RC_ASSERT(before.has_value());
    const auto off = someOff(before->totalMinor, std::nullopt);
    made.discounts.insert(made.discounts.end(), off.begin(), off.end());
    return made;
}

} // namespace

rc::Gen<PriceLine> smallLine()
{
    const auto price = rc::gen::weightedOneOf<Minor>({{3, rc::gen::element<Minor>(4, 12, 100, 200)},
                                                      {3, rc::gen::inRange<Minor>(0, 12)},
                                                      {3, rc::gen::inRange<Minor>(0, 3'000)},
                                                      {1, rc::gen::inRange<Minor>(0, 10'000'000)}});
    return rc::gen::build<PriceLine>(
        rc::gen::set(&PriceLine::qty, rc::gen::resize(100, rc::gen::inRange<Units>(0, 13))),
        rc::gen::set(&PriceLine::unitPriceMinor, rc::gen::resize(100, price)),
        rc::gen::set(&PriceLine::taxRateBp,
                     rc::gen::elementOf(std::vector<int>{0, 500, 700, 825, 1000, 1750, 1900, 2000,
                                                         2100, 10'000})));
}

rc::Gen<Basket> basketWithLineDiscounts()
{
    return rc::gen::exec(lineBasket);
}

rc::Gen<Basket> basket()
{
    return rc::gen::exec(fullBasket);
}

rc::Gen<TaxMode> taxMode()
{
    return rc::gen::element(TaxMode::Inclusive, TaxMode::Exclusive);
}

} // namespace holdfast::test
