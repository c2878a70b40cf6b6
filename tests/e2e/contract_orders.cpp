#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <memory>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 5: orders, payments, cancelling and refunds.
class ContractOrders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void anOrderHasEveryField();
    void aHoldIsUsedOnce();
    void unknownHoldIsNotFound();
    void stockGoesFromHeldToCommittedToGone();
    void cancellingGivesStockBackOnce();
    void cashGivesChange();
    void partialPaymentsAddUp();
    void overpayingByCardIsRefused();
    void badPaymentsAreRefused_data();
    void badPaymentsAreRefused();
    void aPaidOrderTakesNoMoreMoney();
    void refundsByLinesWithRestock();
    void refundsByAmount();
    void noRefundBeyondWhatWasPaid();
    void anUnpaidOrderIsCancelledAtTheDeadline();
    void anOrderOfFreeGoodsIsPaidAtOnce();
    void pricesAreFixedWhenTheOrderIsPlaced();
    void ordersAreListed();

private:
    QString paidOrder(qint64 product, qint64 qty)
    {
        const QJsonObject order = m_shop->placeOrder(product, qty);
        const QString id = order.value("id"_L1).toString();
        m_shop->pay(id, u"card"_s, order.value("total_minor"_L1).toInteger());
        return id;
    }

    QJsonObject order(const QString& id)
    {
        return m_shop->http().get("/api/orders/" + id.toUtf8()).data();
    }

    ServerProcess m_server;
    std::unique_ptr<Shop> m_shop;
};

namespace {

QJsonObject lineRefund(qint64 product, qint64 qty, bool restock)
{
    return {{u"lines"_s, QJsonArray{QJsonObject{{u"product_id"_s, product}, {u"qty"_s, qty}}}},
            {u"restock"_s, restock},
            {u"reason"_s, u"broken"_s}};
}

} // namespace

void ContractOrders::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_shop = std::make_unique<Shop>(m_server.client());
}

void ContractOrders::anOrderHasEveryField()
{
    const qint64 product = m_shop->addProduct(10, 250);
    const HttpReply hold = m_shop->hold(product, 3);
    const HttpReply reply = m_shop->order(hold.data().value("id"_L1).toString());
    CHECK_STATUS(reply, 201);
    QVERIFY(!reply.json().value("message"_L1).toString().isEmpty());
    const QJsonObject order = reply.data();
    QCOMPARE(order.value("order_id"_L1), order.value("id"_L1));
    QVERIFY(order.value("number"_L1).toInteger() > 0);
    QCOMPARE(order.value("state"_L1).toString(), u"pending_payment"_s);
    QCOMPARE(order.value("hold_id"_L1), hold.data().value("id"_L1));
    QCOMPARE(order.value("total_minor"_L1).toInt(), 750);
    QCOMPARE(order.value("paid_minor"_L1).toInt(-1), 0);
    QCOMPARE(order.value("due_minor"_L1).toInt(), 750);
    QCOMPARE(order.value("lines"_L1).toArray().size(), 1);
    QVERIFY(isInstant(order.value("payment_deadline"_L1).toString()));
    const HttpReply after =
        m_shop->http().get("/api/holds/" + hold.data().value("id"_L1).toString().toUtf8());
    QCOMPARE(after.data().value("state"_L1).toString(), u"consumed"_s);
}

void ContractOrders::aHoldIsUsedOnce()
{
    const qint64 product = m_shop->addProduct(10);
    const QString hold = m_shop->hold(product, 1).data().value("id"_L1).toString();
    const HttpReply first = m_shop->order(hold);
    CHECK_STATUS(first, 201);
    const HttpReply second = m_shop->order(hold);
    CHECK_PROBLEM(second, 409, "hold_consumed");
    QCOMPARE(second.json().value("order_id"_L1), first.data().value("id"_L1));
}

void ContractOrders::unknownHoldIsNotFound()
{
    CHECK_PROBLEM(m_shop->order(newUuid()), 404, "hold_not_found");
    CHECK_PROBLEM(m_shop->order(u"nonsense"_s), 422, "validation_failed");
}

void ContractOrders::stockGoesFromHeldToCommittedToGone()
{
    const qint64 product = m_shop->addProduct(10);
    const auto stock = [&] {
        const QJsonObject p = m_shop->product(product);
        return QList<int>{p.value("on_hand"_L1).toInt(), p.value("held"_L1).toInt(),
                          p.value("committed"_L1).toInt(), p.value("available"_L1).toInt()};
    };
    const QString hold = m_shop->hold(product, 4).data().value("id"_L1).toString();
    QCOMPARE(stock(), (QList<int>{10, 4, 0, 6}));
    const QString id = m_shop->order(hold).data().value("id"_L1).toString();
    QCOMPARE(stock(), (QList<int>{10, 0, 4, 6}));
    CHECK_STATUS(m_shop->pay(id, u"card"_s, 1000), 201);
    QCOMPARE(stock(), (QList<int>{6, 0, 0, 6}));
    QCOMPARE(m_shop->orderState(id), u"paid"_s);
}

void ContractOrders::cancellingGivesStockBackOnce()
{
    const qint64 product = m_shop->addProduct(10);
    const QString id = m_shop->placeOrder(product, 4).value("id"_L1).toString();
    QCOMPARE(m_shop->available(product), 6);
    CHECK_STATUS(m_shop->cancel(id), 200);
    QCOMPARE(m_shop->available(product), 10);
    QVERIFY(m_shop->cancel(id).status < 500);
    QCOMPARE(m_shop->available(product), 10);
    QCOMPARE(m_shop->orderState(id), u"cancelled"_s);
    CHECK_PROBLEM(m_shop->pay(id, u"cash"_s, 1000), 409, "order_not_payable");
    CHECK_PROBLEM(m_shop->cancel(paidOrder(product, 1)), 409, "order_not_cancellable");
}

void ContractOrders::cashGivesChange()
{
    const qint64 product = m_shop->addProduct(10, 1250);
    const QString id = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    const HttpReply paid = m_shop->pay(id, u"cash"_s, 1250, {{u"tendered_minor"_s, 2000}});
    CHECK_STATUS(paid, 201);
    const QJsonArray payments = order(id).value("payments"_L1).toArray();
    QCOMPARE(payments.size(), 1);
    QCOMPARE(payments.first()["change_minor"_L1].toInt(), 750);
    QCOMPARE(payments.first()["amount_minor"_L1].toInt(), 1250);
    QCOMPARE(order(id).value("paid_minor"_L1).toInt(), 1250);
    QVERIFY(paid.body.contains("\"change_minor\":750"));
}

void ContractOrders::partialPaymentsAddUp()
{
    const qint64 product = m_shop->addProduct(10, 1000);
    const QString id = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    CHECK_STATUS(m_shop->pay(id, u"voucher"_s, 300), 201);
    QCOMPARE(order(id).value("due_minor"_L1).toInt(), 700);
    QCOMPARE(m_shop->orderState(id), u"pending_payment"_s);
    CHECK_STATUS(m_shop->pay(id, u"card"_s, 500), 201);
    CHECK_STATUS(m_shop->pay(id, u"cash"_s, 200, {{u"tendered_minor"_s, 200}}), 201);
    QCOMPARE(m_shop->orderState(id), u"paid"_s);
    QCOMPARE(order(id).value("due_minor"_L1).toInt(-1), 0);
    QCOMPARE(m_shop->product(product).value("on_hand"_L1).toInt(), 9);
}

void ContractOrders::overpayingByCardIsRefused()
{
    const qint64 product = m_shop->addProduct(10, 1000);
    const QString id = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    const HttpReply reply = m_shop->pay(id, u"card"_s, 1001);
    CHECK_STATUS(reply, 422);
    QVERIFY2(problemFault(reply).isEmpty(), reply.summary().constData());
    QCOMPARE(order(id).value("paid_minor"_L1).toInt(-1), 0);
}

void ContractOrders::badPaymentsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no method") << QByteArray(R"({"amount_minor":100})");
    QTest::newRow("unknown method") << QByteArray(R"({"method":"shells","amount_minor":100})");
    QTest::newRow("nothing") << QByteArray(R"({"method":"cash","amount_minor":0})");
    QTest::newRow("below 0") << QByteArray(R"({"method":"cash","amount_minor":-5})");
    QTest::newRow("fraction") << QByteArray(R"({"method":"cash","amount_minor":1.5})");
    QTest::newRow("tendered too little")
        << QByteArray(R"({"method":"cash","amount_minor":1000,"tendered_minor":999})");
}

void ContractOrders::badPaymentsAreRefused()
{
    QFETCH(QByteArray, body);
    const qint64 product = m_shop->addProduct(1, 1000);
    const QString id = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    const HttpReply reply =
        m_shop->http().request("POST", "/api/orders/" + id.toUtf8() + "/payments", {}, body);
    CHECK_STATUS(reply, 422);
    QCOMPARE(order(id).value("paid_minor"_L1).toInt(-1), 0);
}

void ContractOrders::aPaidOrderTakesNoMoreMoney()
{
    const qint64 product = m_shop->addProduct(10);
    const QString id = paidOrder(product, 1);
    CHECK_PROBLEM(m_shop->pay(id, u"cash"_s, 250), 409, "order_not_payable");
    QCOMPARE(order(id).value("paid_minor"_L1).toInt(), 250);
}

void ContractOrders::refundsByLinesWithRestock()
{
    const qint64 product = m_shop->addProduct(10);
    const QString id = paidOrder(product, 4);
    CHECK_STATUS(m_shop->refund(id, lineRefund(product, 1, true)), 201);
    QCOMPARE(m_shop->orderState(id), u"partially_refunded"_s);
    QCOMPARE(m_shop->available(product), 7);
    CHECK_STATUS(m_shop->refund(id, lineRefund(product, 1, false)), 201);
    QCOMPARE(m_shop->available(product), 7);
    CHECK_PROBLEM(m_shop->refund(id, lineRefund(product, 3, true)), 409, "refund_too_much");
    CHECK_STATUS(m_shop->refund(id, lineRefund(product, 2, true)), 201);
    QCOMPARE(m_shop->orderState(id), u"refunded"_s);
    QCOMPARE(m_shop->available(product), 9);
    QCOMPARE(order(id).value("refunded_minor"_L1).toInt(), 1000);
}

void ContractOrders::refundsByAmount()
{
    const qint64 product = m_shop->addProduct(10);
    const QString id = paidOrder(product, 2);
    CHECK_STATUS(m_shop->refund(id, {{u"amount_minor"_s, 120}, {u"reason"_s, u"late"_s}}), 201);
    QCOMPARE(order(id).value("refunded_minor"_L1).toInt(), 120);
    QCOMPARE(m_shop->available(product), 8);
}

void ContractOrders::noRefundBeyondWhatWasPaid()
{
    const qint64 product = m_shop->addProduct(10);
    const qint64 other = m_shop->addProduct(10);
    const QString id = paidOrder(product, 2);
    CHECK_PROBLEM(m_shop->refund(id, {{u"amount_minor"_s, 501}}), 409, "refund_too_much");
    CHECK_STATUS(m_shop->refund(id, lineRefund(other, 1, true)), 422);
    CHECK_PROBLEM(m_shop->refund(id, lineRefund(product, 3, true)), 409, "refund_too_much");
    CHECK_STATUS(m_shop->refund(id, {{u"amount_minor"_s, 400}}), 201);
    // The goods come back for what is left of their price.
    CHECK_STATUS(m_shop->refund(id, lineRefund(product, 2, true)), 201);
    QCOMPARE(order(id).value("refunded_minor"_L1).toInt(), 500);
    QCOMPARE(m_shop->orderState(id), u"refunded"_s);
    CHECK_PROBLEM(m_shop->refund(id, {{u"amount_minor"_s, 1}}), 409, "nothing_to_refund");
    CHECK_PROBLEM(m_shop->refund(id, lineRefund(product, 1, true)), 409, "nothing_to_refund");
    const QString unpaid = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    CHECK_PROBLEM(m_shop->refund(unpaid, {{u"amount_minor"_s, 1}}), 409, "nothing_to_refund");
    QCOMPARE(m_shop->product(product).value("on_hand"_L1).toInt(), 10);
}

void ContractOrders::anUnpaidOrderIsCancelledAtTheDeadline()
{
    ServerProcess server({u"--payment-seconds"_s, u"1"_s});
    QVERIFY(server.start());
    Shop shop(server.client());
    const qint64 product = shop.addProduct(5);
    const QString id = shop.placeOrder(product, 5).value("id"_L1).toString();
    QTRY_COMPARE_WITH_TIMEOUT(shop.orderState(id), u"cancelled"_s, 4'000);
    QCOMPARE(shop.available(product), 5);
    CHECK_PROBLEM(shop.pay(id, u"cash"_s, 1250), 409, "order_not_payable");
}

void ContractOrders::anOrderOfFreeGoodsIsPaidAtOnce()
{
    const qint64 product = m_shop->addProduct(5, 0);
    const QJsonObject order = m_shop->placeOrder(product, 2);
    QCOMPARE(order.value("state"_L1).toString(), u"paid"_s);
    QCOMPARE(m_shop->product(product).value("on_hand"_L1).toInt(), 3);
}

void ContractOrders::pricesAreFixedWhenTheOrderIsPlaced()
{
    const qint64 product = m_shop->addProduct(5, 100);
    const QString id = m_shop->placeOrder(product, 1).value("id"_L1).toString();
    const QByteArray target = "/api/products/" + QByteArray::number(product);
    CHECK_STATUS(m_shop->http().send("PATCH", target, {{u"price_minor"_s, 999}}), 200);
    QCOMPARE(order(id).value("total_minor"_L1).toInt(), 100);
    CHECK_STATUS(m_shop->pay(id, u"card"_s, 100), 201);
    QCOMPARE(m_shop->orderState(id), u"paid"_s);
}

void ContractOrders::ordersAreListed()
{
    const qint64 product = m_shop->addProduct(5);
    const QString id = paidOrder(product, 1);
    const HttpReply reply = m_shop->http().get("/api/orders?state=paid&limit=500");
    CHECK_STATUS(reply, 200);
    bool found = false;
    for (const QJsonValue item : reply.list()) {
        QCOMPARE(item["state"_L1].toString(), u"paid"_s);
        found = found || item["id"_L1].toString() == id;
    }
    QVERIFY(found);
}

QTEST_GUILESS_MAIN(ContractOrders)
#include "contract_orders.moc"
