// The real holdfast-gateway, a till that asks it and a shop that hears it, over HTTP.

#include "tests/payments/gateway_fixture.h"
#include "tests/support/parallel.h"

#include <QJsonDocument>
#include <QTemporaryDir>

#include <set>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

class TestGatewayProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anApprovedPaymentIsTold();
    void aDeclinedPaymentIsTold();
    void aSilentPaymentIsUnknownUntilAsked();
    void aLateWebhookIsHeldBack();
    void duplicatesAreTheSameEvent();
    void staleNewsComesLast();
    void aMismatchNamesAnotherAmount();
    void theWebhookMayBeThereBeforeTheAnswer();
    void lostSendingsAreTriedAgain();
    void aCancelInTimeEndsThePayment();
    void aCancelMayComeTooLate();
    void refundsAreToldOneByOne();
    void oneKeyOneAnswer();
    void oneKeyInParallelMakesOnePayment();
    void refusedWebhooksAreSentAgain();
    void aShopThatWasAwayHearsLater();
    void anUnreachableShopIsGivenUp();
    void anUnreliableNetLosesNothing();
};

void TestGatewayProcess::anApprovedPaymentIsTold()
{
    Trade trade;
    QVERIFY(trade.start());
    const HttpReply made = trade.till->post(
        "/v1/payments",
        {{u"order_id"_s, orderText}, {u"amount_minor"_s, 1250}, {u"currency"_s, u"EUR"_s}});
    QCOMPARE(made.status, 201);
    QCOMPARE(made.data()[u"state"].toString(), u"processing"_s);
    const QString payment = made.data()[u"payment_id"].toString();
    QVERIFY(trade.receiver.waitFor(1));
    const auto events = trade.events();
    QCOMPARE(events.size(), std::size_t(1));
    QVERIFY(events[0].status == PaymentEventStatus::Paid);
    QCOMPARE(toString(events[0].order), orderText.toStdString());
    QVERIFY(events[0].amountMinor == Minor{1250});
    QVERIFY(events[0].currency == Currency::parse("EUR"));
    QCOMPARE(events[0].paymentRef, payment.toStdString());
    QVERIFY(events[0].occurredAt.has_value());
    QCOMPARE(trade.state(payment), u"approved"_s);
    const QJsonArray found = trade.till->get("/v1/payments?order_id=" + orderText.toUtf8()).list();
    QCOMPARE(found.size(), 1);
    QCOMPARE(trade.till->get("/v1/payments?order_id=another").list().size(), 0);
    QCOMPARE(trade.gateway.stop(), 0);
    QCOMPARE(trade.gateway.errors(), QByteArray());
}

void TestGatewayProcess::aDeclinedPaymentIsTold()
{
    Trade trade;
    QVERIFY(trade.start());
    const QString payment = trade.pay(1201);
    QVERIFY(trade.receiver.waitFor(1));
    QVERIFY(trade.events().at(0).status == PaymentEventStatus::Failed);
    QCOMPARE(trade.state(payment), u"declined"_s);
    QCOMPARE(trade.act(payment, "/approve").code(), u"payment_final"_s);
}

void TestGatewayProcess::aSilentPaymentIsUnknownUntilAsked()
{
    Trade trade;
    QVERIFY(trade.start({u"--silent-ms"_s, u"1200"_s}));
    const QString payment = trade.pay(1202);
    QTRY_COMPARE_WITH_TIMEOUT(trade.state(payment), u"unknown"_s, 1'000);
    QCOMPARE(trade.listed().size(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(trade.state(payment), u"approved"_s, 20'000);
    QVERIFY(trade.receiver.waitFor(1));
    QVERIFY(trade.events().at(0).status == PaymentEventStatus::Paid);
}

void TestGatewayProcess::aLateWebhookIsHeldBack()
{
    Trade trade;
    QVERIFY(trade.start({u"--late-ms"_s, u"600"_s}));
    const QString payment = trade.pay(1203);
    QVERIFY(trade.receiver.waitFor(1));
    const auto decidedAt = trade.events().at(0).occurredAt;
    const auto heardAt = trade.receiver.received().at(0).at.time_since_epoch();
    const auto heardMs = std::chrono::duration_cast<std::chrono::milliseconds>(heardAt).count();
    QVERIFY2(heardMs - decidedAt->ms >= 600, "the webhook came before its time");
    QCOMPARE(trade.state(payment), u"approved"_s);
}

void TestGatewayProcess::duplicatesAreTheSameEvent()
{
    Trade trade;
    QVERIFY(trade.start());
    QVERIFY(!trade.pay(1204).isEmpty());
    QVERIFY(trade.receiver.waitFor(3));
    const auto events = trade.events();
    for (const PaymentEvent& event : events) {
        QCOMPARE(event.key, events[0].key);
        QCOMPARE(event.raw, events[0].raw);
    }
    for (const auto& received : trade.receiver.received()) {
        QCOMPARE(received.request.header("webhook-id"),
                 trade.receiver.received()[0].request.header("webhook-id"));
    }
    QCOMPARE(trade.listed().size(), 3);
}

void TestGatewayProcess::staleNewsComesLast()
{
    Trade trade;
    QVERIFY(trade.start({u"--reorder-ms"_s, u"300"_s}));
    QVERIFY(!trade.pay(1205).isEmpty());
    QVERIFY(trade.receiver.waitFor(2));
    const auto events = trade.events();
    QVERIFY(events.at(0).status == PaymentEventStatus::Paid);
    QVERIFY(events.at(1).status == PaymentEventStatus::Failed);
    QCOMPARE(events[0].paymentRef, events[1].paymentRef);
    QVERIFY(events[0].key != events[1].key);
    QVERIFY(*events[1].occurredAt < *events[0].occurredAt);
}

void TestGatewayProcess::aMismatchNamesAnotherAmount()
{
    Trade trade;
    QVERIFY(trade.start());
    QVERIFY(!trade.pay(1206).isEmpty());
    QVERIFY(trade.receiver.waitFor(1));
    QVERIFY(trade.events().at(0).amountMinor == Minor{1207});
}

void TestGatewayProcess::theWebhookMayBeThereBeforeTheAnswer()
{
    Trade trade;
    QVERIFY(trade.start());
    QVERIFY(!trade.pay(1208).isEmpty());
    // The answer is here only now, half a second after the webhook left.
    QCOMPARE(trade.receiver.received().size(), std::size_t(1));
    QVERIFY(trade.events().at(0).status == PaymentEventStatus::Paid);
}

void TestGatewayProcess::lostSendingsAreTriedAgain()
{
    Trade trade;
    QVERIFY(trade.start());
    QVERIFY(!trade.pay(1209).isEmpty());
    QVERIFY(trade.receiver.waitFor(1));
    QTRY_COMPARE(trade.listed()[0][u"state"].toString(), u"delivered"_s);
    const QJsonArray attempts = trade.listed()[0][u"attempts"].toArray();
    QCOMPARE(attempts.size(), 3);
    QCOMPARE(attempts[0][u"error"].toString(), u"lost on the way"_s);
    QCOMPARE(attempts[2][u"http_status"].toInt(), 200);
}

void TestGatewayProcess::aCancelInTimeEndsThePayment()
{
    Trade trade;
    QVERIFY(trade.start({u"--manual"_s}));
    const QString payment = trade.pay(1250);
    const HttpReply cancelled = trade.act(payment, "/cancel");
    QCOMPARE(cancelled.status, 200);
    QCOMPARE(cancelled.data()[u"state"].toString(), u"cancelled"_s);
    QCOMPARE(trade.act(payment, "/cancel").body, cancelled.body);
    QCOMPARE(trade.act(payment, "/approve").status, 409);
    QVERIFY(trade.receiver.waitFor(1));
    const auto events = trade.events();
    QCOMPARE(events.size(), std::size_t(1));
    QVERIFY(events[0].status == PaymentEventStatus::Failed);
}

void TestGatewayProcess::aCancelMayComeTooLate()
{
    Trade trade;
    QVERIFY(trade.start({u"--approve-delay-ms"_s, u"400"_s}));
    const QString sticky = trade.pay(1207);
    const HttpReply refused = trade.act(sticky, "/cancel");
    QCOMPARE(refused.status, 409);
    QCOMPARE(refused.code(), u"cancel_too_late"_s);
    QTRY_COMPARE(trade.state(sticky), u"approved"_s);

    const QString approved = trade.pay(1250, {{u"behaviour"_s, u"manual"_s}});
    QCOMPARE(trade.act(approved, "/approve").status, 200);
    QCOMPARE(trade.act(approved, "/cancel").code(), u"cancel_too_late"_s);
    QCOMPARE(trade.act(approved, "/decline").code(), u"payment_final"_s);
    QVERIFY(trade.receiver.waitFor(2));
    for (const PaymentEvent& event : trade.events()) {
        QVERIFY(event.status == PaymentEventStatus::Paid);
    }
}

void TestGatewayProcess::refundsAreToldOneByOne()
{
    Trade trade;
    QVERIFY(trade.start({u"--manual"_s}));
    const QString payment = trade.pay(1000);
    QCOMPARE(trade.act(payment, "/refund").code(), u"not_refundable"_s);
    QCOMPARE(trade.act(payment, "/approve").status, 200);
    QVERIFY(trade.receiver.waitFor(1));
    const HeaderList key{{"Idempotency-Key", "refund-1"}};
    const QJsonObject part{{u"amount_minor"_s, 300}};
    const HttpReply first = trade.act(payment, "/refund", part, key);
    QCOMPARE(first.data()[u"refunded_minor"].toInt(), 300);
    QCOMPARE(trade.act(payment, "/refund", part, key).body, first.body);
    QCOMPARE(trade.act(payment, "/refund", {{u"amount_minor"_s, 701}}).status, 422);
    QCOMPARE(trade.act(payment, "/refund").data()[u"state"].toString(), u"refunded"_s);
    QVERIFY(trade.receiver.waitFor(3));
    std::multiset<Minor> refunded;
    for (const PaymentEvent& event : trade.events()) {
        if (event.status == PaymentEventStatus::Refunded) {
            refunded.insert(*event.amountMinor);
        }
    }
    QVERIFY((refunded == std::multiset<Minor>{300, 700}));
}

void TestGatewayProcess::oneKeyOneAnswer()
{
    Trade trade;
    QVERIFY(trade.start());
    const QJsonObject body{{u"order_id"_s, orderText}, {u"amount_minor"_s, 1250}};
    const HeaderList key{{"Idempotency-Key", "till-1-0001"}};
    const HttpReply first = trade.till->post("/v1/payments", body, key);
    QVERIFY(trade.receiver.waitFor(1));
    const HttpReply again = trade.till->post("/v1/payments", body, key);
    QCOMPARE(again.status, 201);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("Idempotency-Replayed"), QByteArray("true"));
    QVERIFY(!first.hasHeader("Idempotency-Replayed"));
    const HttpReply other =
        trade.till->post("/v1/payments", {{u"order_id"_s, orderText}, {u"amount_minor"_s, 1}}, key);
    QCOMPARE(other.status, 422);
    QCOMPARE(other.code(), u"idempotency_key_reused"_s);

    const QJsonObject own{{u"id"_s, u"till-1-7"_s}};
    QCOMPARE(trade.pay(1300, own), u"till-1-7"_s);
    QCOMPARE(trade.pay(1300, own), u"till-1-7"_s);
    QVERIFY(trade.pay(1301, own).isEmpty());
    QCOMPARE(trade.till->get("/v1/payments").list().size(), 2);
}

void TestGatewayProcess::oneKeyInParallelMakesOnePayment()
{
    Trade trade;
    QVERIFY(trade.start());
    constexpr std::size_t callers = 20;
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < callers; ++i) {
        clients.push_back(trade.gateway.client());
    }
    std::vector<QByteArray> bodies(callers);
    runTogether(
        int(callers), [&](int i) { clients[std::size_t(i)].open(); },
        [&](int i) {
            bodies[std::size_t(i)] =
                clients[std::size_t(i)]
                    .post("/v1/payments", {{u"order_id"_s, orderText}, {u"amount_minor"_s, 1250}},
                          {{"Idempotency-Key", "one"}})
                    .body;
        });
    for (const QByteArray& body : bodies) {
        QCOMPARE(body, bodies[0]);
    }
    QCOMPARE(trade.till->get("/v1/payments").list().size(), 1);
    QVERIFY(trade.receiver.waitFor(1));
    QTRY_COMPARE(trade.listed()[0][u"state"].toString(), u"delivered"_s);
    QCOMPARE(trade.receiver.received().size(), std::size_t(1));
}

void TestGatewayProcess::refusedWebhooksAreSentAgain()
{
    Trade trade([](int count) { return count <= 3 ? (count == 2 ? 500 : 503) : 204; });
    QVERIFY(trade.start());
    QVERIFY(!trade.pay(1250).isEmpty());
    QVERIFY(trade.receiver.waitFor(4));
    const auto received = trade.receiver.received();
    for (const auto& one : received) {
        QCOMPARE(one.request.body, received[0].request.body);
        QCOMPARE(one.request.header("webhook-id"), received[0].request.header("webhook-id"));
    }
    QCOMPARE(trade.events().size(), std::size_t(4));
    for (std::size_t i = 1; i < received.size(); ++i) {
        const auto gap = received[i].at - received[i - 1].at;
        const std::chrono::milliseconds least(20 << (i - 1));
        QVERIFY2(gap >= least - std::chrono::milliseconds(2), "a retry came before its back-off");
    }
    QTRY_COMPARE(trade.listed()[0][u"state"].toString(), u"delivered"_s);
    QCOMPARE(trade.listed()[0][u"attempts"].toArray().size(), 4);
}

void TestGatewayProcess::aShopThatWasAwayHearsLater()
{
    Trade trade;
    QVERIFY(trade.receiver.start());
    const quint16 port = trade.receiver.port();
    QVERIFY(trade.start({u"--retry-max-ms"_s, u"300"_s}));
    trade.receiver.stop();
    QVERIFY(!trade.pay(1250).isEmpty());
    QTRY_VERIFY(trade.listed().size() == 1 && trade.listed()[0][u"attempts"].toArray().size() >= 2);
    QCOMPARE(trade.listed()[0][u"attempts"][0][u"http_status"].toInt(), 0);
    QVERIFY(!trade.listed()[0][u"attempts"][0][u"error"].toString().isEmpty());
    QVERIFY(trade.receiver.start(port));
    QVERIFY(trade.receiver.waitFor(1));
    QVERIFY(trade.events().at(0).status == PaymentEventStatus::Paid);
}

void TestGatewayProcess::anUnreachableShopIsGivenUp()
{
    Trade trade([](int) { return 503; });
    QVERIFY(trade.start({u"--retry-attempts"_s, u"3"_s}));
    const QString payment = trade.pay(1250);
    QTRY_COMPARE(trade.till->get("/v1/webhooks?state=given_up").list().size(), 1);
    QCOMPARE(trade.receiver.received().size(), std::size_t(3));
    QCOMPARE(trade.state(payment), u"approved"_s);
    const QByteArray id = trade.listed()[0][u"id"].toString().toUtf8();
    QCOMPARE(trade.till->post("/v1/webhooks/" + id + "/resend", {}).status, 202);
    QVERIFY(trade.receiver.waitFor(4));
}

void TestGatewayProcess::anUnreliableNetLosesNothing()
{
    Trade trade;
    QVERIFY(
        trade.start({u"--drop-rate"_s, u"0.5"_s, u"--duplicate"_s, u"2"_s, u"--reorder-window-ms"_s,
                     u"300"_s, u"--retry-max-ms"_s, u"200"_s, u"--retry-attempts"_s, u"100"_s}));
    std::set<std::string> payments;
    for (int i = 0; i < 30; ++i) {
        payments.insert(trade.pay(1250).toStdString());
    }
    QTRY_COMPARE_WITH_TIMEOUT(trade.till->get("/v1/webhooks?state=delivered").list().size(), 60,
                              60'000);
    std::set<std::string> heard;
    std::set<std::string> keys;
    for (const PaymentEvent& event : trade.events()) {
        heard.insert(event.paymentRef);
        keys.insert(event.key);
    }
    QVERIFY(heard == payments);
    QCOMPARE(keys.size(), std::size_t(30));
    QVERIFY2(trade.receiver.received().size() > 60, "lost answers make further duplicates");
}

QTEST_GUILESS_MAIN(TestGatewayProcess)
#include "test_gateway_process.moc"
