#pragma once

#include "tests/support/http_client.h"

#include <QString>

namespace holdfast::test {

/// The calls of the contract as one-liners over one connection. Every call returns the reply as
/// it came: checking is the test's business. Thread rule as HttpClient.
class Shop
{
public:
    explicit Shop(HttpClient client) : m_client(std::move(client)) {}

    [[nodiscard]] HttpClient& http() { return m_client; }

    /// Creates a product with a fresh SKU and receives its stock. 0 when either failed.
    qint64 addProduct(qint64 stock, qint64 priceMinor = 250, const QString& name = {});
    HttpReply createProduct(const QJsonObject& fields);
    HttpReply move(qint64 product, const QString& kind, qint64 qty,
                   const QString& reason = QStringLiteral("test"));
    QJsonObject product(qint64 id);
    qint64 available(qint64 id);

    HttpReply hold(qint64 product, qint64 qty, const QJsonObject& more = {},
                   const HeaderList& headers = {});
    HttpReply order(const QString& holdId, const QJsonObject& more = {},
                    const HeaderList& headers = {});
    HttpReply pay(const QString& orderId, const QString& method, qint64 amountMinor,
                  const QJsonObject& more = {}, const HeaderList& headers = {});
    HttpReply refund(const QString& orderId, const QJsonObject& fields,
                     const HeaderList& headers = {});
    HttpReply cancel(const QString& orderId);
    HttpReply webhook(const QJsonObject& event, const HeaderList& headers = {});

    /// Hold and order in one go: the order's data, empty when either failed.
    QJsonObject placeOrder(qint64 product, qint64 qty);
    QString orderState(const QString& orderId);

private:
    HttpClient m_client;
};

/// `a` with every member of `b` added or replaced.
QJsonObject merged(QJsonObject a, const QJsonObject& b);

} // namespace holdfast::test
