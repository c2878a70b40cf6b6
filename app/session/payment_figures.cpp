// The payment panel and the receipt.
#include "app/models/texts.h"
#include "app/session/sale_figures.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <map>

namespace holdfast::figures {

using namespace Qt::StringLiterals;

namespace {

class PaymentWords
{
    Q_DECLARE_TR_FUNCTIONS(holdfast::PaymentFigures)
};

PaymentSession::State stateOf(PayPhase phase)
{
    switch (phase) {
    case PayPhase::Idle:
        return PaymentSession::Idle;
    case PayPhase::Choosing:
        return PaymentSession::Choosing;
    case PayPhase::Cash:
        return PaymentSession::Cash;
    case PayPhase::CardWaiting:
        return PaymentSession::CardWaiting;
    case PayPhase::CardApproved:
        return PaymentSession::CardApproved;
    case PayPhase::CardDeclined:
        return PaymentSession::CardDeclined;
    case PayPhase::CardUnknown:
        return PaymentSession::CardUnknown;
    case PayPhase::Paid:
        return PaymentSession::Paid;
    }
    return PaymentSession::Idle;
}

/// What happened, whether money moved, what to do next.
QString noteText(const Sale& sale)
{
    switch (sale.payment.message) {
    case PayMessage::None:
        break;
    case PayMessage::AmountChanged:
        return PaymentWords::tr("The amount has changed. Nothing has been taken yet.");
    case PayMessage::PartlyPaid:
        return PaymentWords::tr("Part of it is paid. The rest is still due.");
    case PayMessage::Declined:
        return PaymentWords::tr(
            "The card was declined. No money was taken. Try again or take cash.");
    case PayMessage::CardCancelled:
        return PaymentWords::tr("The card payment was cancelled. No money was taken.");
    case PayMessage::GatewayRefused:
        return PaymentWords::tr("The card terminal did not start. No money was taken. %1")
            .arg(sale.fault);
    case PayMessage::PaymentRefused:
        return PaymentWords::tr("The payment was not taken. %1").arg(sale.fault);
    case PayMessage::OrderLapsed:
        return PaymentWords::tr(
            "The payment took too long. Nothing was taken; the goods are being held "
            "again.");
    case PayMessage::NotRecorded:
        return PaymentWords::tr(
            "The card was charged, but the server has not recorded it yet. Do not "
            "charge again. Call a manager.");
    case PayMessage::Unfulfilled:
        return PaymentWords::tr(
            "The money was taken after the goods had gone. Call a manager to refund.");
    }
    return {};
}

QString messageText(const Sale& sale, const ShopFacts& shop)
{
    const SalePayment& payment = sale.payment;
    switch (payment.phase) {
    case PayPhase::Cash:
        return shop.serverAway
                   ? PaymentWords::tr("The server cannot be reached. It is told as soon as it is "
                                      "back. Do not take the money twice.")
                   : PaymentWords::tr("Telling the server …");
    case PayPhase::CardWaiting:
        if (payment.cancelRequested) {
            return PaymentWords::tr("Cancelling. Not cancelled until the terminal confirms it.");
        }
        if (shop.serverAway && !payment.attemptSent) {
            return PaymentWords::tr("The server cannot be reached. The card terminal has not been "
                                    "asked yet.");
        }
        return payment.cardStarted ? PaymentWords::tr("Present the card at the terminal.")
                                   : PaymentWords::tr("Starting the card terminal …");
    case PayPhase::CardApproved:
        return payment.message == PayMessage::None
                   ? PaymentWords::tr("Waiting for the server to record it.")
                   : noteText(sale);
    case PayPhase::CardUnknown:
        return payment.cancelRequested
                   ? PaymentWords::tr("Cancelling. Not cancelled until the terminal confirms it.")
                   : PaymentWords::tr(
                         "Do not charge again. The till keeps asking the card terminal.");
    default:
        return noteText(sale);
    }
}

bool isBusy(const Sale& sale)
{
    const SalePayment& payment = sale.payment;
    switch (payment.phase) {
    case PayPhase::Cash:
    case PayPhase::CardApproved:
    case PayPhase::CardWaiting:
        return true;
    case PayPhase::CardUnknown:
        return payment.cancelRequested;
    default:
        return false;
    }
}

QString methodName(const QString& method)
{
    if (method == u"cash") {
        return PaymentWords::tr("Cash");
    }
    if (method == u"card") {
        return PaymentWords::tr("Card");
    }
    return method == u"voucher" ? PaymentWords::tr("Voucher") : PaymentWords::tr("Other");
}

void addGoods(ReceiptFigures& receipt, const OrderFacts& order)
{
    for (const OrderLineFacts& line : order.lines) {
        const QString detail = line.qty == 1 ? QString()
                                             : u"%1 × %2"_s.arg(line.qty).arg(texts::amount(
                                                   line.unitPriceMinor, order.currency));
        const qint64 gross = line.totalMinor + line.discountMinor;
        receipt.rows.append(
            {ReceiptLineModel::Goods, line.name, detail, texts::amount(gross, order.currency)});
        if (line.discountMinor != 0) {
            receipt.rows.append({ReceiptLineModel::Discount,
                                 PaymentWords::tr("Discount"),
                                 {},
                                 texts::amount(-line.discountMinor, order.currency)});
        }
    }
}

void addSums(ReceiptFigures& receipt, const OrderFacts& order)
{
    receipt.rows.append(
        {ReceiptLineModel::Total, PaymentWords::tr("Total"), {}, receipt.totalText});
    for (const PaymentFacts& payment : order.payments) {
        const qint64 given =
            payment.tenderedMinor > 0 ? payment.tenderedMinor : payment.amountMinor;
        receipt.rows.append({ReceiptLineModel::Tender,
                             methodName(payment.method),
                             {},
                             texts::amount(given, order.currency)});
        if (payment.roundingMinor != 0) {
            receipt.rows.append({ReceiptLineModel::Tender,
                                 PaymentWords::tr("Rounding"),
                                 {},
                                 texts::amount(payment.roundingMinor, order.currency)});
        }
        if (payment.changeMinor != 0) {
            receipt.rows.append({ReceiptLineModel::Change,
                                 PaymentWords::tr("Change"),
                                 {},
                                 texts::amount(payment.changeMinor, order.currency)});
        }
    }
    std::map<int, qint64> taxes;
    for (const OrderLineFacts& line : order.lines) {
        taxes[line.taxRateBp] += line.taxMinor;
    }
    for (const auto& [rate, tax] : taxes) {
        receipt.rows.append({ReceiptLineModel::Tax, PaymentWords::tr("of which tax"),
                             texts::taxRate(rate), texts::amount(tax, order.currency)});
    }
}

} // namespace

PaymentFigures payment(const Sale& sale, const ShopFacts& shop)
{
    const SalePayment& pay = sale.payment;
    PaymentFigures figures;
    figures.state = stateOf(pay.phase);
    figures.amountText = totals(sale, shop).totalText;
    figures.dueMinor = pay.phase == PayPhase::Paid ? 0 : dueMinor(sale, shop.taxMode);
    figures.dueText = texts::money(figures.dueMinor, shop.currency);
    if (sale.order && sale.order->paidMinor > 0) {
        figures.paidText = texts::money(sale.order->paidMinor, shop.currency);
    }
    if (pay.tenderedMinor > 0) {
        figures.tenderedText = texts::money(pay.tenderedMinor, shop.currency);
    }
    if (pay.phase == PayPhase::Paid) {
        figures.changeMinor = pay.changeMinor;
        if (pay.changeMinor > 0) {
            figures.changeText = texts::money(pay.changeMinor, shop.currency);
        }
    }
    figures.messageText = messageText(sale, shop);
    figures.busy = isBusy(sale);
    figures.cancelRequested = pay.cancelRequested;
    const bool open = pay.phase == PayPhase::Choosing || pay.phase == PayPhase::CardDeclined;
    figures.canCash = open && !hasRefusal(sale);
    figures.canCard = figures.canCash && shop.hasGateway && figures.dueMinor > 0;
    const bool card = pay.phase == PayPhase::CardWaiting || pay.phase == PayPhase::CardUnknown;
    figures.canCancelCard = card && !pay.cancelRequested;
    figures.canCheckCard = card || pay.phase == PayPhase::CardApproved;
    figures.canLeave = pay.phase != PayPhase::Idle && pay.phase != PayPhase::Paid &&
                       !isChargeOpen(sale) && !(sale.order && sale.order->paidMinor > 0);
    return figures;
}

QList<QuickAmountRow> quickAmounts(const Sale& sale, const ShopFacts& shop)
{
    const Currency currency = Currency::parse(shop.currency.toStdString()).value_or(Currency{});
    // Not rounded: only the server knows the shop's smallest coin, and its answer says what it did.
    const qint64 due = dueMinor(sale, shop.taxMode);
    QList<QuickAmountRow> rows;
    for (const Minor amount : quickCashAmounts(due, currency)) {
        rows.append({amount, texts::amount(amount, shop.currency), amount == due});
    }
    return rows;
}

ReceiptFigures receipt(const Sale& sale, const ShopFacts& shop)
{
    ReceiptFigures receipt;
    if (sale.payment.phase != PayPhase::Paid || !sale.order) {
        return receipt;
    }
    const OrderFacts& order = *sale.order;
    receipt.present = true;
    receipt.shopName = shop.shopName;
    receipt.tillName = shop.tillName;
    receipt.numberText = PaymentWords::tr("No. %1").arg(order.number);
    receipt.timeText =
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(order.updatedAtMs), QLocale::ShortFormat);
    receipt.totalText = texts::money(order.totalMinor, order.currency);
    if (sale.payment.changeMinor > 0) {
        receipt.changeText = texts::money(sale.payment.changeMinor, order.currency);
    }
    QStringList methods;
    for (const PaymentFacts& payment : order.payments) {
        methods.append(methodName(payment.method));
    }
    methods.removeDuplicates();
    receipt.methodText = methods.join(u" + ");
    addGoods(receipt, order);
    addSums(receipt, order);
    return receipt;
}

} // namespace holdfast::figures
