#include "tests/support/shop.h"

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

QByteArray path(const char* head, const QString& id, const char* tail = "")
{
    return QByteArray(head) + id.toUtf8() + tail;
}

} // namespace

QJsonObject merged(QJsonObject a, const QJsonObject& b)
{
    for (auto it = b.begin(); it != b.end(); ++it) {
        a.insert(it.key(), it.value());
    }
    return a;
}

HttpReply Shop::createProduct(const QJsonObject& fields)
{
    return m_client.post("/api/products", fields);
}

qint64 Shop::addProduct(qint64 stock, qint64 priceMinor, const QString& name)
{
    const QString sku = u"T-"_s + newUuid().left(18);
    const HttpReply made = createProduct({{u"sku"_s, sku},
                                          {u"name"_s, name.isEmpty() ? u"Thing "_s + sku : name},
                                          {u"price_minor"_s, priceMinor},
                                          {u"tax_rate"_s, 0}});
    const qint64 id = made.data().value("id"_L1).toInteger();
    if (made.status != 201 || id == 0) {
        qWarning("product refused: %s", made.summary().constData());
        return 0;
    }
    if (stock > 0) {
        const HttpReply received = move(id, u"receipt"_s, stock);
        if (received.status != 201 && received.status != 200) {
            qWarning("receipt refused: %s", received.summary().constData());
            return 0;
        }
    }
    return id;
}

HttpReply Shop::move(qint64 product, const QString& kind, qint64 qty, const QString& reason)
{
    return m_client.post(
        "/api/stock/movements",
        {{u"product_id"_s, product}, {u"kind"_s, kind}, {u"qty"_s, qty}, {u"reason"_s, reason}});
}

QJsonObject Shop::product(qint64 id)
{
    return m_client.get("/api/products/" + QByteArray::number(id)).data();
}

qint64 Shop::available(qint64 id)
{
    return product(id).value("available"_L1).toInteger(-1);
}

HttpReply Shop::hold(qint64 product, qint64 qty, const QJsonObject& more, const HeaderList& headers)
{
    const QJsonObject body{{u"product_id"_s, product}, {u"qty"_s, qty}};
    return m_client.post("/api/holds", merged(body, more), headers);
}

HttpReply Shop::order(const QString& holdId, const QJsonObject& more, const HeaderList& headers)
{
    return m_client.post("/api/orders", merged({{u"hold_id"_s, holdId}}, more), headers);
}

HttpReply Shop::pay(const QString& orderId, const QString& method, qint64 amountMinor,
                    const QJsonObject& more, const HeaderList& headers)
{
    const QJsonObject body{{u"method"_s, method}, {u"amount_minor"_s, amountMinor}};
    return m_client.post(path("/api/orders/", orderId, "/payments"), merged(body, more), headers);
}

HttpReply Shop::refund(const QString& orderId, const QJsonObject& fields, const HeaderList& headers)
{
    return m_client.post(path("/api/orders/", orderId, "/refunds"), fields, headers);
}

HttpReply Shop::cancel(const QString& orderId)
{
    return m_client.post(path("/api/orders/", orderId, "/cancel"), {});
}

HttpReply Shop::webhook(const QJsonObject& event, const HeaderList& headers)
{
    return m_client.post("/api/payments/webhook", event, headers);
}

QJsonObject Shop::placeOrder(qint64 product, qint64 qty)
{
    const HttpReply held = hold(product, qty);
    const HttpReply ordered = order(held.data().value("hold_id"_L1).toString());
    if (ordered.status != 201) {
        qWarning("order refused: %s / %s", held.summary().constData(),
                 ordered.summary().constData());
        return {};
    }
    return ordered.data();
}

QString Shop::orderState(const QString& orderId)
{
    return m_client.get(path("/api/orders/", orderId)).data().value("state"_L1).toString();
}

} // namespace holdfast::test
