// What a person does.
#include "app/session/till_session.h"

namespace holdfast {

bool TillSession::wish(const SaleBook::Wish& wish)
{
    return m_book.wish(wish);
}

void TillSession::refuse(const QString& why)
{
    m_notice.say(Notice::Warning, why);
    Q_EMIT refused();
}

void TillSession::addProduct(int productId)
{
    const TillProduct* product = m_catalogue.find(productId);
    if (product == nullptr) {
        return;
    }
    if (m_stage == Finished) {
        finishSale(); // the next shopper's first item
    }
    if (m_stage == Paying) {
        refuse(tr("Finish the payment or leave it before adding goods."));
        return;
    }
    const int qty = m_keypad.empty() ? 1 : static_cast<int>(m_keypad.value());
    m_keypad.clear();
    const Goods goods{product->id, product->name, product->priceMinor, product->taxRateBp};
    const bool added = wish([&](SaleMachine& machine, Sale& sale, qint64 nowMs) {
        return machine.add(sale, goods, qty, nowMs);
    });
    if (added) {
        m_notice.dismiss();
        Q_EMIT goodsAdded();
    } else {
        refuse(tr("This sale cannot take more of it."));
    }
}

void TillSession::addByCode(const QString& code)
{
    // A scan never multiplies: what was typed before it is dropped.
    m_keypad.clear();
    const TillProduct* product = m_catalogue.findByCode(code);
    if (product == nullptr) {
        refuse(tr("No product with the code %1.").arg(code.trimmed()));
        return;
    }
    addProduct(product->id);
}

void TillSession::selectLine(const QString& lineId)
{
    m_book.selectLine(lineId);
}

void TillSession::moveSelection(int step)
{
    const int row = m_cart.selectedRow() + step;
    if (row >= 0 && row < m_cart.count()) {
        m_book.selectLine(m_cart.rows()[row].lineId);
    }
}

void TillSession::setQty(const QString& lineId, int qty)
{
    wish([&](SaleMachine& machine, Sale& sale, qint64) {
        return machine.setQty(sale, lineId, qty);
    });
}

void TillSession::changeQty(const QString& lineId, int step)
{
    if (const SaleLine* line = findLine(m_book.current(), lineId)) {
        const int qty = line->qty + step;
        if (qty > 0) {
            setQty(lineId, qty);
        } else {
            removeLine(lineId);
        }
    }
}

void TillSession::removeLine(const QString& lineId)
{
    const SaleLine* line = findLine(m_book.current(), lineId);
    const QString name = line == nullptr ? QString() : line->name;
    if (wish([&](SaleMachine& machine, Sale& sale, qint64) {
            return machine.remove(sale, lineId);
        })) {
        m_notice.say(Notice::Info, tr("%1 removed.").arg(name), Notice::UndoRemove, tr("Undo"));
    }
}

void TillSession::removeSelectedLine()
{
    removeLine(m_book.current().selectedLineId);
}

void TillSession::undoRemove()
{
    if (wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.undoRemove(sale); })) {
        m_notice.dismiss();
    }
}

void TillSession::applyRefusalAction(const QString& lineId)
{
    wish([&](SaleMachine& machine, Sale& sale, qint64) {
        return machine.takeAvailable(sale, lineId);
    });
}

void TillSession::extendHold()
{
    wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.extend(sale); });
}

void TillSession::retryHold()
{
    if (wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.retryHold(sale); })) {
        m_notice.dismiss();
    }
}

void TillSession::newSale()
{
    if (m_stage == Finished) {
        finishSale();
        return;
    }
    m_book.startSale();
}

void TillSession::switchSale(const QString& saleId)
{
    m_book.switchTo(saleId);
}

void TillSession::voidSale()
{
    if (!wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.voidSale(sale); })) {
        refuse(tr("A sale that is being paid cannot be voided."));
    }
}

void TillSession::startPayment()
{
    if (m_stage != Selling) {
        return;
    }
    if (!wish(
            [](SaleMachine& machine, Sale& sale, qint64) { return machine.startPayment(sale); }) &&
        !m_book.current().lines.isEmpty()) {
        refuse(tr("The goods are not held. Solve what the cart says first."));
    }
}

void TillSession::leavePayment()
{
    if (m_stage == Paying && !wish([](SaleMachine& machine, Sale& sale, qint64) {
            return machine.leavePayment(sale);
        })) {
        refuse(tr("Not possible while a payment is open."));
    }
}

void TillSession::payCash(qint64 tenderedMinor)
{
    const qint64 due = m_payment.dueMinor();
    wish([&](SaleMachine& machine, Sale& sale, qint64 nowMs) {
        return machine.payCash(sale, tenderedMinor, due, nowMs);
    });
}

void TillSession::payCashExact()
{
    quickAmount(0);
}

void TillSession::quickAmount(int row)
{
    QuickAmountModel* amounts = m_payment.quickAmounts();
    if (row >= 0 && row < amounts->count()) {
        payCash(amounts->data(amounts->index(row), QuickAmountModel::AmountMinorRole).toLongLong());
    }
}

void TillSession::startCard()
{
    if (!m_payment.canCard()) {
        return;
    }
    const qint64 due = m_payment.dueMinor();
    wish([&](SaleMachine& machine, Sale& sale, qint64 nowMs) {
        return machine.startCard(sale, due, nowMs);
    });
}

void TillSession::cancelCard()
{
    wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.cancelCard(sale); });
}

void TillSession::checkCard()
{
    m_book.checkNow();
    QMetaObject::invokeMethod(&m_engine, [&engine = m_engine] { engine.retryNow(); });
}

void TillSession::finishSale()
{
    wish([](SaleMachine& machine, Sale& sale, qint64) { return machine.finish(sale); });
}

void TillSession::runNoticeAction()
{
    switch (m_notice.action()) {
    case Notice::UndoRemove:
        undoRemove();
        break;
    case Notice::RetryHold:
        retryHold();
        break;
    case Notice::ExtendHold:
        extendHold();
        break;
    case Notice::NoAction:
        break;
    }
    m_notice.dismiss();
}

void TillSession::keypadEntered(qint64 value)
{
    switch (m_stage) {
    case Selling:
        if (value > 0) {
            setQty(m_book.current().selectedLineId, static_cast<int>(value));
        } else {
            applyRefusalAction(m_book.current().selectedLineId);
        }
        break;
    case Paying:
        if (value > 0) {
            payCash(value);
        } else {
            payCashExact();
        }
        break;
    case Finished:
        finishSale();
        break;
    }
}

} // namespace holdfast
