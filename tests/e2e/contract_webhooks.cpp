#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/signature.h"

#include <QDateTime>
#include <memory>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

const QByteArray oldSecret = "whsec_" + QByteArray("the old secret of 32 bytes......").toBase64();
const QByteArray newSecret = "whsec_" + QByteArray("the new secret of 32 bytes......").toBase64();

qint64 nowSeconds()
{
    return QDateTime::currentSecsSinceEpoch();
}

} // namespace

/// Contract section 6: payment webhooks over the real server, signed.
class ContractWebhooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void signaturesDecide_data();
    void signaturesDecide();
    void severalSignaturesAndSecrets();
    void paidMarksPaidAndADuplicateSaysSo();
    void statusWordsOfGateways_data();
    void statusWordsOfGateways();
    void absentFieldsMeanTheUsual();
    void theKeyMayComeInThreePlaces();
    void aKeyWithOtherContentIsRefused();
    void anEventBeforeItsOrderWaits();
    void aFailureBeforeItsOrderCancelsIt();
    void paidWinsOverALaterFailure();
    void paidAfterFailedTakesTheStockAgain();
    void paidAfterTheGoodsAreGone();
    void aWrongAmountNeverPays_data();
    void aWrongAmountNeverPays();
    void refundedMovesMoneyOnly();
    void whatNeedsAPersonIsListed();
    void eventsSurviveAKill();
    void brokenBodiesAreRefused_data();
    void brokenBodiesAreRefused();

private:
    HttpReply deliver(const QJsonObject& event, const QByteArray& id = {})
    {
        const QByteArray body = toBytes(event);
        const QByteArray name = id.isEmpty() ? "msg_" + newUuid().toUtf8() : id;
        return m_nobody->request("POST", "/api/payments/webhook",
                                 signedHeaders(newSecret, name, nowSeconds(), body), body);
    }

    QJsonObject eventFor(const QString& order, const QString& status, qint64 amount)
    {
        return {{u"event_id"_s, QString(u"evt_"_s + newUuid())},
                {u"order_id"_s, order},
                {u"status"_s, status},
                {u"amount_minor"_s, amount},
                {u"currency"_s, m_currency},
                {u"payment_ref"_s, QString(u"pay_"_s + newUuid())},
                {u"occurred_at"_s, u"2026-11-22T14:00:00.000Z"_s}};
    }

    QString newOrder(qint64 qty = 2)
    {
        m_product = m_shop->addProduct(5, 250);
        return m_shop->placeOrder(m_product, qty).value("id"_L1).toString();
    }

    void connectAll()
    {
        m_shop = std::make_unique<Shop>(m_server.client());
        m_nobody = std::make_unique<HttpClient>(m_server.port());
    }

    ServerProcess m_server{{u"--webhook-secret"_s, QString::fromLatin1(oldSecret),
                            u"--webhook-secret"_s, QString::fromLatin1(newSecret)}};
    std::unique_ptr<Shop> m_shop;
    std::unique_ptr<HttpClient> m_nobody;
    QString m_currency;
    qint64 m_product = 0;
};

void ContractWebhooks::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    connectAll();
    m_currency = m_shop->product(m_shop->addProduct(1)).value("currency"_L1).toString();
}

void ContractWebhooks::signaturesDecide_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<int>("ageSeconds");
    QTest::addColumn<int>("status");
    QTest::newRow("new secret") << newSecret << 0 << 200;
    QTest::newRow("old secret") << oldSecret << 0 << 200;
    QTest::newRow("a stranger's secret")
        << "whsec_" + QByteArray("a stranger's secret, 32 bytes...").toBase64() << 0 << 401;
    QTest::newRow("almost too old") << newSecret << 280 << 200;
    QTest::newRow("too old") << newSecret << 320 << 401;
    QTest::newRow("almost too new") << newSecret << -280 << 200;
    QTest::newRow("too new") << newSecret << -320 << 401;
}

void ContractWebhooks::signaturesDecide()
{
    QFETCH(QByteArray, secret);
    QFETCH(int, ageSeconds);
    QFETCH(int, status);
    const QString order = newOrder();
    const QByteArray body = toBytes(eventFor(order, u"paid"_s, 500));
    const HeaderList headers = signedHeaders(secret, "msg_1", nowSeconds() - ageSeconds, body);
    const HttpReply reply = m_nobody->request("POST", "/api/payments/webhook", headers, body);
    QVERIFY2(reply.status == status, reply.summary().constData());
    QCOMPARE(m_shop->orderState(order), status == 200 ? u"paid"_s : u"pending_payment"_s);
    if (status == 401) {
        QVERIFY2(problemFault(reply).isEmpty(), reply.summary().constData());
        // Nothing was stored: the same event with a good signature is no duplicate.
        const HttpReply good =
            m_nobody->request("POST", "/api/payments/webhook",
                              signedHeaders(newSecret, "msg_2", nowSeconds(), body), body);
        CHECK_STATUS(good, 200);
        QVERIFY(!good.json().value("duplicate"_L1).toBool());
    }
}

void ContractWebhooks::severalSignaturesAndSecrets()
{
    const QByteArray body = toBytes(eventFor(newOrder(), u"paid"_s, 500));
    const qint64 now = nowSeconds();
    HeaderList headers = signedHeaders(newSecret, "msg_9", now, body);
    headers[2].second = "v1,AAAA v2,ignored " + signature(oldSecret, "msg_9", now, body);
    CHECK_STATUS(m_nobody->request("POST", "/api/payments/webhook", headers, body), 200);
    headers[2].second = "v1,AAAA v2," + signature(oldSecret, "msg_9", now, body).mid(3);
    CHECK_STATUS(m_nobody->request("POST", "/api/payments/webhook", headers, body), 401);
    CHECK_STATUS(m_nobody->request("POST", "/api/payments/webhook", {}, body), 401);
    const HeaderList moved = signedHeaders(newSecret, "msg_9", now, body + ' ');
    CHECK_STATUS(m_nobody->request("POST", "/api/payments/webhook", moved, body), 401);
}

void ContractWebhooks::paidMarksPaidAndADuplicateSaysSo()
{
    const QString order = newOrder();
    const QJsonObject paid = eventFor(order, u"paid"_s, 500);
    const HttpReply first = deliver(paid);
    CHECK_STATUS(first, 200);
    QVERIFY(!first.json().value("duplicate"_L1).toBool());
    QCOMPARE(m_shop->orderState(order), u"paid"_s);
    const HttpReply second = deliver(paid);
    CHECK_STATUS(second, 200);
    QVERIFY2(second.body.contains("\"duplicate\":true"), second.body.constData());
    QCOMPARE(m_shop->product(m_product).value("on_hand"_L1).toInt(), 3);
    const QJsonObject after = m_shop->http().get("/api/orders/" + order.toUtf8()).data();
    QCOMPARE(after.value("paid_minor"_L1).toInt(), 500);
    QCOMPARE(after.value("payments"_L1).toArray().size(), 1);
}

void ContractWebhooks::statusWordsOfGateways_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("state");
    for (const char* word : {"paid", "success", "succeeded", "successful", "completed"}) {
        QTest::newRow(word) << QString::fromLatin1(word) << 200 << u"paid"_s;
    }
    for (const char* word : {"failed", "failure", "declined", "canceled", "cancelled"}) {
        QTest::newRow(word) << QString::fromLatin1(word) << 200 << u"cancelled"_s;
    }
    QTest::newRow("maybe") << u"maybe"_s << 422 << u"pending_payment"_s;
}

void ContractWebhooks::statusWordsOfGateways()
{
    QFETCH(QString, word);
    QFETCH(int, status);
    QFETCH(QString, state);
    const QString order = newOrder();
    CHECK_STATUS(deliver(eventFor(order, word, 500)), status);
    QCOMPARE(m_shop->orderState(order), state);
}

void ContractWebhooks::absentFieldsMeanTheUsual()
{
    const QString order = newOrder();
    CHECK_STATUS(deliver({{u"event_id"_s, newUuid()}, {u"order_id"_s, order}}), 200);
    QCOMPARE(m_shop->orderState(order), u"paid"_s);
}

void ContractWebhooks::theKeyMayComeInThreePlaces()
{
    const auto send = [this](const QJsonObject& body, const QByteArray& header,
                             const QByteArray& id) {
        const QByteArray bytes = toBytes(body);
        HeaderList headers = signedHeaders(newSecret, id, nowSeconds(), bytes);
        if (!header.isEmpty()) {
            headers.append({"Idempotency-Key", header});
        }
        return m_nobody->request("POST", "/api/payments/webhook", headers, bytes);
    };
    const auto isDuplicate = [](const HttpReply& reply) {
        return reply.body.contains("\"duplicate\":true");
    };
    QJsonObject body{{u"idempotency_key"_s, u"key in the body"_s}, {u"order_id"_s, newOrder()}};
    QVERIFY(!isDuplicate(send(body, "a", "m1")));
    QVERIFY(isDuplicate(send(body, "b", "m2")));
    body = {{u"order_id"_s, newOrder()}};
    QVERIFY(!isDuplicate(send(body, "key in the header", "m3")));
    QVERIFY(isDuplicate(send(body, "key in the header", "m4")));
    body = {{u"order_id"_s, newOrder()}};
    QVERIFY(!isDuplicate(send(body, {}, "m5")));
    QVERIFY(isDuplicate(send(body, {}, "m5")));
}

void ContractWebhooks::aKeyWithOtherContentIsRefused()
{
    const QString first = newOrder();
    const QString second = newOrder();
    const QJsonObject paid = eventFor(first, u"paid"_s, 500);
    CHECK_STATUS(deliver(paid), 200);
    CHECK_PROBLEM(deliver(merged(paid, {{u"order_id"_s, second}})), 422, "event_key_reused");
    CHECK_PROBLEM(deliver(merged(paid, {{u"amount_minor"_s, 400}})), 422, "event_key_reused");
    CHECK_PROBLEM(deliver(merged(paid, {{u"status"_s, u"failed"_s}})), 422, "event_key_reused");
    QCOMPARE(m_shop->orderState(first), u"paid"_s);
    QCOMPARE(m_shop->orderState(second), u"pending_payment"_s);
}

void ContractWebhooks::anEventBeforeItsOrderWaits()
{
    const QString order = newUuid();
    const QJsonObject paid = eventFor(order, u"paid"_s, 500);
    CHECK_STATUS(deliver(paid), 202);
    const HttpReply again = deliver(paid);
    QVERIFY2(again.status == 200 || again.status == 202, again.summary().constData());
    m_product = m_shop->addProduct(5, 250);
    const QString hold = m_shop->hold(m_product, 2).data().value("id"_L1).toString();
    const HttpReply placed = m_shop->order(hold, {{u"id"_s, order}});
    CHECK_STATUS(placed, 201);
    QCOMPARE(placed.data().value("state"_L1).toString(), u"paid"_s);
    const QJsonObject product = m_shop->product(m_product);
    QCOMPARE(product.value("on_hand"_L1).toInt(), 3);
    QCOMPARE(product.value("committed"_L1).toInt(-1), 0);
    QVERIFY(deliver(paid).body.contains("\"duplicate\":true"));
    QCOMPARE(m_shop->product(m_product).value("on_hand"_L1).toInt(), 3);
}

void ContractWebhooks::aFailureBeforeItsOrderCancelsIt()
{
    const QString order = newUuid();
    CHECK_STATUS(deliver(eventFor(order, u"failed"_s, 500)), 202);
    m_product = m_shop->addProduct(5, 250);
    const QString hold = m_shop->hold(m_product, 2).data().value("id"_L1).toString();
    CHECK_STATUS(m_shop->order(hold, {{u"id"_s, order}}), 201);
    QCOMPARE(m_shop->orderState(order), u"cancelled"_s);
    QCOMPARE(m_shop->available(m_product), 5);
}

void ContractWebhooks::paidWinsOverALaterFailure()
{
    const QString order = newOrder();
    const QJsonObject paid = eventFor(order, u"paid"_s, 500);
    CHECK_STATUS(deliver(paid), 200);
    QJsonObject failed = merged(paid, {{u"status"_s, u"failed"_s}});
    failed.insert(u"event_id"_s, newUuid());
    CHECK_STATUS(deliver(failed), 200);
    QCOMPARE(m_shop->orderState(order), u"paid"_s);
    QCOMPARE(m_shop->available(m_product), 3);
}

void ContractWebhooks::paidAfterFailedTakesTheStockAgain()
{
    const QString order = newOrder();
    CHECK_STATUS(deliver(eventFor(order, u"failed"_s, 500)), 200);
    QCOMPARE(m_shop->available(m_product), 5);
    CHECK_STATUS(deliver(eventFor(order, u"paid"_s, 500)), 200);
    QCOMPARE(m_shop->orderState(order), u"paid"_s);
    QCOMPARE(m_shop->available(m_product), 3);
}

void ContractWebhooks::paidAfterTheGoodsAreGone()
{
    const QString order = newOrder(4);
    CHECK_STATUS(m_shop->cancel(order), 200);
    CHECK_STATUS(m_shop->hold(m_product, 3), 201);
    const QJsonObject paid = eventFor(order, u"paid"_s, 1000);
    CHECK_STATUS(deliver(paid), 200);
    QCOMPARE(m_shop->orderState(order), u"paid_unfulfilled"_s);
    QCOMPARE(m_shop->available(m_product), 2);
    QVERIFY(deliver(paid).body.contains("\"duplicate\":true"));
    const QJsonObject after = m_shop->http().get("/api/orders/" + order.toUtf8()).data();
    QCOMPARE(after.value("paid_minor"_L1).toInt(), 1000);
    CHECK_STATUS(m_shop->refund(order, {{u"amount_minor"_s, 1000}}), 201);
    QCOMPARE(m_shop->orderState(order), u"refunded"_s);
    QCOMPARE(m_shop->available(m_product), 2);
}

void ContractWebhooks::aWrongAmountNeverPays_data()
{
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<QString>("currency");
    QTest::newRow("too little") << qint64(499) << QString();
    QTest::newRow("too much") << qint64(501) << QString();
    QTest::newRow("nothing") << qint64(0) << QString();
    QTest::newRow("other currency") << qint64(500) << u"JPY"_s;
}

void ContractWebhooks::aWrongAmountNeverPays()
{
    QFETCH(qint64, amount);
    QFETCH(QString, currency);
    const QString order = newOrder();
    QJsonObject paid = eventFor(order, u"paid"_s, amount);
    if (!currency.isEmpty()) {
        paid.insert(u"currency"_s, currency);
    }
    const HttpReply reply = deliver(paid);
    CHECK_STATUS(reply, 200);
    QVERIFY2(reply.body.contains("mismatch"), reply.body.constData());
    QCOMPARE(m_shop->orderState(order), u"pending_payment"_s);
    CHECK_STATUS(deliver(eventFor(order, u"paid"_s, 500)), 200);
    QCOMPARE(m_shop->orderState(order), u"paid"_s);
}

void ContractWebhooks::refundedMovesMoneyOnly()
{
    const QString order = newOrder();
    CHECK_STATUS(deliver(eventFor(order, u"paid"_s, 500)), 200);
    CHECK_STATUS(deliver(eventFor(order, u"refunded"_s, 200)), 200);
    QCOMPARE(m_shop->orderState(order), u"partially_refunded"_s);
    CHECK_STATUS(deliver(eventFor(order, u"refunded"_s, 300)), 200);
    QCOMPARE(m_shop->orderState(order), u"refunded"_s);
    CHECK_STATUS(deliver(eventFor(order, u"refunded"_s, 1)), 200);
    const QJsonObject after = m_shop->http().get("/api/orders/" + order.toUtf8()).data();
    QCOMPARE(after.value("refunded_minor"_L1).toInt(), 500);
    QCOMPARE(m_shop->available(m_product), 3);
}

void ContractWebhooks::whatNeedsAPersonIsListed()
{
    const auto isListed = [this](const char* kind, const QJsonObject& about) {
        const QByteArray target = QByteArray("/api/payments/alerts?limit=500&kind=") + kind;
        for (const QJsonValue alert : m_shop->http().get(target).list()) {
            if (alert["event_id"_L1] == about.value("event_id"_L1)) {
                return true;
            }
        }
        return false;
    };
    const QJsonObject wrong = eventFor(newOrder(), u"paid"_s, 499);
    CHECK_STATUS(deliver(wrong), 200);
    QVERIFY(isListed("mismatch", wrong));

    const QJsonObject paid = eventFor(newOrder(), u"paid"_s, 500);
    CHECK_STATUS(deliver(paid), 200);
    CHECK_STATUS(deliver(merged(paid, {{u"amount_minor"_s, 400}})), 422);
    QVERIFY(isListed("event_key_reused", paid));

    const QString order = newOrder(5);
    CHECK_STATUS(m_shop->cancel(order), 200);
    CHECK_STATUS(m_shop->hold(m_product, 1), 201);
    const QJsonObject late = eventFor(order, u"paid"_s, 1250);
    CHECK_STATUS(deliver(late), 200);
    QVERIFY(isListed("paid_unfulfilled", late));

    const QJsonObject early = eventFor(newUuid(), u"paid"_s, 500);
    CHECK_STATUS(deliver(early), 202);
    bool isWaiting = false;
    for (const QJsonValue stored :
         m_shop->http().get("/api/payments/events?limit=500&result=waiting").list()) {
        isWaiting = isWaiting || stored["event_id"_L1] == early.value("event_id"_L1);
    }
    QVERIFY(isWaiting);
}

void ContractWebhooks::eventsSurviveAKill()
{
    const QString waiting = newUuid();
    const QJsonObject early = eventFor(waiting, u"paid"_s, 500);
    CHECK_STATUS(deliver(early), 202);
    const QString order = newOrder();
    const QJsonObject paid = eventFor(order, u"paid"_s, 500);
    CHECK_STATUS(deliver(paid), 200);
    m_server.killHard();
    QVERIFY(m_server.start());
    connectAll();
    QVERIFY(deliver(paid).body.contains("\"duplicate\":true"));
    const qint64 product = m_shop->addProduct(5, 250);
    const QString hold = m_shop->hold(product, 2).data().value("id"_L1).toString();
    CHECK_STATUS(m_shop->order(hold, {{u"id"_s, waiting}}), 201);
    QCOMPARE(m_shop->orderState(waiting), u"paid"_s);
}

void ContractWebhooks::brokenBodiesAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no JSON") << QByteArray("{\"event_id\":") << 400;
    QTest::newRow("no order") << QByteArray(R"({"event_id":"e1","status":"paid"})") << 422;
    QTest::newRow("order in words") << QByteArray(R"({"event_id":"e2","order_id":"7"})") << 422;
    QTest::newRow("amount below 0")
        << QByteArray(R"({"event_id":"e3","order_id":"01890a5d-ac96-774b-bcce-b302099a8057",)"
                      R"("amount_minor":-1})")
        << 422;
    QTest::newRow("key too long") << QByteArray(R"({"event_id":")") + QByteArray(256, 'k') +
                                         R"(","order_id":"01890a5d-ac96-774b-bcce-b302099a8057"})"
                                  << 422;
}

void ContractWebhooks::brokenBodiesAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const HttpReply reply = m_nobody->request(
        "POST", "/api/payments/webhook", signedHeaders(newSecret, "m", nowSeconds(), body), body);
    QVERIFY2(reply.status == status, reply.summary().constData());
    QVERIFY2(problemFault(reply).isEmpty(), reply.summary().constData());
}

QTEST_GUILESS_MAIN(ContractWebhooks)
#include "contract_webhooks.moc"
