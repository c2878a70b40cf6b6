#include "tests/runtime/runtime_shop.h"

#include <QTest>

#include <algorithm>

using namespace holdfast;

namespace {

constexpr std::size_t attempts = static_cast<std::size_t>(limits::batchRetriesMax) + 1;

/// A runner over a shop in memory that has one product with 100 units.
struct RunnerShop
{
    SetClock clock;
    MemoryStore store;
    Ledger ledger{LedgerRules{}};
    Witness witness;
    BatchCounters counters;
    std::vector<Duration> pauses;
    BatchRunner runner{ledger, store, clock, witness, counters};

    RunnerShop()
    {
        run({envelopeOf("product stock=100 price=100")});
        store.calls.clear();
        witness.commits = 0;
        counters.commits = 0;
    }

    std::vector<BatchRunner::Settled> run(const std::vector<Envelope>& batch)
    {
        return runner.run(batch, [this](Duration pause) { pauses.push_back(pause); });
    }
    std::vector<int> statuses(const std::vector<Envelope>& batch)
    {
        std::vector<int> found;
        for (const auto& settled : run(batch)) {
            found.push_back(settled.answer.status);
        }
        return found;
    }
    [[nodiscard]] std::size_t called(const std::string& call) const
    {
        return static_cast<std::size_t>(std::count(store.calls.begin(), store.calls.end(), call));
    }
    [[nodiscard]] Units held() const { return store.products.at(ProductId{1}).stock.held; }
};

std::vector<Envelope> holds(int count)
{
    std::vector<Envelope> batch;
    batch.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        batch.push_back(envelopeOf("place h" + std::to_string(number) + " 1x1"));
    }
    return batch;
}

bool touches(const Slice& slice, const std::string& hold)
{
    const auto placed = std::get<PlaceHold>(commandOf(Sentence::parse("place " + hold + " 1x1")));
    return slice.holds.contains(placed.id);
}

} // namespace

class TestBatchRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneBatchIsOneCommit();
    void nothingToWriteIsNoCommit();
    void whatStorageCanDoIsKnown();
    void busyIsTriedAgain();
    void aDatabaseThatNobodyGetsIntoIsNotHalved();
    void aBusyBatchIsHalvedInTheEnd();
    void aPoisonedCommandFallsAlone();
    void twoPoisonedCommandsFallAlone();
    void anUnknownOutcomeIsNeitherSuccessNorRefusal();
    void aFullDiskSaysSo();
    void aRepeatInTheBatchGetsTheSameBytes();
    void theKeyIsKeptWithItsEffect();
    void theTimeIsReadWhenTheDatabaseIsOurs();
    void foreignWritesAreTold();
};

void TestBatchRunner::oneBatchIsOneCommit()
{
    RunnerShop shop;
    QCOMPARE(shop.statuses(holds(20)), std::vector<int>(20, 201));
    QCOMPARE(shop.store.calls, (std::vector<std::string>{"open", "begin", "commit"}));
    QCOMPARE(shop.witness.commits.load(), 1);
    QCOMPARE(shop.witness.events.load() - 2, 20U); // two are the product's
    QCOMPARE(shop.held(), 20);
}

void TestBatchRunner::nothingToWriteIsNoCommit()
{
    RunnerShop shop;
    QCOMPARE(shop.statuses({envelopeOf("release nothing")}), std::vector<int>{404});
    QCOMPARE(shop.store.calls, (std::vector<std::string>{"open", "begin", "rollback"}));
    QCOMPARE(shop.witness.commits.load(), 0);
}

void TestBatchRunner::busyIsTriedAgain()
{
    RunnerShop shop;
    shop.store.beginFaults = {StoreError::Busy};
    shop.store.commitFaults = {StoreError::Busy, std::nullopt};
    QCOMPARE(shop.statuses(holds(3)), std::vector<int>(3, 201));
    QCOMPARE(shop.held(), 3);
    QCOMPARE(shop.counters.retries.load(), 2U);
    QCOMPARE(shop.pauses.size(), 2U);
    for (std::size_t attempt = 0; attempt < shop.pauses.size(); ++attempt) {
        QVERIFY(shop.pauses[attempt].ms >= 1);
        QVERIFY(shop.pauses[attempt].ms <= std::int64_t{2} << attempt);
    }
}

void TestBatchRunner::aDatabaseThatNobodyGetsIntoIsNotHalved()
{
    RunnerShop shop;
    shop.store.openFaults.assign(10'000, StoreError::Busy);
    const auto settled = shop.run(holds(64));
    QCOMPARE(shop.called("open"), 1U);
    QCOMPARE(shop.counters.splits.load(), 0U);
    QCOMPARE(shop.counters.failures.load(), 64U);
    QCOMPARE(settled.size(), 64U);
    for (const auto& each : settled) {
        QCOMPARE(each.answer.status, 503);
        QVERIFY(each.answer.retryLater);
    }
}

void TestBatchRunner::aBusyBatchIsHalvedInTheEnd()
{
    RunnerShop shop;
    shop.store.commitFaults.assign(attempts, StoreError::Busy);
    QCOMPARE(shop.statuses(holds(2)), std::vector<int>(2, 201));
    QCOMPARE(shop.counters.splits.load(), 1U);
    QCOMPARE(shop.called("commit"), attempts + 2);
    QCOMPARE(shop.held(), 2);
}

void TestBatchRunner::aPoisonedCommandFallsAlone()
{
    RunnerShop shop;
    shop.store.poisoned = [](const Slice& slice) { return touches(slice, "h5"); };
    std::vector<int> wanted(16, 201);
    wanted[5] = 500;
    QCOMPARE(shop.statuses(holds(16)), wanted);
    QCOMPARE(shop.held(), 15);
    QCOMPARE(shop.counters.splits.load(), 4U); // 16, 8, 4, 2
    QCOMPARE(shop.counters.failures.load(), 1U);
    QCOMPARE(shop.pauses.size(), 0U); // content does not get better by waiting
}

void TestBatchRunner::twoPoisonedCommandsFallAlone()
{
    RunnerShop shop;
    shop.store.poisoned = [](const Slice& slice) {
        return touches(slice, "h0") || touches(slice, "h6");
    };
    QCOMPARE(shop.statuses(holds(7)), (std::vector<int>{500, 201, 201, 201, 201, 201, 500}));
    QCOMPARE(shop.held(), 5);
}

void TestBatchRunner::anUnknownOutcomeIsNeitherSuccessNorRefusal()
{
    RunnerShop shop;
    shop.store.commitFaults = {StoreError::OutcomeUnknown};
    const auto settled = shop.run(holds(4));
    for (const auto& each : settled) {
        QCOMPARE(each.answer.status, 503);
        QVERIFY(each.answer.retryLater);
        QVERIFY(each.answer.body.find("not known") != std::string::npos);
    }
    QCOMPARE(shop.called("commit"), 1U); // trying again might do it twice
    QCOMPARE(shop.counters.splits.load(), 0U);
    QCOMPARE(shop.witness.commits.load(), 0);
}

void TestBatchRunner::aFullDiskSaysSo()
{
    RunnerShop shop;
    shop.store.commitFaults = {StoreError::Full};
    const auto settled = shop.run(holds(2));
    QCOMPARE(settled.front().answer.status, 503);
    QVERIFY(settled.front().answer.body.find("database_full") != std::string::npos);
    QCOMPARE(shop.called("commit"), 1U);
    QCOMPARE(shop.held(), 0);
    QCOMPARE(shop.statuses(holds(2)), std::vector<int>(2, 201)); // and it goes on afterwards
}

void TestBatchRunner::aRepeatInTheBatchGetsTheSameBytes()
{
    RunnerShop shop;
    const auto settled = shop.run({keyed("place a 1x1", "k"), keyed("place b 1x1", "other"),
                                   keyed("place a 1x1", "k"), keyed("place c 1x1", "k", 2)});
    QCOMPARE(settled[0].answer.status, 201);
    QVERIFY(!settled[0].answer.replayed);
    QCOMPARE(settled[2].answer.status, 201);
    QCOMPARE(settled[2].answer.body, settled[0].answer.body);
    QVERIFY(settled[2].answer.replayed);
    QCOMPARE(settled[3].answer.status, 422); // the same key with other content
    QCOMPARE(shop.held(), 2);
    QCOMPARE(shop.store.answers.size(), 2U);
}

void TestBatchRunner::theKeyIsKeptWithItsEffect()
{
    RunnerShop shop;
    const auto first = shop.run({keyed("place a 1x1", "k")});
    const auto again = shop.run({keyed("place a 1x1", "k")});
    QCOMPARE(again.front().answer.body, first.front().answer.body);
    QVERIFY(again.front().answer.replayed);
    // A refused key stays refused, though the stock is there meanwhile.
    const auto refused = shop.run({keyed("place b 1x100", "r")});
    QCOMPARE(refused.front().answer.status, 409);
    shop.run({envelopeOf("release a")});
    QCOMPARE(shop.statuses({keyed("place b 1x100", "r")}), std::vector<int>{409});
    QCOMPARE(shop.held(), 0);
}

void TestBatchRunner::theTimeIsReadWhenTheDatabaseIsOurs()
{
    RunnerShop shop;
    QCOMPARE(shop.statuses({envelopeOf("place a 1x1")}), std::vector<int>{201});
    // Another process keeps the database for the whole life of the hold.
    shop.store.whileOpening = [&shop] { shop.clock.pass(Duration::seconds(120)); };
    const auto settled = shop.run({envelopeOf("order o a")});
    QCOMPARE(settled.front().answer.status, 409);
    QVERIFY(settled.front().answer.body.find("hold_expired") != std::string::npos);
    QCOMPARE(shop.held(), 0);
}

void TestBatchRunner::foreignWritesAreTold()
{
    RunnerShop shop;
    shop.store.pretendForeignWrites();
    shop.run(holds(1));
    QCOMPARE(shop.witness.foreign.load(), 1);
    shop.run({envelopeOf("release h0")});
    QCOMPARE(shop.witness.foreign.load(), 1);
}

void TestBatchRunner::whatStorageCanDoIsKnown()
{
    RunnerShop shop;
    const auto storage = [&shop] { return shop.counters.storage.load(); };
    QVERIFY(storage() == Storage::Well);
    shop.store.commitFaults = {StoreError::Full};
    QCOMPARE(shop.statuses({envelopeOf("place a 1x1")}), std::vector<int>{503});
    QVERIFY(storage() == Storage::Full);
    // A sweep that finds nothing proves no space; a write does, also one that changes nothing.
    shop.run({envelopeOf("sweep-holds")});
    QVERIFY(storage() == Storage::Full);
    shop.run({envelopeOf("forget-answers")});
    QVERIFY(storage() == Storage::Well);
    for (const StoreError error : {StoreError::Unavailable, StoreError::OutcomeUnknown}) {
        shop.store.commitFaults = {error};
        shop.run({envelopeOf("place b 1x1")});
        QVERIFY(storage() == Storage::Away);
        shop.run({envelopeOf("sweep-holds")});
        QVERIFY(storage() == Storage::Well);
    }
    shop.store.commitFaults = {StoreError::Rejected};
    QCOMPARE(shop.statuses({envelopeOf("place c 1x1")}), std::vector<int>{500});
    QVERIFY(storage() == Storage::Well);
}

QTEST_GUILESS_MAIN(TestBatchRunner)
#include "test_batch_runner.moc"
