// What the person does, in the twin: note the call, change the lists, show them.
#include "tests/qml/twin/twin_goods.h"
#include "tests/qml/twin/twin_session.h"

namespace holdfast {

TillSession::TillSession(std::unique_ptr<Private> parts, QObject* parent)
    : QObject(parent), m(std::move(parts))
{
    connect(&m->keypad, &KeypadEntry::entered, this, [this](qint64 value) {
        if (m->stage == Paying)
            value > 0 ? payCash(value) : payCashExact();
        else if (value > 0)
            setQty(m->selected, static_cast<int>(value));
    });
}
TillSession::~TillSession() = default;

ProductListModel* TillSession::products() { return &m->products; }
CategoryListModel* TillSession::categories() { return &m->categories; }
CartModel* TillSession::cart() { return &m->cart; }
SaleTabModel* TillSession::sales() { return &m->sales; }
SaleTotals* TillSession::totals() { return &m->totals; }
HoldView* TillSession::hold() { return &m->hold; }
KeypadEntry* TillSession::keypad() { return &m->keypad; }
PaymentSession* TillSession::payment() { return &m->payment; }
ReceiptView* TillSession::receipt() { return &m->receipt; }
TillStatus* TillSession::status() { return &m->status; }
Notice* TillSession::notice() { return &m->notice; }
QString TillSession::category() const { return m->category; }
QString TillSession::searchText() const { return m->searchText; }
TillSession::Stage TillSession::stage() const { return m->stage; }
bool TillSession::canPay() const
{
    return m->stage == Selling && m->cart.count() > 0 && m->settled();
}
bool TillSession::canUndoRemove() const { return m->removed.qty > 0; }

QString TillSession::saleTitle() const
{
    return m->open.at(m->current).title;
}

void TillSession::setCategory(const QString& name)
{
    m->category = name;
    m->products.setFilter(m->category, m->searchText);
    Q_EMIT categoryChanged();
}

void TillSession::setSearchText(const QString& words)
{
    if (words == m->searchText)
        return;
    m->searchText = words;
    m->products.setFilter(m->category, m->searchText);
    Q_EMIT searchTextChanged();
}

void TillSession::addProduct(int productId)
{
    m->calls.append(QStringLiteral("addProduct %1").arg(productId));
    const qint64 typed = m->keypad.value();
    m->put(productId, typed > 0 ? static_cast<int>(typed) : 1);
    m->show();
    Q_EMIT canPayChanged();
    Q_EMIT goodsAdded();
}

void TillSession::addByCode(const QString& code)
{
    m->calls.append(QStringLiteral("addByCode %1").arg(code));
    for (const TillProduct& goods : std::as_const(m->goods)) {
        if (goods.barcodes.contains(code) || goods.sku == code) {
            addProduct(goods.id);
            return;
        }
    }
    m->notice.say(Notice::Warning, QStringLiteral("Nothing is known by the code %1.").arg(code));
    Q_EMIT refused();
}

void TillSession::selectLine(const QString& lineId)
{
    m->selected = lineId;
    m->showCart();
}

void TillSession::moveSelection(int step)
{
    const int row = m->cart.selectedRow() + step;
    if (row >= 0 && row < m->cart.count())
        selectLine(m->sale().lines.at(row).id);
}

void TillSession::setQty(const QString& lineId, int qty)
{
    m->calls.append(QStringLiteral("setQty %1").arg(qty));
    if (TwinLine* line = m->line(lineId))
        m->give(*line, qty);
    m->show();
    Q_EMIT canPayChanged();
}

void TillSession::changeQty(const QString& lineId, int step)
{
    const TwinLine* line = m->line(lineId);
    if (line && line->qty + step < 1)
        removeLine(lineId);
    else if (line)
        setQty(lineId, line->qty + step);
}

void TillSession::removeLine(const QString& lineId)
{
    m->calls.append(QStringLiteral("removeLine"));
    m->drop(lineId);
    m->show();
    Q_EMIT canPayChanged();
    Q_EMIT canUndoRemoveChanged();
}

void TillSession::removeSelectedLine()
{
    if (!m->selected.isEmpty())
        removeLine(m->selected);
}

void TillSession::undoRemove()
{
    m->calls.append(QStringLiteral("undoRemove"));
    if (m->removed.qty > 0)
        m->put(m->removed.productId, m->removed.qty);
    m->removed = {};
    m->notice.dismiss();
    m->show();
    Q_EMIT canPayChanged();
    Q_EMIT canUndoRemoveChanged();
}

void TillSession::applyRefusalAction(const QString& lineId)
{
    m->calls.append(QStringLiteral("applyRefusalAction"));
    TwinLine* line = m->line(lineId);
    if (line && line->take > 0)
        m->give(*line, line->take);
    else if (line)
        m->drop(lineId);
    m->show();
    Q_EMIT canPayChanged();
}

void TillSession::extendHold()
{
    m->calls.append(QStringLiteral("extendHold"));
    m->showHold(120);
    Q_EMIT canPayChanged();
}

void TillSession::retryHold()
{
    m->calls.append(QStringLiteral("retryHold"));
    m->showHold(120);
    Q_EMIT canPayChanged();
}

void TillSession::newSale()
{
    m->calls.append(QStringLiteral("newSale"));
    if (m->sale().lines.isEmpty())
        return;
    m->startSale();
    m->show();
    Q_EMIT saleTitleChanged();
    Q_EMIT canPayChanged();
}

void TillSession::switchSale(const QString& saleId)
{
    for (int i = 0; i < m->open.size(); ++i)
        if (m->open.at(i).id == saleId)
            m->current = i;
    m->show();
    Q_EMIT saleTitleChanged();
    Q_EMIT canPayChanged();
}

void TillSession::voidSale()
{
    m->calls.append(QStringLiteral("voidSale"));
    while (!m->sale().lines.isEmpty())
        m->drop(m->sale().lines.last().id);
    m->notice.dismiss();
    m->show();
    Q_EMIT canPayChanged();
}

void TillSession::startPayment()
{
    m->calls.append(QStringLiteral("startPayment"));
    m->stage = Paying;
    m->pay(PaymentSession::Choosing);
    m->show();
    Q_EMIT stageChanged();
    Q_EMIT canPayChanged();
}

void TillSession::leavePayment()
{
    m->calls.append(QStringLiteral("leavePayment"));
    if (m->chargeOpen())
        return;
    m->stage = Selling;
    m->pay(PaymentSession::Idle);
    m->show();
    Q_EMIT stageChanged();
    Q_EMIT canPayChanged();
}

void TillSession::payCash(qint64 tenderedMinor)
{
    m->calls.append(QStringLiteral("payCash %1").arg(tenderedMinor));
    m->tender(tenderedMinor);
    m->show();
    Q_EMIT stageChanged();
}

void TillSession::payCashExact()
{
    payCash(m->paying.dueMinor);
}

void TillSession::quickAmount(int row)
{
    const QuickAmountModel& amounts = *m->payment.quickAmounts();
    payCash(amounts.data(amounts.index(row), QuickAmountModel::AmountMinorRole).toLongLong());
}

void TillSession::startCard()
{
    m->calls.append(QStringLiteral("startCard"));
    if (m->chargeOpen())
        return;
    m->paying.cancelRequested = false;
    m->pay(PaymentSession::CardWaiting,
           QStringLiteral("Ask the customer to present the card at the terminal."));
}

void TillSession::cancelCard()
{
    m->calls.append(QStringLiteral("cancelCard"));
    m->paying.cancelRequested = true;
    m->pay(PaymentSession::CardWaiting, QStringLiteral("The terminal has not confirmed it yet."));
}

void TillSession::checkCard()
{
    m->calls.append(QStringLiteral("checkCard"));
}

void TillSession::finishSale()
{
    m->calls.append(QStringLiteral("finishSale"));
    m->sale().lines.clear();
    if (m->open.size() > 1) {
        m->open.removeAt(m->current);
        m->current = 0;
    } else {
        m->sale().title = QStringLiteral("Sale %1").arg(++m->saleSerial);
    }
    m->stage = Selling;
    m->pay(PaymentSession::Idle);
    m->show();
    Q_EMIT stageChanged();
    Q_EMIT saleTitleChanged();
    Q_EMIT canPayChanged();
}

void TillSession::runNoticeAction()
{
    if (m->notice.action() == Notice::UndoRemove)
        undoRemove();
    else if (m->notice.action() == Notice::RetryHold)
        retryHold();
}

} // namespace holdfast
