#include "tests/e2e/replay/plan.h"

namespace holdfast::replay {

using namespace Qt::StringLiterals;

namespace {

void expectEqual(QStringList& faults, const QString& what, std::int64_t got, std::int64_t wanted)
{
    if (got != wanted) {
        faults.append(u"%1: %2, should be %3"_s.arg(what).arg(got).arg(wanted));
    }
}

} // namespace

std::int64_t Plan::unitsWritten(std::int64_t unitsOut) const
{
    // On the shelf a find goes up and a write-off down; the file writes them with the signs of a
    // sale and of a return. What moved no goods is added as written.
    return unitsOut + 2 * of(Fate::StockFound).units + 2 * of(Fate::StockWrittenOff).units +
           of(Fate::MoneyBack).units + of(Fate::RefusedUnknown).units +
           of(Fate::RefusedTooMany).units + badDebtUnitShift;
}

std::int64_t Plan::valueWrittenMilli(std::int64_t sold, std::int64_t refunded) const
{
    return (sold - refunded) * milliPerMinor + priceRoundingMilli + refundPriceMilli +
           of(Fate::RefusedUnknown).valueMilli + of(Fate::RefusedTooMany).valueMilli +
           badDebtRefusedMilli;
}

QStringList auditPlan(const Plan& plan, const QList<RetailLine>& lines)
{
    Figures written;
    for (const RetailLine& line : lines) {
        written.add(line);
    }
    Figures fates;
    for (const Figures& figures : plan.byFate) {
        fates.lines += figures.lines;
        fates.units += figures.units;
        fates.valueMilli += figures.valueMilli;
    }
    QStringList faults;
    expectEqual(faults, u"lines with a fate"_s, fates.lines, written.lines);
    expectEqual(faults, u"units with a fate"_s, fates.units, written.units);
    expectEqual(faults, u"value with a fate"_s, fates.valueMilli, written.valueMilli);
    expectEqual(faults, u"units booked, with what explains them"_s,
                plan.unitsWritten(plan.openingUnits() - plan.closingUnits()), written.units);
    expectEqual(faults, u"money booked, with what explains it"_s,
                plan.valueWrittenMilli(plan.ordersMinor(), plan.refundsMinor()),
                written.valueMilli);
    for (const PlannedOrder& order : plan.orders) {
        if (order.refundedMinor() > order.totalMinor()) {
            faults.append(u"an order gives back more than was paid"_s);
        }
    }
    return faults;
}

const char* nameOf(Fate fate)
{
    switch (fate) {
    case Fate::Sold:
        return "sold";
    case Fate::GivenAway:
        return "given away at price 0";
    case Fate::StockFound:
        return "stock found (adjustment)";
    case Fate::StockWrittenOff:
        return "stock written off";
    case Fate::Returned:
        return "returned and refunded";
    case Fate::MoneyBack:
        return "money back, no goods";
    case Fate::RefusedUnknown:
        return "refused: no such purchase";
    case Fate::RefusedTooMany:
        return "refused: more than bought";
    case Fate::BadDebt:
        return "bad debt";
    }
    return "";
}

std::int64_t Plan::ordersMinor() const
{
    std::int64_t sum = 0;
    for (const PlannedOrder& order : orders) {
        sum += order.totalMinor();
    }
    return sum;
}

std::int64_t Plan::refundsMinor() const
{
    std::int64_t sum = 0;
    for (const PlannedOrder& order : orders) {
        sum += order.refundedMinor();
    }
    return sum;
}

std::int64_t Plan::openingUnits() const
{
    std::int64_t sum = 0;
    for (const PlannedProduct& product : products) {
        sum += product.openingStock;
    }
    return sum;
}

std::int64_t Plan::closingUnits() const
{
    std::int64_t sum = 0;
    for (const PlannedProduct& product : products) {
        sum += product.closingStock;
    }
    return sum;
}

} // namespace holdfast::replay
