#include "app/session/sale_codec.h"

#include "app/session/sale_rules.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

template <class Enum>
Enum enumOf(const QJsonValue& value)
{
    return static_cast<Enum>(value.toInt());
}

QJsonObject toJson(const SaleLine& line)
{
    return {{u"id"_s, line.lineId},
            {u"product"_s, line.productId},
            {u"name"_s, line.name},
            {u"price"_s, line.unitPriceMinor},
            {u"tax"_s, line.taxRateBp},
            {u"qty"_s, line.qty},
            {u"refusal"_s, static_cast<int>(line.refusal)},
            {u"left"_s, line.left}};
}

SaleLine lineFrom(const QJsonObject& json)
{
    SaleLine line;
    line.lineId = json[u"id"].toString();
    line.productId = json[u"product"].toInt();
    line.name = json[u"name"].toString();
    line.unitPriceMinor = json[u"price"].toInteger();
    line.taxRateBp = json[u"tax"].toInt();
    line.qty = json[u"qty"].toInt();
    line.refusal = enumOf<LineRefusal>(json[u"refusal"]);
    line.left = json[u"left"].toInt();
    return line;
}

QJsonArray toJson(const QList<wire::LineWanted>& lines)
{
    QJsonArray array;
    for (const wire::LineWanted& line : lines) {
        array.append(QJsonArray{line.productId, line.qty});
    }
    return array;
}

QList<wire::LineWanted> wantedFrom(const QJsonValue& json)
{
    QList<wire::LineWanted> lines;
    for (const QJsonValue line : json.toArray()) {
        lines.append({line[0].toInt(), line[1].toInt()});
    }
    return lines;
}

QJsonObject toJson(const SaleHold& hold)
{
    return {{u"id"_s, hold.id},
            {u"phase"_s, static_cast<int>(hold.phase)},
            {u"lines"_s, toJson(hold.lines)},
            {u"expires"_s, hold.expiresAtMs},
            {u"life"_s, hold.lifeMs},
            {u"wanted"_s, hold.wanted},
            {u"extend"_s, hold.extendWanted}};
}

SaleHold holdFrom(const QJsonObject& json)
{
    SaleHold hold;
    hold.id = json[u"id"].toString();
    hold.phase = enumOf<HoldPhase>(json[u"phase"]);
    hold.lines = wantedFrom(json[u"lines"]);
    hold.expiresAtMs = json[u"expires"].toInteger();
    hold.lifeMs = json[u"life"].toInteger();
    hold.wanted = json[u"wanted"].toBool(true);
    hold.extendWanted = json[u"extend"].toBool();
    return hold;
}

QJsonObject toJson(const SalePayment& payment)
{
    return {{u"phase"_s, static_cast<int>(payment.phase)},
            {u"message"_s, static_cast<int>(payment.message)},
            {u"attempt"_s, payment.attemptId},
            {u"expected"_s, payment.expectedMinor},
            {u"tendered"_s, payment.tenderedMinor},
            {u"change"_s, payment.changeMinor},
            {u"sent"_s, payment.attemptSent},
            {u"started"_s, payment.cardStarted},
            {u"cancel"_s, payment.cancelRequested},
            {u"cancel_sent"_s, payment.cancelSent},
            {u"card_since"_s, payment.cardSinceMs},
            {u"card_heard"_s, payment.cardHeardMs}};
}

SalePayment paymentFrom(const QJsonObject& json)
{
    SalePayment payment;
    payment.phase = enumOf<PayPhase>(json[u"phase"]);
    payment.message = enumOf<PayMessage>(json[u"message"]);
    payment.attemptId = json[u"attempt"].toString();
    payment.expectedMinor = json[u"expected"].toInteger();
    payment.tenderedMinor = json[u"tendered"].toInteger();
    payment.changeMinor = json[u"change"].toInteger();
    payment.attemptSent = json[u"sent"].toBool();
    payment.cardStarted = json[u"started"].toBool();
    payment.cancelRequested = json[u"cancel"].toBool();
    payment.cancelSent = json[u"cancel_sent"].toBool();
    payment.cardSinceMs = json[u"card_since"].toInteger();
    payment.cardHeardMs = json[u"card_heard"].toInteger();
    return payment;
}

QJsonObject toJson(const OrderFacts& order)
{
    QJsonArray lines;
    for (const OrderLineFacts& line : order.lines) {
        lines.append(QJsonArray{line.productId, line.name, line.qty, line.unitPriceMinor,
                                line.discountMinor, line.taxRateBp, line.taxMinor,
                                line.totalMinor});
    }
    QJsonArray payments;
    for (const PaymentFacts& payment : order.payments) {
        payments.append(QJsonArray{payment.method, payment.amountMinor, payment.tenderedMinor,
                                   payment.changeMinor, payment.roundingMinor});
    }
    return {{u"id"_s, order.id},
            {u"number"_s, order.number},
            {u"state"_s, static_cast<int>(order.state)},
            {u"currency"_s, order.currency},
            {u"total"_s, order.totalMinor},
            {u"tax"_s, order.taxMinor},
            {u"discount"_s, order.discountMinor},
            {u"paid"_s, order.paidMinor},
            {u"due"_s, order.dueMinor},
            {u"cause"_s, static_cast<int>(order.cancelCause)},
            {u"updated"_s, order.updatedAtMs},
            {u"lines"_s, lines},
            {u"payments"_s, payments}};
}

OrderFacts orderFrom(const QJsonObject& json)
{
    OrderFacts order;
    order.id = json[u"id"].toString();
    order.number = json[u"number"].toInteger();
    order.state = enumOf<OrderState>(json[u"state"]);
    order.currency = json[u"currency"].toString();
    order.totalMinor = json[u"total"].toInteger();
    order.taxMinor = json[u"tax"].toInteger();
    order.discountMinor = json[u"discount"].toInteger();
    order.paidMinor = json[u"paid"].toInteger();
    order.dueMinor = json[u"due"].toInteger();
    order.cancelCause = enumOf<CancelCause>(json[u"cause"]);
    order.updatedAtMs = json[u"updated"].toInteger();
    for (const QJsonValue row : json[u"lines"].toArray()) {
        order.lines.push_back({row[0].toInt(), row[1].toString(), row[2].toInt(),
                               row[3].toInteger(), row[4].toInteger(), row[5].toInt(),
                               row[6].toInteger(), row[7].toInteger()});
    }
    for (const QJsonValue row : json[u"payments"].toArray()) {
        order.payments.push_back({row[0].toString(), row[1].toInteger(), row[2].toInteger(),
                                  row[3].toInteger(), row[4].toInteger()});
    }
    return order;
}

} // namespace

QByteArray encodeSale(const Sale& sale)
{
    QJsonArray lines;
    for (const SaleLine& line : sale.lines) {
        lines.append(toJson(line));
    }
    QJsonObject json{{u"id"_s, sale.id},
                     {u"number"_s, sale.number},
                     {u"lines"_s, lines},
                     {u"selected"_s, sale.selectedLineId},
                     {u"hold"_s, toJson(sale.hold)},
                     {u"payment"_s, toJson(sale.payment)},
                     {u"order_cancel"_s, sale.orderCancelWanted},
                     {u"order_stale"_s, sale.orderStale},
                     {u"voiding"_s, sale.voiding},
                     {u"closed"_s, sale.closed},
                     {u"fault"_s, sale.fault}};
    if (sale.order) {
        json[u"order"] = toJson(*sale.order);
    }
    if (sale.pending) {
        json[u"pending"] = QJsonObject{{u"id"_s, sale.pending->id},
                                       {u"kind"_s, static_cast<int>(sale.pending->kind)},
                                       {u"subject"_s, sale.pending->subjectId},
                                       {u"lines"_s, toJson(sale.pending->lines)}};
    }
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

std::optional<Sale> decodeSale(const QByteArray& bytes)
{
    const QJsonObject json = QJsonDocument::fromJson(bytes).object();
    Sale sale;
    sale.id = json[u"id"].toString();
    if (sale.id.isEmpty()) {
        return std::nullopt;
    }
    sale.number = json[u"number"].toInt();
    for (const QJsonValue line : json[u"lines"].toArray()) {
        sale.lines.append(lineFrom(line.toObject()));
    }
    sale.selectedLineId = json[u"selected"].toString();
    sale.hold = holdFrom(json[u"hold"].toObject());
    sale.payment = paymentFrom(json[u"payment"].toObject());
    sale.orderCancelWanted = json[u"order_cancel"].toBool();
    sale.orderStale = json[u"order_stale"].toBool();
    sale.voiding = json[u"voiding"].toBool();
    sale.closed = json[u"closed"].toBool();
    sale.fault = json[u"fault"].toString();
    if (json.contains(u"order")) {
        sale.order = orderFrom(json[u"order"].toObject());
    }
    if (json.contains(u"pending")) {
        const QJsonObject pending = json[u"pending"].toObject();
        sale.pending =
            PendingCommand{pending[u"id"].toString(), enumOf<CommandKind>(pending[u"kind"]),
                           pending[u"subject"].toString(), wantedFrom(pending[u"lines"])};
    }
    rules::syncPromises(sale);
    return sale;
}

} // namespace holdfast
