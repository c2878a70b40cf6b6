#include "server/runtime/write_loop.h"
#include "tests/runtime/runtime_shop.h"

#include <QTest>

using namespace holdfast;

namespace {

/// Time of both kinds that only moves when told.
class StoppedClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return {1'800'000'000'000 + m_ms}; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(m_ms));
    }
    void pass(Duration time) { m_ms += time.ms; }

private:
    std::int64_t m_ms = 1'000;
};

/// A writer without a thread, whose first sweep is behind it.
struct LoopShop
{
    StoppedClock clock;
    MemoryStore store;
    Ledger ledger{LedgerRules{}};
    Witness witness;
    CommandQueue queue;
    BatchCounters counters;
    WriteLoop loop{ledger, clock, queue, witness, store, counters, {}};

    LoopShop()
    {
        submit("product stock=10 price=100");
        finish();
        store.calls.clear();
        answers.clear();
    }
    void submit(const std::string& sentence)
    {
        QVERIFY(queue.submit({envelopeOf(sentence), [this](CommandAnswer&& answer) {
                                  answers.push_back(answer.status);
                              }}) == Admission::Accepted);
    }
    void finish()
    {
        do {
            loop.tick();
        } while (loop.busy());
    }
    [[nodiscard]] std::string lastCall() const
    {
        return store.calls.empty() ? "" : store.calls.back();
    }

    std::vector<int> answers;
};

} // namespace

class TestWriteLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachTickIsOneStep();
    void whoeverTicksItIsToldToWait();
    void nothingToDoIsNoBatch();
    void sweepsWhenItIsTime();
    void whatComesMeanwhileIsTheNextBatch();
    void forgetsOldPaymentEvents();
    void whatIsKeptIsLookedAtOnceAnHour();
    void thoseWhoWereAnsweredAreWorthAMoment();
};

void TestWriteLoop::eachTickIsOneStep()
{
    LoopShop shop;
    shop.submit("place a 1x1");
    QVERIFY(!shop.loop.busy());
    shop.loop.tick(); // takes
    QVERIFY(shop.loop.busy() && shop.loop.opensNext());
    QCOMPARE(shop.lastCall(), std::string());
    shop.loop.tick();
    QVERIFY(!shop.loop.opensNext());
    QCOMPARE(shop.lastCall(), std::string("open"));
    shop.loop.tick();
    QCOMPARE(shop.lastCall(), std::string("begin"));
    shop.loop.tick();
    QCOMPARE(shop.lastCall(), std::string("commit"));
    QCOMPARE(shop.witness.commits.load(), 2); // the product's was the first
    QVERIFY(shop.answers.empty());
    QVERIFY(shop.loop.busy());
    shop.loop.tick();
    QCOMPARE(shop.answers, std::vector<int>{201});
    QVERIFY(!shop.loop.busy());
}

void TestWriteLoop::whoeverTicksItIsToldToWait()
{
    LoopShop shop;
    shop.store.commitFaults = {StoreError::Busy};
    shop.submit("place a 1x1");
    shop.loop.tick();
    shop.loop.tick();
    shop.loop.tick();
    QVERIFY(shop.loop.tick().ms > 0);
    QVERIFY(shop.loop.opensNext()); // from the beginning
    QVERIFY(shop.answers.empty());
    shop.finish();
    QCOMPARE(shop.answers, std::vector<int>{201});
}

void TestWriteLoop::nothingToDoIsNoBatch()
{
    LoopShop shop;
    const std::uint64_t batches = shop.counters.batches;
    QCOMPARE(shop.loop.tick().ms, 0);
    QVERIFY(!shop.loop.busy());
    QVERIFY(shop.store.calls.empty());
    QCOMPARE(shop.counters.batches.load(), batches);
}

void TestWriteLoop::sweepsWhenItIsTime()
{
    LoopShop shop;
    shop.submit("place a 1x4");
    shop.finish();
    shop.clock.pass(Duration::seconds(120));
    QVERIFY(shop.loop.nextSweep() <= shop.clock.steady());
    shop.finish();
    QCOMPARE(shop.store.products.at(ProductId{1}).stock.held, 0);
    QVERIFY(shop.loop.nextSweep() ==
            shop.clock.steady() + std::chrono::milliseconds(limits::sweepPeriod.ms));
}

void TestWriteLoop::whatComesMeanwhileIsTheNextBatch()
{
    LoopShop shop;
    shop.submit("place a 1x6");
    shop.loop.tick();
    shop.submit("place b 1x6");
    shop.finish();
    QCOMPARE(shop.answers, std::vector<int>{201});
    shop.finish();
    QCOMPARE(shop.answers, (std::vector<int>{201, 409}));
}

void TestWriteLoop::forgetsOldPaymentEvents()
{
    LoopShop shop;
    for (std::size_t number = 0; number <= limits::eventsForgottenAtOnce; ++number) {
        const EventName name{"standard", std::to_string(number)};
        const InboxEvent event{.event = {.gateway = name.first, .key = name.second},
                               .result = EventResult::Applied,
                               .receivedAt = shop.clock.now()};
        shop.store.inbox.emplace(name, event);
        shop.store.inboxOrder.emplace(number + 1, name);
    }
    // It is asked for once an hour, and writes nothing as long as there is nothing to forget.
    shop.clock.pass(limits::paymentEventRetention);
    shop.finish();
    const std::int64_t head = shop.store.headPosition();
    QCOMPARE(shop.store.inbox.size(), limits::eventsForgottenAtOnce + 1);
    shop.clock.pass(Duration::seconds(3'599));
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), limits::eventsForgottenAtOnce + 1);
    shop.clock.pass(Duration::seconds(1));
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), std::size_t{1});
    // The chunk was full: the next follows at once.
    QVERIFY(shop.loop.nextSweep() <= shop.clock.steady());
    shop.finish();
    QVERIFY(shop.store.inbox.empty() && shop.store.inboxOrder.empty());
    QCOMPARE(shop.store.headPosition(), head + 2);
    QCOMPARE(shop.counters.eventsForgotten.load(),
             std::uint64_t{limits::eventsForgottenAtOnce + 1});
    shop.clock.pass(Duration::seconds(7'200));
    shop.finish();
    QCOMPARE(shop.store.headPosition(), head + 2);
}

void TestWriteLoop::whatIsKeptIsLookedAtOnceAnHour()
{
    LoopShop shop;
    const auto settle = [&shop](std::size_t number) {
        shop.store.inbox.at({"standard", std::to_string(number)}).result = EventResult::Applied;
    };
    const std::size_t count = limits::eventsLookedAtAtOnce + 10;
    for (std::size_t number = 1; number <= count; ++number) {
        const EventName name{"standard", std::to_string(number)};
        shop.store.inbox.emplace(name,
                                 InboxEvent{.event = {.gateway = name.first, .key = name.second},
                                            .result = EventResult::Mismatch,
                                            .receivedAt = shop.clock.now()});
        shop.store.inboxOrder.emplace(number, name);
    }
    settle(count);
    shop.clock.pass(limits::paymentEventRetention);
    shop.clock.pass(Duration::seconds(3'600));
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), count);
    // The next pass, at once, goes on where the first has stopped.
    QVERIFY(shop.loop.nextSweep() <= shop.clock.steady());
    settle(1);
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), count - 1);
    QVERIFY(shop.loop.nextSweep() > shop.clock.steady());
    shop.clock.pass(Duration::seconds(3'599));
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), count - 1);
    shop.clock.pass(Duration::seconds(1));
    shop.finish();
    QCOMPARE(shop.store.inbox.size(), count - 2);
}

void TestWriteLoop::thoseWhoWereAnsweredAreWorthAMoment()
{
    LoopShop shop;
    const auto batchOf = [&shop](int count, Duration took) {
        for (int number = 0; number < count; ++number) {
            shop.submit("release a");
        }
        shop.loop.tick();
        shop.clock.pass(took);
        shop.finish();
        return shop.loop.gathering();
    };
    // A quarter of what they took, up to the limit.
    QCOMPARE(batchOf(3, {1}).count, 3U);
    QCOMPARE(shop.loop.gathering().time, std::chrono::microseconds(250));
    QCOMPARE(batchOf(1, {50}).count, 1U);
    QCOMPARE(shop.loop.gathering().time, std::chrono::microseconds(limits::gatherMicrosecondsMax));
    // Nobody waits for the answer to a sweep.
    shop.clock.pass(limits::sweepPeriod);
    QCOMPARE(batchOf(0, {1}).count, 0U);
}

QTEST_GUILESS_MAIN(TestWriteLoop)
#include "test_write_loop.moc"
