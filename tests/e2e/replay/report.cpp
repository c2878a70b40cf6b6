#include "tests/e2e/replay/run.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace holdfast::replay {

using namespace Qt::StringLiterals;

namespace {

/// 5412838412 → "5,412,838.412"
std::string grouped(std::int64_t value, int decimals = 0)
{
    const bool isNegative = value < 0;
    std::string digits = std::to_string(isNegative ? -value : value);
    std::string tail;
    if (decimals > 0) {
        digits.insert(0, std::size_t(std::max<int>(0, decimals + 1 - int(digits.size()))), '0');
        tail = '.' + digits.substr(digits.size() - std::size_t(decimals));
        digits.resize(digits.size() - std::size_t(decimals));
    }
    for (int at = int(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(std::size_t(at), 1, ',');
    }
    return (isNegative ? "-" : "") + digits + tail;
}

void row(const char* what, const std::string& value, const std::string& more = {})
{
    std::printf("  %-46s %16s %s\n", what, value.c_str(), more.c_str());
}

void figuresRow(const char* what, const Figures& figures)
{
    std::printf("  %-34s %10s %12s %18s\n", what, grouped(figures.lines).c_str(),
                grouped(figures.units).c_str(), grouped(figures.valueMilli, 3).c_str());
}

/// One comparison: printed always, remembered when it differs.
class Comparison
{
public:
    void equal(const char* what, std::int64_t got, std::int64_t wanted, int decimals = 0)
    {
        const bool same = got == wanted;
        std::printf("  %-46s %16s %16s  %s\n", what, grouped(got, decimals).c_str(),
                    grouped(wanted, decimals).c_str(), same ? "equal" : "DIFFERS");
        if (!same) {
            m_differences.append(u"%1: %2, should be %3"_s.arg(
                QString::fromUtf8(what), QString::fromStdString(grouped(got, decimals)),
                QString::fromStdString(grouped(wanted, decimals))));
        }
    }
    [[nodiscard]] const QStringList& differences() const { return m_differences; }

private:
    QStringList m_differences;
};

void compareBooks(Comparison& compare, const Plan& plan, const Deeds& deeds, const Books& books)
{
    std::int64_t refunded = 0;
    std::int64_t partly = 0;
    for (const PlannedOrder& order : plan.orders) {
        const bool isFull =
            order.refundedMinor() > 0 && order.refundedMinor() == order.totalMinor();
        refunded += isFull ? 1 : 0;
        partly += order.refundedMinor() > 0 && !isFull ? 1 : 0;
    }
    compare.equal("products", books.products, std::int64_t(plan.products.size()));
    compare.equal("products whose stock differs", books.wrongProducts, 0);
    compare.equal("units on hand", books.onHand, plan.closingUnits());
    compare.equal("units held", books.held, 0);
    compare.equal("units committed", books.committed, 0);
    compare.equal("orders", books.orders, std::int64_t(plan.orders.size()));
    compare.equal("orders paid", books.orderStates.value(u"paid"_s),
                  std::int64_t(plan.orders.size()) - refunded - partly);
    compare.equal("orders partly refunded", books.orderStates.value(u"partially_refunded"_s),
                  partly);
    compare.equal("orders refunded", books.orderStates.value(u"refunded"_s), refunded);
    compare.equal("holds consumed", books.holdStates.value(u"consumed"_s), plan.sellSteps);
    compare.equal("refunds made", deeds.refunds, plan.refundSteps);
    std::int64_t refusals = 0;
    for (const std::int64_t count : deeds.refusals) {
        refusals += count;
    }
    compare.equal("refunds refused by the server", refusals, plan.refusalSteps);
    compare.equal("sold, GBP", books.totalMinor, plan.ordersMinor(), 2);
    compare.equal("paid, GBP", books.paidMinor, plan.ordersMinor(), 2);
    compare.equal("refunded, GBP", books.refundedMinor, plan.refundsMinor(), 2);
    compare.equal("units received", books.movedUnits.value(u"receipt"_s), plan.openingUnits());
    compare.equal("units written off", books.movedUnits.value(u"write_off"_s),
                  plan.of(Fate::StockWrittenOff).units);
    compare.equal("units found", books.movedUnits.value(u"adjustment"_s),
                  plan.of(Fate::StockFound).units);
}

/// From the server's books back to the file's sums, every step between them named.
void compareTotals(Comparison& compare, const Plan& plan, const Books& books)
{
    const std::int64_t unitsOut = books.movedUnits.value(u"receipt"_s) - books.onHand;
    std::puts("\nUnits: from the server's shelves to the file's sum of Quantity");
    row("received less on hand", grouped(unitsOut));
    row("+ found, a rise that the file writes as a sale",
        grouped(2 * plan.of(Fate::StockFound).units));
    row("+ written off, a fall written as a return",
        grouped(2 * plan.of(Fate::StockWrittenOff).units));
    row("+ money back without goods", grouped(plan.of(Fate::MoneyBack).units));
    row("+ refused returns",
        grouped(plan.of(Fate::RefusedUnknown).units + plan.of(Fate::RefusedTooMany).units));
    row("+ bad debt, written as +1", grouped(plan.badDebtUnitShift));
    compare.equal("= sum of Quantity", plan.unitsWritten(unitsOut), plan.all.units);

    std::puts("\nMoney: from the server's books to the file's sum of Quantity x UnitPrice");
    row("sold", grouped(books.totalMinor * 10, 3));
    row("- refunded", grouped(-books.refundedMinor * 10, 3));
    row("+ prices with a third decimal", grouped(plan.priceRoundingMilli, 3));
    row("+ refunds at the price paid, not the one written", grouped(plan.refundPriceMilli, 3));
    row("+ refused returns",
        grouped(plan.of(Fate::RefusedUnknown).valueMilli + plan.of(Fate::RefusedTooMany).valueMilli,
                3));
    row("+ refused bad debt", grouped(plan.badDebtRefusedMilli, 3));
    compare.equal("= sum of Quantity x UnitPrice",
                  plan.valueWrittenMilli(books.totalMinor, books.refundedMinor),
                  plan.all.valueMilli, 3);
}

} // namespace

void printPlan(const Plan& plan)
{
    std::printf("What the file says%17s %10s %12s %18s\n", "", "lines", "units", "GBP");
    for (int i = 0; i < fateCount; ++i) {
        figuresRow(nameOf(Fate(i)), plan.byFate[std::size_t(i)]);
    }
    figuresRow("all", plan.all);
    figuresRow("no C, Quantity > 0, UnitPrice > 0", plan.plainSales);
    figuresRow("C only", plan.cancellations);
    std::printf("  %d invoices: %d orders (%s invoices of over %zu lines), %d refunds, "
                "%d refunds to be refused,\n  %d stock movements; %zu products; %zu terminals\n",
                plan.invoices, plan.sellSteps, grouped(plan.splitInvoices).c_str(), holdLinesMax,
                plan.refundSteps, plan.refusalSteps, plan.moveSteps, plan.products.size(),
                plan.terminals.size());
}

QStringList report(const Plan& plan, const Deeds& deeds, const Books& books)
{
    Comparison compare;
    std::printf("\n%-48s %16s %16s\n", "What the server has", "server", "wanted");
    compareBooks(compare, plan, deeds, books);
    compareTotals(compare, plan, books);
    std::puts("\nRefusals by code");
    for (auto it = deeds.refusals.begin(); it != deeds.refusals.end(); ++it) {
        row(qPrintable(it.key()), grouped(it.value()));
    }
    std::printf("\n%d invoices in %.1f s: %.0f invoices/s, %.0f orders/s, %.0f requests/s; "
                "%s requests sent twice\n",
                plan.invoices, deeds.seconds, plan.invoices / deeds.seconds,
                double(deeds.orders) / deeds.seconds, double(deeds.requests) / deeds.seconds,
                grouped(deeds.repeats).c_str());
    QStringList differences = compare.differences() + books.faults + deeds.faults;
    if (deeds.faultCount > deeds.faults.size()) {
        differences.append(u"and %1 more faults"_s.arg(deeds.faultCount - deeds.faults.size()));
    }
    return differences;
}

} // namespace holdfast::replay
