// The parts of holdfast-gateway with a clock of the test's own: outbox and
// state file.

#include "server/payments/simulator/sim_json.h"
#include "tests/payments/card_bench.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace holdfast;
using namespace holdfast::cardsim;

class TestCardOutbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void backOffGrowsAndIsBounded();
    void failuresAreRetriedUntilGivenUp();
    void retryAfterIsHeeded();
    void copiesShareTheirEvent();
    void lossesAreRetried();
    void theShuffleKeepsWebhooksInTheWindow();
    void withoutReceiverNothingIsSent();
    void resendSendsAgain();
    void resendReplacesTheWaitingRetry();
    void whatWasOnItsWayIsSentAgain();
    void stateSurvivesTheFile();
    void brokenStateFilesAreRefused();
};

void TestCardOutbox::backOffGrowsAndIsBounded()
{
    OutboxSettings settings;
    settings.retryBase = Duration{500};
    settings.retryMax = Duration{30'000};
    const std::int64_t longest[] = {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000};
    for (int failures = 1; failures <= 8; ++failures) {
        QCOMPARE(backOff(settings, failures, 0).ms, longest[failures - 1] / 2);
        QVERIFY(backOff(settings, failures, 0.999).ms <= longest[failures - 1]);
        QVERIFY(backOff(settings, failures, 0.999).ms >= longest[failures - 1] * 99 / 100);
    }
    QVERIFY(backOff(settings, 1'000'000, 0.5).ms <= 30'000);
}

void TestCardOutbox::failuresAreRetriedUntilGivenUp()
{
    OutboxSettings settings;
    settings.attemptsMax = 4;
    Bench bench({}, settings);
    bench.create(1250);
    bench.desk.tick(after(700));
    Instant now = after(700);
    std::vector<std::int64_t> waits;
    for (const AttemptResult& result : {AttemptResult{503}, AttemptResult{0, "refused"},
                                        AttemptResult{302}, AttemptResult{404}}) {
        const auto shipments = bench.outbox.takeDue(now);
        QCOMPARE(shipments.size(), std::size_t(1));
        QVERIFY(bench.outbox.takeDue(after(999'999)).empty());
        bench.outbox.finished(shipments[0].deliveryId, result, now);
        if (const auto next = bench.outbox.nextDue()) {
            waits.push_back((*next - now).ms);
            now = *next;
        }
    }
    QCOMPARE(waits.size(), std::size_t(3));
    for (std::size_t i = 0; i < waits.size(); ++i) {
        const std::int64_t longest = 500 << i;
        QVERIFY(waits[i] >= longest / 2 && waits[i] <= longest);
    }
    const Delivery& delivery = bench.outbox.deliveries()[0];
    QVERIFY(delivery.state == DeliveryState::GivenUp);
    QCOMPARE(delivery.attempts.size(), std::size_t(4));
    QCOMPARE(delivery.attempts[0].httpStatus, 503);
    QCOMPARE(delivery.attempts[1].error, std::string("refused"));
}

void TestCardOutbox::retryAfterIsHeeded()
{
    Bench bench;
    bench.create(1250);
    bench.desk.tick(after(700));
    const auto first = bench.outbox.takeDue(after(700));
    bench.outbox.finished(first[0].deliveryId, {429, {}, Duration::seconds(7)}, after(700));
    QCOMPARE(bench.outbox.nextDue()->ms, after(7'700).ms);
    const auto second = bench.outbox.takeDue(after(7'700));
    bench.outbox.finished(second[0].deliveryId, {503, {}, Duration::seconds(86'400)}, after(7'700));
    QCOMPARE(bench.outbox.nextDue()->ms, after(37'700).ms);
}

void TestCardOutbox::copiesShareTheirEvent()
{
    OutboxSettings settings;
    settings.copies = 5;
    Bench bench({}, settings);
    bench.create(1204);
    bench.desk.tick(after(700));
    const auto shipments = bench.outbox.takeDue(after(700));
    QCOMPARE(shipments.size(), std::size_t(5));
    std::set<std::string> deliveryIds;
    for (const Shipment& shipment : shipments) {
        QCOMPARE(shipment.webhookId, shipments[0].webhookId);
        QCOMPARE(shipment.body, shipments[0].body);
        deliveryIds.insert(shipment.deliveryId);
    }
    QCOMPARE(deliveryIds.size(), std::size_t(5));
}

void TestCardOutbox::lossesAreRetried()
{
    Bench planned;
    planned.create(1209);
    planned.desk.tick(after(700));
    QVERIFY(planned.outbox.takeDue(after(700)).empty());
    QVERIFY(planned.outbox.takeDue(after(1'300)).empty());
    QCOMPARE(planned.hear(10'000), QStringList(QStringLiteral("paid 1209")));
    QCOMPARE(planned.outbox.deliveries()[0].attempts.size(), std::size_t(3));

    OutboxSettings lossy;
    lossy.dropRate = 1;
    lossy.attemptsMax = 40;
    Bench bench({}, lossy);
    bench.create(1250);
    bench.desk.tick(after(700));
    int lostAnswers = 0;
    while (const auto next = bench.outbox.nextDue()) {
        for (const Shipment& shipment : bench.outbox.takeDue(*next)) {
            QCOMPARE(shipment.loseAnswer, true);
            ++lostAnswers;
            bench.outbox.finished(shipment.deliveryId, {0, "lost"}, *next);
        }
    }
    QVERIFY2(lostAnswers > 5 && lostAnswers < 35, "some requests and some answers are lost");
    QVERIFY(bench.outbox.deliveries()[0].state == DeliveryState::GivenUp);
}

void TestCardOutbox::theShuffleKeepsWebhooksInTheWindow()
{
    OutboxSettings settings;
    settings.reorderWindow = Duration{2'000};
    Bench bench({}, settings);
    for (int i = 0; i < 50; ++i) {
        bench.create(1250);
    }
    bench.desk.tick(after(700));
    bool overtaken = false;
    Instant last = start;
    for (const Delivery& delivery : bench.outbox.deliveries()) {
        QVERIFY(delivery.dueAt >= after(700) && delivery.dueAt <= after(2'700));
        overtaken = overtaken || delivery.dueAt < last;
        last = delivery.dueAt;
    }
    QVERIFY(overtaken);
}

void TestCardOutbox::withoutReceiverNothingIsSent()
{
    OutboxSettings settings;
    settings.hasReceiver = false;
    Bench bench({}, settings);
    bench.create(1250);
    QCOMPARE(bench.hear(700), QStringList());
    QVERIFY(!bench.outbox.nextDue());
    QVERIFY(bench.outbox.deliveries()[0].state == DeliveryState::NotSent);
}

void TestCardOutbox::resendSendsAgain()
{
    Bench bench;
    bench.create(1250);
    QCOMPARE(bench.hear(700), QStringList(QStringLiteral("paid 1250")));
    const std::string id = bench.outbox.deliveries()[0].id;
    QVERIFY(bench.outbox.resend(id, after(800)));
    QVERIFY(bench.outbox.resend(id, after(801)));
    QCOMPARE(bench.hear(900), QStringList(QStringLiteral("paid 1250")));
    QVERIFY(!bench.outbox.resend("whd_none", after(900)));
}

void TestCardOutbox::resendReplacesTheWaitingRetry()
{
    Bench bench;
    bench.create(1250);
    bench.desk.tick(after(700));
    const auto first = bench.outbox.takeDue(after(700));
    bench.outbox.finished(first[0].deliveryId, {503}, after(700)); // next within 1,200
    QVERIFY(bench.outbox.resend(first[0].deliveryId, after(701)));
    const auto second = bench.outbox.takeDue(after(701));
    QCOMPARE(second.size(), std::size_t(1));
    bench.outbox.finished(second[0].deliveryId, {503}, after(701)); // next from 1,201 on
    QVERIFY(bench.outbox.takeDue(after(1'200)).empty());
    QCOMPARE(bench.outbox.takeDue(after(1'701)).size(), std::size_t(1));
}

void TestCardOutbox::whatWasOnItsWayIsSentAgain()
{
    Bench before;
    before.create(1250);
    before.desk.tick(after(700));
    QCOMPARE(before.outbox.takeDue(after(700)).size(), std::size_t(1));
    QVERIFY(before.outbox.deliveries()[0].state == DeliveryState::Sending);
    Bench later;
    later.outbox.restore(before.outbox.deliveries());
    QCOMPARE(later.hear(701), QStringList(QStringLiteral("paid 1250")));
}

void TestCardOutbox::stateSurvivesTheFile()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("state.json")).toStdString();
    QVERIFY(loadState(path)->payments.empty());

    Bench before;
    const SimPayment* const open = before.create(1250);
    before.create(1203);
    before.desk.tick(after(0));
    const KeptAnswers answers{{"key \"1\"", {"/v1/payments\n{}", 201, "{\"data\":{}}"}}};
    QVERIFY(saveState(path, before.desk.payments(), before.outbox.deliveries(), answers));
    before.desk.tick(after(700));
    QVERIFY(saveState(path, before.desk.payments(), before.outbox.deliveries(), answers));

    const auto state = loadState(path);
    QVERIFY2(state.has_value(), state ? "" : state.error().c_str());
    QCOMPARE(state->answers.at("key \"1\"").body, std::string("{\"data\":{}}"));
    Bench later;
    later.desk.restore(state->payments);
    later.outbox.restore(state->deliveries);
    QCOMPARE(later.desk.payments().size(), std::size_t(2));
    QCOMPARE(toJson(later.desk.payments()[0]), toJson(*open));
    QCOMPARE(later.hear(701), QStringList(QStringLiteral("paid 1250")));
    QCOMPARE(later.hear(10'700), QStringList(QStringLiteral("paid 1203")));
    QCOMPARE(codeOf(later.desk.refund(open->id, std::nullopt, after(11'000))),
             QStringLiteral("ok"));
}

void TestCardOutbox::brokenStateFilesAreRefused()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("state.json"));
    for (const char* text :
         {"", "{", "[]", "{}", R"({"payments":[1],"deliveries":[],"answers":[]})",
          R"({"payments":[],"deliveries":[{}],"answers":[]})",
          R"({"payments":[],"deliveries":[],"answers":[1]})"}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        QVERIFY2(!loadState(path.toStdString()), text);
    }
    QVERIFY(!saveState("/nowhere/state.json", {}, {}, {}));
}

QTEST_GUILESS_MAIN(TestCardOutbox)
#include "test_card_outbox.moc"
