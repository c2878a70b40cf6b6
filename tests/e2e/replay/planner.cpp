#include "tests/e2e/replay/plan.h"

#include <QHash>
#include <algorithm>
#include <map>

namespace holdfast::replay {

namespace {

/// The one rounding of the replay: half up to pence, away from zero.
std::int64_t toMinor(std::int64_t milli)
{
    const std::int64_t rounded = ((milli < 0 ? -milli : milli) + milliPerMinor / 2) / milliPerMinor;
    return milli < 0 ? -rounded : rounded;
}

QByteArray priceText(std::int64_t milli)
{
    const std::int64_t size = milli < 0 ? -milli : milli;
    QByteArray decimals = QByteArray::number(size % 1000).rightJustified(3, '0');
    if (decimals.endsWith('0')) {
        decimals.chop(1);
    }
    return (milli < 0 ? "-" : "") + QByteArray::number(size / 1000) + '.' + decimals;
}

/// A bought line as far as it can still come back.
struct Purchase
{
    int order = 0;
    int product = 0;
    std::int64_t priceMinor = 0;
    std::int64_t left = 0;
};

/// Part of a C line that goes back to one purchase.
struct Share
{
    Purchase* purchase = nullptr;
    std::int64_t qty = 0;
};

using Invoice = std::vector<const RetailLine*>;

class Planner
{
public:
    explicit Planner(int terminals) { m_plan.terminals.resize(std::size_t(terminals)); }

    Plan run(const QList<RetailLine>& lines);

private:
    void account(const RetailLine& line, Fate fate);
    int productFor(const RetailLine& line);
    void emitStep(const RetailLine& line, PlannedStep step);
    void planInvoice(const Invoice& invoice);
    void planSale(const Invoice& lines, Tender tender);
    void planSalePart(const Invoice& lines, Tender tender);
    void planMovement(const RetailLine& line);
    void planCancellation(const Invoice& lines);
    void planReturn(const std::vector<Share>& shares, std::map<int, PlannedStep>& byOrder);
    void emitReturns(const RetailLine& first, const QByteArray& reason,
                     std::map<int, PlannedStep>& byOrder);
    void planMoneyBack(const RetailLine& line, int order);
    void planRefusal(const RetailLine& line, const Purchase* latest);
    void planBadDebt(const RetailLine& line);
    std::vector<Share> cover(const RetailLine& line, std::int64_t qty);
    int orderWithMoney(const QByteArray& customer, std::int64_t minor) const;
    const PlannedOrder& orderOf(const Purchase& purchase) const
    {
        return m_plan.orders[std::size_t(purchase.order)];
    }
    std::vector<Purchase>& purchasesOf(const RetailLine& line)
    {
        return m_purchases[{line.isBadDebt() ? "bad debt" : line.customer, line.code}];
    }

    Plan m_plan;
    QHash<QByteArray, int> m_productBySku;
    std::map<std::pair<QByteArray, QByteArray>, std::vector<Purchase>> m_purchases;
    std::map<QByteArray, std::vector<int>> m_ordersByCustomer;
    int m_part = 0;
};

/// Discounts, manual entries and carriage: nothing comes back into a shelf with them.
bool isMoneyOnly(const QByteArray& code)
{
    return code == "D" || code == "M" || code == "m" || code == "POST" || code == "DOT" ||
           code == "C2" || code == "S" || code == "BANK CHARGES" || code == "AMAZONFEE" ||
           code == "CRUK";
}

Tender tenderOf(const QByteArray& invoice)
{
    const int last = invoice.back() - '0';
    return last < 5 ? Tender::Card : last < 8 ? Tender::Cash : Tender::CardThenCash;
}

void Planner::account(const RetailLine& line, Fate fate)
{
    m_plan.all.add(line);
    m_plan.byFate[std::size_t(fate)].add(line);
    if (line.isCancellation()) {
        m_plan.cancellations.add(line);
    } else if (line.quantity > 0 && line.priceMilli > 0) {
        m_plan.plainSales.add(line);
    }
}

int Planner::productFor(const RetailLine& line)
{
    const QByteArray sku = line.code + '@' + priceText(line.priceMilli);
    const auto known = m_productBySku.constFind(sku);
    const QByteArray name = line.description.simplified();
    if (known != m_productBySku.cend()) {
        PlannedProduct& product = m_plan.products[std::size_t(*known)];
        product.name = product.name.isEmpty() ? name : product.name;
        return *known;
    }
    const int index = int(m_plan.products.size());
    m_productBySku.insert(sku, index);
    m_plan.products.push_back({sku, name, toMinor(line.priceMilli), line.priceMilli, 0, 0});
    return index;
}

/// A customer's steps stay on one terminal, so that a cancellation follows its sale; invoices
/// without a customer go round.
void Planner::emitStep(const RetailLine& line, PlannedStep step)
{
    const auto count = m_plan.terminals.size();
    std::size_t terminal = 0;
    if (!line.customer.isEmpty()) {
        terminal = line.customer.toULongLong() % count;
    } else if (!line.isBadDebt()) {
        terminal = std::size_t(m_plan.invoices) % count;
    }
    step.invoice = line.invoice;
    step.part = m_part++;
    switch (step.kind) {
    case Step::Sell:
        ++m_plan.sellSteps;
        break;
    case Step::Refund:
        ++m_plan.refundSteps;
        break;
    case Step::RefusedRefund:
        ++m_plan.refusalSteps;
        break;
    case Step::Move:
        ++m_plan.moveSteps;
        break;
    }
    m_plan.terminals[terminal].push_back(std::move(step));
}

void Planner::planSale(const Invoice& lines, Tender tender)
{
    m_plan.splitInvoices += lines.size() > holdLinesMax ? 1 : 0;
    for (std::size_t from = 0; from < lines.size(); from += holdLinesMax) {
        const std::size_t count = std::min(holdLinesMax, lines.size() - from);
        const auto first = lines.begin() + std::ptrdiff_t(from);
        planSalePart(Invoice(first, first + std::ptrdiff_t(count)), tender);
    }
}

void Planner::planSalePart(const Invoice& lines, Tender tender)
{
    PlannedStep step;
    step.order = int(m_plan.orders.size());
    step.tender = tender;
    PlannedOrder order;
    for (const RetailLine* line : lines) {
        const int index = productFor(*line);
        PlannedProduct& product = m_plan.products[std::size_t(index)];
        const std::int64_t value = line->quantity * product.priceMinor;
        step.lines.push_back({index, line->quantity});
        step.amountMinor += value;
        order.sell(index, line->quantity, value);
        product.openingStock += line->quantity;
        m_plan.priceRoundingMilli += line->valueMilli() - value * milliPerMinor;
        if (product.priceMinor > 0) {
            purchasesOf(*line).push_back({step.order, index, product.priceMinor, line->quantity});
        }
        if (!line->isBadDebt()) {
            account(*line, line->priceMilli > 0 ? Fate::Sold : Fate::GivenAway);
        }
    }
    m_plan.orders.push_back(std::move(order));
    if (!lines.front()->customer.isEmpty()) {
        m_ordersByCustomer[lines.front()->customer].push_back(step.order);
    }
    emitStep(*lines.front(), std::move(step));
}

void Planner::planMovement(const RetailLine& line)
{
    const int index = productFor(line);
    PlannedProduct& product = m_plan.products[std::size_t(index)];
    PlannedStep step;
    step.kind = Step::Move;
    step.movement = line.quantity < 0 ? "write_off" : "adjustment";
    step.lines.push_back({index, line.quantity < 0 ? -line.quantity : line.quantity});
    const QByteArray note = line.description.simplified();
    step.reason = note.isEmpty() ? "no note" : note;
    if (line.quantity < 0) {
        product.openingStock -= line.quantity;
        account(line, Fate::StockWrittenOff);
    } else {
        product.closingStock += line.quantity;
        account(line, Fate::StockFound);
    }
    emitStep(line, std::move(step));
}

/// Latest purchase first; those at the very price of the cancellation before others. Empty when
/// the customer's earlier orders cannot take the whole quantity, or all their money went back.
std::vector<Share> Planner::cover(const RetailLine& line, std::int64_t qty)
{
    std::vector<Purchase>& bought = purchasesOf(line);
    std::vector<Share> shares;
    std::int64_t missing = qty;
    const std::int64_t price = toMinor(line.priceMilli < 0 ? -line.priceMilli : line.priceMilli);
    for (const bool samePrice : {true, false}) {
        for (auto it = bought.rbegin(); it != bought.rend() && missing > 0; ++it) {
            if ((it->priceMinor == price) != samePrice) {
                continue;
            }
            const std::int64_t take = std::min(it->left, missing);
            if (take > 0 && orderOf(*it).refundableMinor() > 0) {
                shares.push_back({&*it, take});
                missing -= take;
            }
        }
    }
    return missing == 0 ? shares : std::vector<Share>{};
}

/// Puts the shares into one step for each order; the money is known when all of them are.
void Planner::planReturn(const std::vector<Share>& shares, std::map<int, PlannedStep>& byOrder)
{
    for (const Share& share : shares) {
        Purchase& purchase = *share.purchase;
        purchase.left -= share.qty;
        m_plan.products[std::size_t(purchase.product)].closingStock += share.qty;
        PlannedStep& step = byOrder[purchase.order];
        step.kind = Step::Refund;
        step.order = purchase.order;
        const auto same = std::find_if(step.lines.begin(), step.lines.end(), [&](const auto& l) {
            return l.product == purchase.product;
        });
        if (same == step.lines.end()) {
            step.lines.push_back({purchase.product, share.qty});
        } else {
            same->qty += share.qty;
        }
    }
}

void Planner::emitReturns(const RetailLine& first, const QByteArray& reason,
                          std::map<int, PlannedStep>& byOrder)
{
    for (auto& [order, step] : byOrder) {
        step.reason = reason;
        for (const PlannedLine& line : step.lines) {
            step.amountMinor += m_plan.orders[std::size_t(order)].takeBack(line.product, line.qty);
        }
        m_plan.refundPriceMilli += step.amountMinor * milliPerMinor;
        emitStep(first, std::move(step));
    }
}

int Planner::orderWithMoney(const QByteArray& customer, std::int64_t minor) const
{
    const auto known = m_ordersByCustomer.find(customer);
    if (known == m_ordersByCustomer.end() || minor <= 0) {
        return -1;
    }
    for (auto it = known->second.rbegin(); it != known->second.rend(); ++it) {
        const PlannedOrder& order = m_plan.orders[std::size_t(*it)];
        if (order.refundableMinor() >= minor) {
            return *it;
        }
    }
    return -1;
}

void Planner::planMoneyBack(const RetailLine& line, int order)
{
    PlannedStep step;
    step.kind = Step::Refund;
    step.order = order;
    step.amountMinor = -toMinor(line.valueMilli());
    step.reason = line.invoice + ' ' + line.description.simplified();
    m_plan.orders[std::size_t(order)].giveMoney(step.amountMinor);
    m_plan.refundPriceMilli += line.valueMilli() + step.amountMinor * milliPerMinor;
    account(line, Fate::MoneyBack);
    emitStep(line, std::move(step));
}

/// The server is asked all the same: it must refuse, and its refusal is what is recorded.
void Planner::planRefusal(const RetailLine& line, const Purchase* latest)
{
    PlannedStep step;
    step.kind = Step::RefusedRefund;
    step.order = latest != nullptr ? latest->order : -1;
    const int product = latest != nullptr ? latest->product : 0;
    step.lines.push_back({product, line.quantity < 0 ? -line.quantity : line.quantity});
    step.reason = line.invoice + ' ' + line.description.simplified();
    if (!line.isBadDebt()) {
        account(line, latest != nullptr ? Fate::RefusedTooMany : Fate::RefusedUnknown);
    }
    emitStep(line, std::move(step));
}

/// Goods first, then money, then what is too much: that is too much after every other step as well.
void Planner::planCancellation(const Invoice& lines)
{
    std::map<int, PlannedStep> byOrder; // one refund per order and C invoice
    Invoice others;
    for (const RetailLine* line : lines) {
        const auto shares =
            line->customer.isEmpty() ? std::vector<Share>{} : cover(*line, -line->quantity);
        if (shares.empty()) {
            others.push_back(line);
            continue;
        }
        planReturn(shares, byOrder);
        // Below zero, as the file counts it; what comes back is added with the step.
        m_plan.refundPriceMilli += line->valueMilli();
        account(*line, Fate::Returned);
    }
    emitReturns(*lines.front(), lines.front()->invoice, byOrder);
    Invoice refused;
    for (const RetailLine* line : others) {
        const int order = isMoneyOnly(line->code)
                              ? orderWithMoney(line->customer, -toMinor(line->valueMilli()))
                              : -1;
        if (order >= 0) {
            planMoneyBack(*line, order);
        } else {
            refused.push_back(line);
        }
    }
    for (const RetailLine* line : refused) {
        const bool bought = !line->customer.isEmpty() && !purchasesOf(*line).empty();
        planRefusal(*line, bought ? &purchasesOf(*line).back() : nullptr);
    }
}

/// A positive price is booked as an order of one unit; a negative one takes it back, and is
/// refused when there is nothing left to take back.
void Planner::planBadDebt(const RetailLine& line)
{
    account(line, Fate::BadDebt);
    if (line.priceMilli >= 0) {
        planSalePart({&line}, Tender::Other);
        return;
    }
    const auto shares = cover(line, line.quantity);
    if (shares.empty()) {
        const bool known = !purchasesOf(line).empty();
        m_plan.badDebtUnitShift += line.quantity;
        m_plan.badDebtRefusedMilli += line.valueMilli();
        planRefusal(line, known ? &purchasesOf(line).back() : nullptr);
        return;
    }
    m_plan.badDebtUnitShift += 2 * line.quantity; // written +1, booked −1
    std::map<int, PlannedStep> byOrder;
    planReturn(shares, byOrder);
    m_plan.refundPriceMilli += line.valueMilli();
    emitReturns(line, line.description, byOrder);
}

void Planner::planInvoice(const Invoice& invoice)
{
    const RetailLine& first = *invoice.front();
    m_part = 0;
    ++m_plan.invoices;
    if (first.isBadDebt()) {
        for (const RetailLine* line : invoice) {
            planBadDebt(*line);
        }
        return;
    }
    if (first.isCancellation()) {
        planCancellation(invoice);
        return;
    }
    const bool isSale = !first.customer.isEmpty() ||
                        std::any_of(invoice.begin(), invoice.end(),
                                    [](const RetailLine* line) { return line->priceMilli > 0; });
    Invoice sold;
    for (const RetailLine* line : invoice) {
        if (line->quantity > 0 && isSale) {
            sold.push_back(line);
        } else {
            planMovement(*line);
        }
    }
    if (!sold.empty()) {
        planSale(sold, tenderOf(first.invoice));
    }
}

Plan Planner::run(const QList<RetailLine>& lines)
{
    std::vector<Invoice> invoices;
    QHash<QByteArray, std::size_t> known; // an invoice may be interrupted by another
    for (const RetailLine& line : lines) {
        const auto it = known.constFind(line.invoice);
        if (it == known.cend()) {
            known.insert(line.invoice, invoices.size());
            invoices.push_back({&line});
        } else {
            invoices[*it].push_back(&line);
        }
    }
    for (const Invoice& invoice : invoices) {
        planInvoice(invoice);
    }
    return std::move(m_plan);
}

} // namespace

Plan makePlan(const QList<RetailLine>& lines, int terminals)
{
    return Planner(terminals).run(lines);
}

} // namespace holdfast::replay
