#pragma once

#include "tests/e2e/replay/order_book.h"
#include "tests/e2e/replay/retail_csv.h"

#include <QStringList>
#include <array>
#include <vector>

namespace holdfast::replay {

/// What becomes of a line of the file. Every line gets exactly one fate (docs/replay.md).
enum class Fate {
    Sold,            ///< A line of a paid order.
    GivenAway,       ///< A line of an order at price 0.
    StockFound,      ///< A positive line at price 0, no customer, no priced neighbour: adjustment.
    StockWrittenOff, ///< A negative line without C: write-off.
    Returned,        ///< A C line refunded by its lines, with restock.
    MoneyBack,       ///< A C line of a discount or a manual entry: refunded as an amount.
    RefusedUnknown,  ///< A C line that no earlier order of that customer covers at all.
    RefusedTooMany,  ///< A C line for more than the customer's earlier orders have left.
    BadDebt,         ///< A line of an A invoice.
};
inline constexpr int fateCount = 9;

/// The file has prices of three decimals: thousandths of a pound in a penny.
inline constexpr std::int64_t milliPerMinor = 10;

const char* nameOf(Fate fate);

struct Figures
{
    std::int64_t lines = 0;
    std::int64_t units = 0;      ///< Sum of Quantity as written.
    std::int64_t valueMilli = 0; ///< Sum of Quantity × UnitPrice as written, exact.
    void add(const RetailLine& line)
    {
        ++lines;
        units += line.quantity;
        valueMilli += line.valueMilli();
    }
};

/// One price of one code: products carry one price, the file's codes many.
struct PlannedProduct
{
    QByteArray sku; ///< CODE@PRICE
    QByteArray name;
    std::int64_t priceMinor = 0;
    std::int64_t priceMilli = 0;
    std::int64_t openingStock = 0; ///< Exactly what will leave: one lost unit refuses a later sale.
    std::int64_t closingStock = 0;
};

struct PlannedLine
{
    int product = 0;
    std::int64_t qty = 0;
};

enum class Step {
    Sell,
    Refund,        ///< Lines with restock, or an amount when `lines` is empty.
    RefusedRefund, ///< A refund that the server must refuse.
    Move,
};

enum class Tender {
    Card,
    Cash,
    CardThenCash,
    Other,
};

/// One thing a terminal does. Steps of one customer are on one terminal, in the file's order.
struct PlannedStep
{
    Step kind = Step::Sell;
    QByteArray invoice;
    int part = 0;
    int order = -1; ///< Sell: its own; refunds: the one refunded; -1: an order nobody knows.
    std::vector<PlannedLine> lines;
    std::int64_t amountMinor = 0; ///< Sell: the total. Refund: the money that goes back.
    Tender tender = Tender::Card;
    QByteArray movement; ///< Move: adjustment or write_off.
    QByteArray reason;
};

struct Plan
{
    std::vector<PlannedProduct> products;
    std::vector<PlannedOrder> orders;
    std::vector<std::vector<PlannedStep>> terminals;

    Figures all, plainSales, cancellations; ///< The three figures of the data's README.
    std::array<Figures, fateCount> byFate;
    int invoices = 0;
    int sellSteps = 0, refundSteps = 0, refusalSteps = 0, moveSteps = 0;
    std::int64_t splitInvoices = 0;      ///< Invoices that need more than one order.
    std::int64_t priceRoundingMilli = 0; ///< Written value − booked value of sold lines.
    std::int64_t refundPriceMilli = 0;   ///< Value of refunded C lines − money given back.
    std::int64_t badDebtRefusedMilli = 0;
    std::int64_t badDebtUnitShift = 0; ///< Units as written − units as booked, A invoices.

    [[nodiscard]] const Figures& of(Fate fate) const { return byFate[std::size_t(fate)]; }
    [[nodiscard]] std::int64_t ordersMinor() const;
    [[nodiscard]] std::int64_t refundsMinor() const;
    [[nodiscard]] std::int64_t openingUnits() const;
    [[nodiscard]] std::int64_t closingUnits() const;

    /// The file's sum of Quantity, from the units that left the shelves and what explains the rest.
    [[nodiscard]] std::int64_t unitsWritten(std::int64_t unitsOut) const;
    /// The file's sum of Quantity × UnitPrice, from the booked pence.
    [[nodiscard]] std::int64_t valueWrittenMilli(std::int64_t sold, std::int64_t refunded) const;
};

/// Most lines that one hold takes (contract section 4).
inline constexpr std::size_t holdLinesMax = 200;

/// Decides every line. Same lines and terminals, same plan.
Plan makePlan(const QList<RetailLine>& lines, int terminals);

/// The accounting identities that must hold before a server is asked anything: what does not
/// add up, one sentence each; empty when all is well.
QStringList auditPlan(const Plan& plan, const QList<RetailLine>& lines);

} // namespace holdfast::replay
