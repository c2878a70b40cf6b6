#include "app/session/sale_figures.h"

#include "app/models/texts.h"

#include <QCoreApplication>

#include <algorithm>

namespace holdfast::figures {

namespace {

class SaleWords
{
    Q_DECLARE_TR_FUNCTIONS(holdfast::SaleFigures)
};

void showRefusal(CartRow& row, const SaleLine& line, const QString& fault)
{
    switch (line.refusal) {
    case LineRefusal::None:
        break;
    case LineRefusal::Short:
        if (line.left > 0) {
            row.refusalText = SaleWords::tr("only %n left", nullptr, line.left);
            row.refusalAction = CartModel::TakeAvailable;
            row.refusalActionText = SaleWords::tr("take %n", nullptr, line.left);
        } else {
            row.refusalText = SaleWords::tr("none left");
            row.refusalAction = CartModel::RemoveLine;
            row.refusalActionText = SaleWords::tr("remove");
        }
        break;
    case LineRefusal::NotSold:
        row.refusalText = SaleWords::tr("no longer sold");
        row.refusalAction = CartModel::RemoveLine;
        row.refusalActionText = SaleWords::tr("remove");
        break;
    case LineRefusal::NotAllowed:
        row.refusalText = fault.isEmpty() ? SaleWords::tr("not possible") : fault;
        row.refusalAction = CartModel::TryAgain;
        row.refusalActionText = SaleWords::tr("try again");
        break;
    }
}

int unitsOf(const Sale& sale)
{
    int units = 0;
    for (const SaleLine& line : sale.lines) {
        units += line.qty;
    }
    return units;
}

bool needsAttention(const Sale& sale)
{
    return hasRefusal(sale) || sale.hold.phase == HoldPhase::Expired ||
           sale.payment.phase == PayPhase::CardUnknown ||
           sale.payment.phase == PayPhase::CardDeclined || sale.payment.phase == PayPhase::Paid;
}

} // namespace

PricedSale priced(const Sale& sale, TaxMode mode)
{
    std::vector<PriceLine> lines;
    for (const SaleLine& line : sale.lines) {
        lines.push_back({line.qty, line.unitPriceMinor, line.taxRateBp});
    }
    const Result<PricedSale, PricingFault> result = priceSale(lines, {}, mode);
    return result ? *result : PricedSale{std::vector<PricedLine>(lines.size()), {}, 0, 0, 0};
}

qint64 dueMinor(const Sale& sale, TaxMode mode)
{
    return sale.order && sale.order->number != 0 ? sale.order->dueMinor
                                                 : priced(sale, mode).totalMinor;
}

QList<CartRow> cart(const Sale& sale, const ShopFacts& shop)
{
    const PricedSale prices = priced(sale, shop.taxMode);
    QList<CartRow> rows;
    for (qsizetype i = 0; i < sale.lines.size(); ++i) {
        const SaleLine& line = sale.lines[i];
        CartRow row;
        row.lineId = line.lineId;
        row.productId = line.productId;
        row.name = line.name;
        row.qty = line.qty;
        row.unitPriceText = texts::amount(line.unitPriceMinor, shop.currency);
        row.lineTotalText =
            texts::amount(prices.lines[static_cast<std::size_t>(i)].totalMinor, shop.currency);
        showRefusal(row, line, sale.fault);
        row.justAdded = line.lineId == sale.touchedLineId;
        row.selected = line.lineId == sale.selectedLineId;
        row.pending = !sale.order && line.qty != line.promised && line.refusal == LineRefusal::None;
        rows.append(row);
    }
    return rows;
}

HoldFigures hold(const Sale& sale, const SaleTiming& timing, qint64 nowMs)
{
    HoldFigures figures;
    figures.busy = sale.pending.has_value();
    const bool placing = sale.pending && sale.pending->kind == CommandKind::PlaceHold;
    const qint64 leftMs = std::max<qint64>(0, sale.hold.expiresAtMs - nowMs);
    if (sale.order || (sale.lines.isEmpty() && sale.hold.phase != HoldPhase::Active)) {
        figures.state = HoldView::None;
    } else if (placing) {
        figures.state = HoldView::Placing;
    } else if (sale.hold.phase == HoldPhase::Expired ||
               (sale.hold.phase == HoldPhase::Active && leftMs == 0)) {
        figures.state = HoldView::Expired;
    } else if (sale.hold.phase == HoldPhase::Active) {
        figures.state = leftMs <= timing.expiringMs ? HoldView::Expiring : HoldView::Active;
        figures.secondsLeft = static_cast<int>((leftMs + 999) / 1000);
        figures.fraction =
            sale.hold.lifeMs > 0
                ? std::min(1.0, static_cast<double>(leftMs) / static_cast<double>(sale.hold.lifeMs))
                : 0.0;
        const bool extending = sale.hold.extendWanted ||
                               (sale.pending && sale.pending->kind == CommandKind::ExtendHold);
        figures.canExtend = !extending;
    } else {
        figures.state =
            hasRefusal(sale) || !sale.hold.wanted ? HoldView::Refused : HoldView::Placing;
    }
    return figures;
}

TotalFigures totals(const Sale& sale, const ShopFacts& shop)
{
    TotalFigures figures;
    figures.itemCount = unitsOf(sale);
    if (sale.order && sale.order->number != 0) {
        figures.fromServer = true;
        figures.totalMinor = sale.order->totalMinor;
        figures.taxMinor = sale.order->taxMinor;
        figures.discountMinor = sale.order->discountMinor;
    } else {
        const PricedSale prices = priced(sale, shop.taxMode);
        figures.totalMinor = prices.totalMinor;
        figures.taxMinor = prices.taxMinor;
        figures.discountMinor = prices.discountMinor;
    }
    figures.totalText = texts::money(figures.totalMinor, shop.currency);
    if (figures.taxMinor != 0) {
        const QString amount = texts::amount(figures.taxMinor, shop.currency);
        figures.taxText = shop.taxMode == TaxMode::Inclusive
                              ? SaleWords::tr("Tax incl. %1").arg(amount)
                              : SaleWords::tr("Tax %1").arg(amount);
    }
    if (figures.discountMinor != 0) {
        figures.discountText =
            SaleWords::tr("Discount %1").arg(texts::amount(-figures.discountMinor, shop.currency));
    }
    return figures;
}

QList<SaleTabRow> tabs(const std::deque<Sale>& sales, std::size_t current, const ShopFacts& shop,
                       const SaleTiming& timing, qint64 nowMs)
{
    QList<SaleTabRow> rows;
    for (std::size_t i = 0; i < sales.size(); ++i) {
        const Sale& sale = sales[i];
        const HoldFigures figures = hold(sale, timing, nowMs);
        const bool running =
            figures.state == HoldView::Active || figures.state == HoldView::Expiring;
        rows.append({sale.id, SaleWords::tr("Sale %1").arg(i + 1), unitsOf(sale),
                     totals(sale, shop).totalText, i == current,
                     running ? HoldView::clockText(figures.secondsLeft) : QString(),
                     needsAttention(sale)});
    }
    return rows;
}

} // namespace holdfast::figures
