// The parts of holdfast-gateway with a clock of the test's own: rules, desk
// and the requests it takes.

#include "server/payments/simulator/request_body.h"
#include "server/payments/simulator/sim_json.h"
#include "tests/payments/card_bench.h"

#include <QTest>

#include <set>

using namespace holdfast;
using namespace holdfast::cardsim;

class TestCardSimulator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void amountEndings_data();
    void amountEndings();
    void theRequestBeatsTheFlagsBeatTheEnding();
    void whatTheShopHears_data();
    void whatTheShopHears();
    void silenceEndsWhenAskedLater();
    void aStaleFailureTellsItsOwnTime();
    void cancelOnlyInTime();
    void decisionsAreFinal();
    void refundsNeverExceedThePayment();
    void oneIdOnePayment();
    void requestsAreChecked_data();
    void requestsAreChecked();
};

void TestCardSimulator::amountEndings_data()
{
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<QByteArray>("behaviour");
    const char* words[] = {"approve",  "decline",     "silent", "late",  "duplicate", "reorder",
                           "mismatch", "late_cancel", "early",  "lossy", "approve"};
    for (qint64 ending = 0; ending <= 10; ++ending) {
        for (const qint64 amount : {ending, 1200 + ending, 99'900 + ending}) {
            QTest::newRow(QByteArray::number(amount).constData())
                << amount << QByteArray(words[ending]);
        }
    }
    QTest::newRow("99") << qint64(99) << QByteArray("approve");
}

void TestCardSimulator::amountEndings()
{
    QFETCH(qint64, amount);
    QFETCH(QByteArray, behaviour);
    QCOMPARE(QByteArray(toString(chooseBehaviour({}, amount, std::nullopt)).data()), behaviour);
}

void TestCardSimulator::theRequestBeatsTheFlagsBeatTheEnding()
{
    SimRules manual;
    manual.manual = true;
    QVERIFY(chooseBehaviour(manual, 1201, std::nullopt) == Behaviour::Manual);
    QVERIFY(chooseBehaviour(manual, 1201, Behaviour::Late) == Behaviour::Late);
    SimRules plain;
    plain.amountRules = false;
    QVERIFY(chooseBehaviour(plain, 1201, std::nullopt) == Behaviour::Approve);
    QVERIFY(chooseBehaviour({}, 1201, Behaviour::Approve) == Behaviour::Approve);
}

void TestCardSimulator::whatTheShopHears_data()
{
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<QStringList>("at700"); // the moment of the decision
    QTest::addColumn<QStringList>("at2200");
    QTest::addColumn<QStringList>("at10700");
    const auto row = [](const char* title, qint64 amount, const QStringList& first,
                        const QStringList& second = {}, const QStringList& third = {}) {
        QTest::newRow(title) << amount << first << second << third;
    };
    const auto s = [](const char* text) { return QString::fromLatin1(text); };
    row("approve", 1250, {s("paid 1250")});
    row("decline", 1201, {s("failed 1201")});
    row("silent", 1202, {});
    row("late", 1203, {}, {}, {s("paid 1203")});
    row("duplicate", 1204, {s("paid 1204"), s("paid 1204"), s("paid 1204")});
    row("reorder", 1205, {s("paid 1205")}, {s("failed 1205")});
    row("mismatch", 1206, {s("paid 1207")});
    row("late cancel", 1207, {s("paid 1207")});
}

void TestCardSimulator::whatTheShopHears()
{
    QFETCH(qint64, amount);
    QFETCH(QStringList, at700);
    QFETCH(QStringList, at2200);
    QFETCH(QStringList, at10700);
    Bench bench;
    const SimPayment* const payment = bench.create(amount);
    QCOMPARE(stateOf(payment), QStringLiteral("processing"));
    QCOMPARE(bench.hear(699), QStringList());
    QCOMPARE(bench.hear(700), at700);
    QCOMPARE(bench.hear(2'199), QStringList());
    QCOMPARE(bench.hear(2'200), at2200);
    QCOMPARE(bench.hear(10'699), QStringList());
    QCOMPARE(bench.hear(10'700), at10700);
    QCOMPARE(bench.hear(1'000'000), QStringList());
    QVERIFY(!bench.desk.nextDue() && !bench.outbox.nextDue());
}

void TestCardSimulator::silenceEndsWhenAskedLater()
{
    Bench bench;
    const SimPayment* const payment = bench.create(1202);
    QCOMPARE(bench.hear(14'999), QStringList());
    QCOMPARE(stateOf(payment), QStringLiteral("unknown"));
    QVERIFY(bench.desk.ask(payment->id, after(14'999)).has_value());
    QCOMPARE(stateOf(payment), QStringLiteral("unknown"));
    QCOMPARE(bench.hear(60'000), QStringList());
    QVERIFY(bench.desk.ask(payment->id, after(60'000)).has_value());
    QCOMPARE(stateOf(payment), QStringLiteral("approved"));
    QCOMPARE(bench.hear(60'000), QStringList(QStringLiteral("paid 1202")));
}

void TestCardSimulator::aStaleFailureTellsItsOwnTime()
{
    Bench bench;
    bench.create(1205);
    bench.desk.tick(after(700));
    std::optional<Instant> paidAt;
    std::optional<Instant> failedAt;
    std::set<std::string> events;
    for (const Delivery& delivery : bench.outbox.deliveries()) {
        const auto body = readCanonicalBody(delivery.body);
        QVERIFY(body.has_value());
        events.insert(*body->eventKey);
        (body->status == PaymentEventStatus::Paid ? paidAt : failedAt) = body->occurredAt;
        QCOMPARE(body->paymentRef, delivery.paymentId);
    }
    QCOMPARE(events.size(), std::size_t(2));
    QVERIFY(failedAt && paidAt && *failedAt < *paidAt);
}

void TestCardSimulator::cancelOnlyInTime()
{
    Bench bench;
    const SimPayment* const inTime = bench.create(1250);
    QCOMPARE(codeOf(bench.desk.cancel(inTime->id, after(699))), QStringLiteral("ok"));
    QCOMPARE(codeOf(bench.desk.cancel(inTime->id, after(699))), QStringLiteral("ok"));
    QCOMPARE(bench.hear(700), QStringList(QStringLiteral("failed 1250")));
    QCOMPARE(stateOf(inTime), QStringLiteral("cancelled"));
    QCOMPARE(codeOf(bench.desk.approve(inTime->id, after(800))), QStringLiteral("payment_final"));

    const SimPayment* const late = bench.create(1300);
    QCOMPARE(bench.hear(701), QStringList(QStringLiteral("paid 1300")));
    QCOMPARE(codeOf(bench.desk.cancel(late->id, after(702))), QStringLiteral("cancel_too_late"));
    QCOMPARE(stateOf(late), QStringLiteral("approved"));

    const SimPayment* const sticky = bench.create(1207);
    QCOMPARE(codeOf(bench.desk.cancel(sticky->id, after(1))), QStringLiteral("cancel_too_late"));
    QCOMPARE(bench.hear(703), QStringList(QStringLiteral("paid 1207")));

    const SimPayment* const silent = bench.create(1202);
    QCOMPARE(bench.hear(704), QStringList());
    QCOMPARE(codeOf(bench.desk.cancel(silent->id, after(704))), QStringLiteral("ok"));
    QVERIFY(bench.desk.ask(silent->id, after(99'000)).has_value());
    QCOMPARE(stateOf(silent), QStringLiteral("cancelled"));

    QCOMPARE(codeOf(bench.desk.cancel("nobody", start)), QStringLiteral("payment_unknown"));
}

void TestCardSimulator::decisionsAreFinal()
{
    Bench bench;
    const SimPayment* const payment = bench.create(1250, Behaviour::Manual);
    QCOMPARE(bench.hear(86'400'000), QStringList());
    QCOMPARE(stateOf(payment), QStringLiteral("processing"));
    QCOMPARE(codeOf(bench.desk.approve(payment->id, start)), QStringLiteral("ok"));
    QCOMPARE(codeOf(bench.desk.approve(payment->id, start)), QStringLiteral("ok"));
    QCOMPARE(bench.hear(0), QStringList(QStringLiteral("paid 1250")));
    QCOMPARE(codeOf(bench.desk.decline(payment->id, "x", start)), QStringLiteral("payment_final"));

    const SimPayment* const other = bench.create(1300, Behaviour::Manual);
    QCOMPARE(codeOf(bench.desk.decline(other->id, "stolen", start)), QStringLiteral("ok"));
    QCOMPARE(codeOf(bench.desk.decline(other->id, "stolen", start)), QStringLiteral("ok"));
    QCOMPARE(bench.hear(0), QStringList(QStringLiteral("failed 1300")));
    QCOMPARE(codeOf(bench.desk.approve(other->id, start)), QStringLiteral("payment_final"));
    QCOMPARE(codeOf(bench.desk.cancel(other->id, start)), QStringLiteral("payment_final"));
    QCOMPARE(other->reason, std::string("stolen"));
}

void TestCardSimulator::refundsNeverExceedThePayment()
{
    Bench bench;
    const SimPayment* const payment = bench.create(1000);
    QCOMPARE(codeOf(bench.desk.refund(payment->id, 1, start)), QStringLiteral("not_refundable"));
    QCOMPARE(bench.hear(700), QStringList(QStringLiteral("paid 1000")));
    QCOMPARE(codeOf(bench.desk.refund(payment->id, 400, after(701))), QStringLiteral("ok"));
    QCOMPARE(stateOf(payment), QStringLiteral("partially_refunded"));
    QCOMPARE(codeOf(bench.desk.refund(payment->id, 601, after(702))),
             QStringLiteral("refund_too_large"));
    QCOMPARE(codeOf(bench.desk.refund(payment->id, std::nullopt, after(703))),
             QStringLiteral("ok"));
    QCOMPARE(stateOf(payment), QStringLiteral("refunded"));
    QCOMPARE(codeOf(bench.desk.refund(payment->id, std::nullopt, after(704))),
             QStringLiteral("not_refundable"));
    QCOMPARE(bench.hear(704),
             QStringList({QStringLiteral("refunded 400"), QStringLiteral("refunded 600")}));
}

void TestCardSimulator::oneIdOnePayment()
{
    Bench bench;
    const PaymentRequest request{"till-1-7", orderText, 1250, "EUR", std::nullopt};
    const auto first = bench.desk.create(request, start);
    const auto again = bench.desk.create(request, after(900));
    QVERIFY(first && again && *first == *again);
    PaymentRequest other = request;
    other.amountMinor = 1251;
    QCOMPARE(codeOf(bench.desk.create(other, start)), QStringLiteral("id_conflict"));
    QCOMPARE(bench.desk.payments().size(), std::size_t(1));
    QCOMPARE(bench.hear(900), QStringList(QStringLiteral("paid 1250")));
}

void TestCardSimulator::requestsAreChecked_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<int>("status"); // 0: taken
    const auto row = [](const char* title, const std::string& json, int status) {
        QTest::newRow(title) << json << status;
    };
    row("least", R"({"order_id":"o","amount_minor":1})", 0);
    row("most", R"({"id":"p","order_id":"o","amount_minor":1,"currency":"JPY","behaviour":"late"})",
        0);
    row("payment_id", R"({"payment_id":"p","order_id":"o","amount_minor":1})", 0);
    row("nulls", R"({"id":null,"order_id":"o","amount_minor":1,"behaviour":null})", 0);
    row("empty", "", 400);
    row("cut", R"({"order_id":)", 400);
    row("list", "[]", 422);
    row("no order", R"({"amount_minor":1})", 422);
    row("empty order", R"({"order_id":"","amount_minor":1})", 422);
    row("numeric order", R"({"order_id":1,"amount_minor":1})", 422);
    row("no amount", R"({"order_id":"o"})", 422);
    row("zero", R"({"order_id":"o","amount_minor":0})", 422);
    row("negative", R"({"order_id":"o","amount_minor":-1})", 422);
    row("fraction", R"({"order_id":"o","amount_minor":1.5})", 422);
    row("text", R"({"order_id":"o","amount_minor":"1"})", 422);
    row("too much", R"({"order_id":"o","amount_minor":1000000000000001})", 422);
    row("currency", R"({"order_id":"o","amount_minor":1,"currency":"eur"})", 422);
    row("behaviour", R"({"order_id":"o","amount_minor":1,"behaviour":"explode"})", 422);
    row("id with slash", R"({"id":"a/b","order_id":"o","amount_minor":1})", 422);
    row("id too long",
        "{\"id\":\"" + std::string(65, 'i') + "\",\"order_id\":\"o\",\"amount_minor\":1}", 422);
}

void TestCardSimulator::requestsAreChecked()
{
    QFETCH(std::string, json);
    QFETCH(int, status);
    const auto request = readPaymentRequest(json);
    QCOMPARE(request ? 0 : request.error().httpStatus, status);
}

QTEST_GUILESS_MAIN(TestCardSimulator)
#include "test_card_simulator.moc"
