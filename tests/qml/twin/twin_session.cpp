#include "tests/qml/twin/twin_session.h"

#include "app/models/texts.h"
#include "tests/qml/twin/twin_goods.h"

#include <algorithm>

namespace holdfast {

namespace {

constexpr int holdLifeSeconds = 120;
constexpr int taxPerMille = 65; // about 7 % inside the price: near enough for a picture

QString amountText(qint64 minor)
{
    return texts::amount(minor, QStringLiteral("EUR"));
}

QString moneyText(qint64 minor)
{
    return texts::money(minor, QStringLiteral("EUR"));
}

} // namespace

TillSession::Private::Private()
{
    goods = twin::sampleGoods();
    catalogue.replace(std::vector<TillProduct>(goods.begin(), goods.end()));
    products.setPictureBase(twin::pictureFolder());
    QList<CategoryRow> rows{{QString(), QStringLiteral("All goods"), products.count()}};
    for (const TillProduct& p : std::as_const(goods)) {
        if (rows.last().name != p.category)
            rows.append({p.category, p.category, 0});
        ++rows.last().productCount;
    }
    categories.setRows(rows);
    standing = {QStringLiteral("Corner Shop"), QStringLiteral("Till 1"), QStringLiteral("Amira"),
                TillStatus::Online, 0, 0, QStringLiteral("printer ready")};
    startSale();
    show();
}

TwinLine* TillSession::Private::line(const QString& id)
{
    for (TwinLine& candidate : sale().lines)
        if (candidate.id == id)
            return &candidate;
    return nullptr;
}

TillProduct* TillSession::Private::product(int id)
{
    const bool known = id > 0 && id <= goods.size();
    return known ? &goods[id - 1] : nullptr;
}

qint64 TillSession::Private::total()
{
    qint64 sum = 0;
    for (const TwinLine& each : std::as_const(sale().lines))
        sum += product(each.productId)->priceMinor * each.qty;
    return sum;
}

bool TillSession::Private::chargeOpen() const
{
    return paying.state == PaymentSession::CardWaiting
        || paying.state == PaymentSession::CardUnknown
        || paying.state == PaymentSession::CardApproved;
}

bool TillSession::Private::settled() const
{
    const auto refused = [](const TwinLine& each) { return !each.refusal.isEmpty(); };
    const QList<TwinLine>& lines = open.at(current).lines;
    return holding.secondsLeft > 0 && std::none_of(lines.begin(), lines.end(), refused);
}

void TillSession::Private::startSale()
{
    ++saleSerial;
    open.append({QStringLiteral("s%1").arg(saleSerial), QStringLiteral("Sale %1").arg(saleSerial),
                 {}, false});
    current = static_cast<int>(open.size()) - 1;
    selected.clear();
}

void TillSession::Private::put(int productId, int qty)
{
    for (TwinLine& each : sale().lines) {
        if (each.productId == productId) {
            give(each, each.qty + qty);
            return;
        }
    }
    TwinLine fresh;
    fresh.id = QStringLiteral("l%1").arg(++lineSerial);
    fresh.productId = productId;
    sale().lines.append(fresh);
    give(sale().lines.last(), qty);
}

/// Gives the line what is there; what is not becomes a refusal with its remedy.
void TillSession::Private::give(TwinLine& line, int qty)
{
    TillProduct& item = *product(line.productId);
    const int within = line.refusal.isEmpty() ? line.qty : 0;
    const int reach = item.available + within;
    line.refusal.clear();
    line.refusalActionText.clear();
    item.available = reach;
    line.qty = std::clamp(qty, 1, 999);
    if (line.qty > reach) {
        line.take = reach;
        line.refusal = reach > 0 ? QStringLiteral("Only %1 left").arg(reach)
                                 : QStringLiteral("None left");
        line.refusalAction = reach > 0 ? CartModel::TakeAvailable : CartModel::RemoveLine;
        line.refusalActionText = reach > 0 ? QStringLiteral("Take %1").arg(reach)
                                           : QStringLiteral("Remove");
    } else {
        item.available -= line.qty;
    }
    selected = line.id;
    touched = line.id;
}

void TillSession::Private::drop(const QString& id)
{
    for (qsizetype i = 0; i < sale().lines.size(); ++i) {
        if (sale().lines.at(i).id != id)
            continue;
        removed = sale().lines.takeAt(i);
        if (removed.refusal.isEmpty())
            product(removed.productId)->available += removed.qty;
        const auto& rest = sale().lines;
        selected = rest.isEmpty() ? QString() : rest.at(std::min(i, rest.size() - 1)).id;
        notice.say(Notice::Info,
                   QStringLiteral("Removed %1").arg(product(removed.productId)->name),
                   Notice::UndoRemove, QStringLiteral("Undo"));
        return;
    }
}

void TillSession::Private::showHold(int seconds)
{
    holding.secondsLeft = seconds;
    holding.fraction = static_cast<double>(seconds) / holdLifeSeconds;
    holding.state = seconds <= 0 ? HoldView::Expired
        : seconds <= 30          ? HoldView::Expiring
                                 : HoldView::Active;
    holding.canExtend = seconds > 0;
    hold.show(holding);
}

void TillSession::Private::pay(PaymentSession::State state, const QString& message)
{
    paying.state = state;
    paying.messageText = message;
    paying.amountText = amountText(total());
    paying.dueMinor = total();
    paying.dueText = amountText(paying.dueMinor);
    const bool open_ = chargeOpen();
    const bool choosing = state == PaymentSession::Choosing
        || state == PaymentSession::CardDeclined;
    paying.canCash = choosing;
    paying.canCard = choosing;
    paying.canLeave = choosing;
    paying.canCancelCard = state == PaymentSession::CardWaiting && !paying.cancelRequested;
    paying.canCheckCard = state == PaymentSession::CardUnknown;
    paying.busy = open_ && state != PaymentSession::CardUnknown;
    QList<QuickAmountRow> rows{{paying.dueMinor, paying.dueText, true}};
    for (const qint64 note : {500, 1000, 2000, 5000, 10000}) {
        const qint64 covering = (paying.dueMinor + note - 1) / note * note;
        if (covering > rows.last().amountMinor && rows.size() < 6)
            rows.append({covering, amountText(covering), false});
    }
    payment.quickAmounts()->setRows(rows);
    payment.show(paying);
}

void TillSession::Private::tender(qint64 minor)
{
    if (!paying.canCash)
        return;
    if (minor < paying.dueMinor) {
        notice.say(Notice::Warning, QStringLiteral("That is less than what is due."));
        return;
    }
    finish(QStringLiteral("Cash"), minor);
}

void TillSession::Private::finish(const QString& method, qint64 given)
{
    const qint64 sum = total();
    ReceiptFigures paper{true, standing.shopName, standing.tillName, QStringLiteral("No. 1042"),
                         QStringLiteral("23 Nov 2026, 14:08"), moneyText(sum), {}, method, {}};
    for (const TwinLine& each : std::as_const(sale().lines)) {
        const TillProduct& item = *product(each.productId);
        paper.rows.append({ReceiptLineModel::Goods, item.name,
                           each.qty > 1 ? QStringLiteral("%1 × %2").arg(each.qty).arg(
                               amountText(item.priceMinor)) : QString(),
                           amountText(item.priceMinor * each.qty)});
    }
    paper.rows.append({ReceiptLineModel::Total, QStringLiteral("Total"), {}, moneyText(sum)});
    paper.rows.append({ReceiptLineModel::Tax, QStringLiteral("Tax included, 7 %"), {},
                       amountText(sum * taxPerMille / 1000)});
    paper.rows.append({ReceiptLineModel::Tender, method, {}, amountText(given)});
    paying.tenderedText.clear();
    paying.changeText.clear();
    if (given > sum || method == QStringLiteral("Cash")) {
        paying.tenderedText = amountText(given);
        paying.changeText = amountText(given - sum);
        paper.changeText = paying.changeText;
        paper.rows.append({ReceiptLineModel::Change, QStringLiteral("Change"), {},
                           paying.changeText});
    }
    pay(PaymentSession::Paid);
    receipt.show(paper);
    stage = Finished;
}

void TillSession::Private::showCart()
{
    QList<CartRow> rows;
    QHash<int, int> inCart;
    for (const TwinLine& each : std::as_const(sale().lines)) {
        const TillProduct& item = *product(each.productId);
        rows.append({each.id, each.productId, item.name, each.qty, amountText(item.priceMinor),
                     amountText(item.priceMinor * each.qty), each.note, each.refusal,
                     each.refusalAction, each.refusalActionText, each.id == touched,
                     each.id == selected, each.pending});
        inCart[each.productId] += each.qty;
    }
    cart.setRows(rows);
    catalogue.setOwnUnits({}, inCart, inCart);
}

void TillSession::Private::showStock()
{
    QList<TillStock> stocks;
    for (const TillProduct& item : std::as_const(goods))
        stocks.append({item.id, item.onHand, item.held, item.committed, item.available});
    catalogue.apply({}, {}, stocks);
}

void TillSession::Private::show()
{
    showCart();
    const qint64 sum = total();
    TotalFigures figures;
    figures.totalMinor = sum;
    figures.totalText = moneyText(sum);
    figures.taxText = sum > 0 ? QStringLiteral("Tax incl. %1").arg(amountText(sum * taxPerMille / 1000))
                              : QString();
    for (const TwinLine& each : std::as_const(sale().lines))
        figures.itemCount += each.qty;
    totals.show(figures);
    QList<SaleTabRow> tabs;
    for (int i = 0; i < open.size(); ++i)
        tabs.append({open.at(i).id, open.at(i).title, 0, {}, i == current, {}, open.at(i).attention});
    sales.setRows(tabs);
    if (sale().lines.isEmpty()) {
        holding = {};
        hold.show(holding);
    } else if (holding.state == HoldView::None) {
        showHold(102);
    }
    keypad.setPurpose(stage == Paying ? KeypadEntry::Amount : KeypadEntry::Quantity, 2);
    status.show(standing);
    showStock();
}

} // namespace holdfast
