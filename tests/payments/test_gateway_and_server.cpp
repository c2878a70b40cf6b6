// The real gateway tells the real server, whatever the gateway does to its webhooks: the order and
// the stock end where the contract says.

#include "tests/payments/gateway_process.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QTest>

#include <csignal>
#include <optional>

using namespace holdfast::test;
using namespace Qt::StringLiterals;

class TestGatewayAndServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyBehaviourEndsRight_data();
    void everyBehaviourEndsRight();
    void aLateCancelStillPays();
    void aCancelInTimeFreesTheGoods();
    void theMoneyMayComeBeforeTheOrder();
    void refundsReachTheOrder();
    void aServerThatWasAwayHearsLater();
    void manyPaymentsOverABadNet();

private:
    static constexpr qint64 stock = 5;

    /// A product of that price, one of it ordered.
    QString order(qint64 price)
    {
        m_product = m_shop->addProduct(stock, price);
        return m_shop->placeOrder(m_product, 1).value("id"_L1).toString();
    }

    QString pay(const QString& orderId, qint64 amount, const QString& behaviour = {})
    {
        const QJsonObject more =
            behaviour.isEmpty() ? QJsonObject() : QJsonObject{{u"behaviour"_s, behaviour}};
        const QJsonObject body{
            {u"order_id"_s, orderId}, {u"amount_minor"_s, amount}, {u"currency"_s, m_currency}};
        return m_till->post("/v1/payments", merged(body, more))
            .data()
            .value("payment_id"_L1)
            .toString();
    }

    int act(const QString& payment, const char* action, const QJsonObject& body = {})
    {
        return m_till->post("/v1/payments/" + payment.toUtf8() + action, body).status;
    }

    /// No webhook is on its way any more.
    bool allTold()
    {
        for (const char* state : {"waiting", "sending"}) {
            const QByteArray target = QByteArray("/v1/webhooks?state=") + state;
            if (const HttpReply reply = m_till->get(target);
                reply.status != 200 || !reply.list().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// What the server answered first to a webhook about the payment; 0 before that.
    int firstAnswerTo(const QString& payment)
    {
        const QJsonArray webhooks = m_till->get("/v1/webhooks?limit=500").list();
        for (const QJsonValue webhook : webhooks) {
            if (webhook["payment_id"_L1] == payment) {
                return webhook["attempts"_L1][0]["http_status"_L1].toInt();
            }
        }
        return 0;
    }

    void connectShop() { m_shop.emplace(m_server->client()); }

    std::optional<ServerProcess> m_server;
    GatewayProcess m_gateway;
    std::optional<Shop> m_shop;
    std::optional<HttpClient> m_till;
    QString m_currency;
    qint64 m_product = 0;
};

void TestGatewayAndServer::initTestCase()
{
    m_server.emplace(QStringList{u"--webhook-secret"_s, GatewayProcess::secret});
    QVERIFY2(m_server->start(), m_server->standardError().constData());
    connectShop();
    m_currency = m_shop->product(m_shop->addProduct(1)).value("currency"_L1).toString();
    const QString url = u"http://127.0.0.1:%1/api/payments/webhook"_s.arg(m_server->port());
    QVERIFY(m_gateway.start({u"--webhook-url"_s, url, u"--webhook-secret"_s, GatewayProcess::secret,
                             u"--approve-delay-ms"_s, u"50"_s, u"--late-ms"_s, u"300"_s,
                             u"--silent-ms"_s, u"300"_s, u"--reorder-ms"_s, u"200"_s,
                             u"--retry-base-ms"_s, u"50"_s, u"--retry-max-ms"_s, u"500"_s,
                             u"--retry-attempts"_s, u"100"_s}));
    m_till.emplace(m_gateway.port());
}

void TestGatewayAndServer::everyBehaviourEndsRight_data()
{
    QTest::addColumn<qint64>("price");
    QTest::addColumn<QString>("state");
    QTest::addColumn<qint64>("onHand");
    QTest::addColumn<qint64>("available");
    QTest::newRow("approve") << qint64(1250) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("decline") << qint64(1201) << u"cancelled"_s << stock << stock;
    QTest::newRow("silent") << qint64(1202) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("late") << qint64(1203) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("duplicate") << qint64(1204) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("reorder") << qint64(1205) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("mismatch") << qint64(1206) << u"pending_payment"_s << stock << stock - 1;
    QTest::newRow("early") << qint64(1208) << u"paid"_s << stock - 1 << stock - 1;
    QTest::newRow("lossy") << qint64(1209) << u"paid"_s << stock - 1 << stock - 1;
}

void TestGatewayAndServer::everyBehaviourEndsRight()
{
    QFETCH(qint64, price);
    QFETCH(QString, state);
    QFETCH(qint64, onHand);
    QFETCH(qint64, available);
    const QString orderId = order(price);
    QVERIFY(!orderId.isEmpty());
    const QString payment = pay(orderId, price);
    const QByteArray asked = "/v1/payments/" + payment.toUtf8();
    QTRY_VERIFY(m_till->get(asked).data().value("decided_at"_L1).isString());
    QTRY_VERIFY(allTold());
    QCOMPARE(m_shop->orderState(orderId), state);
    const QJsonObject product = m_shop->product(m_product);
    QCOMPARE(product.value("on_hand"_L1).toInteger(), onHand);
    QCOMPARE(product.value("available"_L1).toInteger(), available);
}

void TestGatewayAndServer::aLateCancelStillPays()
{
    const QString orderId = order(1250);
    const QString payment = pay(orderId, 1250, u"late_cancel"_s);
    QCOMPARE(act(payment, "/cancel"), 409);
    QTRY_COMPARE(m_shop->orderState(orderId), u"paid"_s);
}

void TestGatewayAndServer::aCancelInTimeFreesTheGoods()
{
    const QString orderId = order(1250);
    const QString payment = pay(orderId, 1250, u"manual"_s);
    QCOMPARE(m_shop->available(m_product), stock - 1);
    QCOMPARE(act(payment, "/cancel"), 200);
    QTRY_COMPARE(m_shop->orderState(orderId), u"cancelled"_s);
    QCOMPARE(m_shop->available(m_product), stock);
}

void TestGatewayAndServer::theMoneyMayComeBeforeTheOrder()
{
    const QString orderId = newUuid();
    const QString payment = pay(orderId, 1300, u"approve"_s);
    QTRY_COMPARE(firstAnswerTo(payment), 202);
    const qint64 product = m_shop->addProduct(stock, 1300);
    const QString hold = m_shop->hold(product, 1).data().value("id"_L1).toString();
    QCOMPARE(m_shop->order(hold, {{u"id"_s, orderId}}).status, 201);
    QCOMPARE(m_shop->orderState(orderId), u"paid"_s);
}

void TestGatewayAndServer::refundsReachTheOrder()
{
    const QString orderId = order(1000);
    const QString payment = pay(orderId, 1000, u"approve"_s);
    QTRY_COMPARE(m_shop->orderState(orderId), u"paid"_s);
    QCOMPARE(act(payment, "/refund", {{u"amount_minor"_s, 400}}), 200);
    QTRY_COMPARE(m_shop->orderState(orderId), u"partially_refunded"_s);
    QCOMPARE(act(payment, "/refund"), 200);
    QTRY_COMPARE(m_shop->orderState(orderId), u"refunded"_s);
    QCOMPARE(m_shop->available(m_product), stock - 1); // money came back, the goods did not
}

void TestGatewayAndServer::aServerThatWasAwayHearsLater()
{
    const QString orderId = order(1250);
    // The port must stay the same, so the server is held still instead of started anew.
    QVERIFY(::kill(static_cast<pid_t>(m_server->pid()), SIGSTOP) == 0);
    QVERIFY(!pay(orderId, 1250, u"duplicate"_s).isEmpty());
    QTRY_COMPARE(m_till->get("/v1/webhooks?state=sending").list().size(), 3);
    QVERIFY(::kill(static_cast<pid_t>(m_server->pid()), SIGCONT) == 0);
    QTRY_COMPARE(m_shop->orderState(orderId), u"paid"_s);
    QTRY_VERIFY(allTold());
    QCOMPARE(m_shop->product(m_product).value("on_hand"_L1).toInteger(), stock - 1);
}

void TestGatewayAndServer::manyPaymentsOverABadNet()
{
    constexpr int orders = 30;
    GatewayProcess badNet;
    const QString url = u"http://127.0.0.1:%1/api/payments/webhook"_s.arg(m_server->port());
    QVERIFY(badNet.start({u"--webhook-url"_s,
                          url,
                          u"--webhook-secret"_s,
                          GatewayProcess::secret,
                          u"--approve-delay-ms"_s,
                          u"20"_s,
                          u"--drop-rate"_s,
                          u"0.4"_s,
                          u"--duplicate"_s,
                          u"2"_s,
                          u"--reorder-window-ms"_s,
                          u"400"_s,
                          u"--reorder-ms"_s,
                          u"100"_s,
                          u"--retry-base-ms"_s,
                          u"20"_s,
                          u"--retry-max-ms"_s,
                          u"200"_s,
                          u"--retry-attempts"_s,
                          u"100"_s,
                          u"--seed"_s,
                          u"7"_s}));
    HttpClient till(badNet.port());
    const qint64 product = m_shop->addProduct(orders, 1250);
    QStringList placed;
    for (int i = 0; i < orders; ++i) {
        const QString orderId = m_shop->placeOrder(product, 1).value("id"_L1).toString();
        QVERIFY(!orderId.isEmpty());
        const QString behaviours[] = {u"decline"_s, u"reorder"_s, u"approve"_s};
        QCOMPARE(till.post("/v1/payments", {{u"order_id"_s, orderId},
                                            {u"amount_minor"_s, 1250},
                                            {u"currency"_s, m_currency},
                                            {u"behaviour"_s, behaviours[i % 3]}})
                     .status,
                 201);
        placed << orderId;
    }
    // 10 declined and 10 approved events, 10 of both, each sent twice.
    QTRY_COMPARE_WITH_TIMEOUT(till.get("/v1/webhooks?state=delivered&limit=500").list().size(), 80,
                              60'000);
    for (int i = 0; i < orders; ++i) {
        QCOMPARE(m_shop->orderState(placed[i]), i % 3 == 0 ? u"cancelled"_s : u"paid"_s);
    }
    const QJsonObject left = m_shop->product(product);
    QCOMPARE(left.value("on_hand"_L1).toInteger(), 10);
    QCOMPARE(left.value("available"_L1).toInteger(), 10);
    QCOMPARE(left.value("committed"_L1).toInteger(), 0);
    m_server->stop();
    QCOMPARE(m_server->tool({u"verify"_s}).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestGatewayAndServer)
#include "test_gateway_and_server.moc"
