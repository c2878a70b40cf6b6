#include "server/runtime/writer.h"
#include "tests/runtime/runtime_shop.h"

#include <QTest>

#include <array>
#include <optional>
#include <thread>

using namespace holdfast;

namespace {

/// The store stays outside, so that the test can look into it when the writer has gone.
class Borrowed final : public LedgerStore
{
public:
    explicit Borrowed(MemoryStore& store) : m_store(store) {}
    Result<void, StoreError> open() override { return m_store.open(); }
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override
    {
        return m_store.begin(request, now);
    }
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override
    {
        return m_store.commit(slice, answers, now);
    }
    void rollback() override { m_store.rollback(); }
    bool takeForeignWrites() override { return m_store.takeForeignWrites(); }

private:
    MemoryStore& m_store;
};

/// A writer at work over a shop in memory.
struct WriterShop
{
    SetClock clock;
    MemoryStore store;
    Ledger ledger{LedgerRules{}};
    Witness witness;
    CommandQueue queue;
    std::optional<Writer> writer;

    void start(Duration sweepPeriod = Duration::seconds(3'600), std::size_t batchMax = 256)
    {
        writer.emplace(
            ledger, clock, queue, witness, [this] { return std::make_unique<Borrowed>(store); },
            WriterOptions{.batchMax = batchMax, .sweepPeriod = sweepPeriod});
    }

    /// Sends and waits for the answer's status.
    int ask(const std::string& sentence)
    {
        std::atomic<int> status{0};
        const Admission admission =
            queue.submit({envelopeOf(sentence), [&status](CommandAnswer&& answer) {
                              status = answer.status;
                              status.notify_one();
                          }});
        if (admission != Admission::Accepted) {
            return -1;
        }
        status.wait(0);
        return status;
    }
};

} // namespace

class TestWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAreCommittedBefore();
    void whatIsQueuedAtTheStopIsWorkedOff();
    void theLastUnitsGoToAsManyAsThereAre();
    void deadlinesEndWithoutAnyCommand();
    void badBatchesDoNotStopIt();
};

void TestWriter::answersAreCommittedBefore()
{
    WriterShop shop;
    shop.start();
    QCOMPARE(shop.ask("product stock=5"), 201);
    for (int number = 1; number <= 5; ++number) {
        QCOMPARE(shop.ask("place h" + std::to_string(number) + " 1x1"), 201);
        QCOMPARE(shop.witness.commits.load(), 1 + number); // told before we were
    }
    QCOMPARE(shop.ask("place more 1x1"), 409);
    QVERIFY(shop.writer->counters().commands.load() >= 6U);
}

void TestWriter::whatIsQueuedAtTheStopIsWorkedOff()
{
    constexpr std::size_t count = 1'000;
    WriterShop shop;
    std::vector<std::atomic<int>> answered(count);
    const auto fill = [&] {
        for (std::size_t number = 0; number < count; ++number) {
            QVERIFY(shop.queue.submit({envelopeOf("place h" + std::to_string(number) + " 1x1"),
                                       [&answered, number](CommandAnswer&&) {
                                           ++answered[number];
                                       }}) == Admission::Accepted);
        }
    };
    QVERIFY(shop.queue.submit({envelopeOf("product stock=400"), {}}) == Admission::Accepted);
    fill(); // before the writer runs, so that all of it is queued when it is told to stop
    shop.start(Duration::seconds(3'600), 64);
    shop.writer.reset();
    for (const auto& times : answered) {
        QCOMPARE(times.load(), 1);
    }
    QCOMPARE(shop.store.products.at(ProductId{1}).stock.held, 400);
    QVERIFY(shop.queue.submit({envelopeOf("release h0"), {}}) == Admission::Stopped);
}

void TestWriter::theLastUnitsGoToAsManyAsThereAre()
{
    constexpr int senders = 8;
    constexpr int each = 50;
    WriterShop shop;
    shop.start();
    QCOMPARE(shop.ask("product stock=100"), 201);
    std::atomic<int> placed{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int sender = 0; sender < senders; ++sender) {
        threads.emplace_back([&, sender] {
            for (int number = 0; number < each; ++number) {
                const int status = shop.ask("place h" + std::to_string(sender) + "-" +
                                            std::to_string(number) + " 1x1");
                placed += status == 201 ? 1 : 0;
                refused += status == 409 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(placed.load(), 100);
    QCOMPARE(refused.load(), senders * each - 100);
    shop.writer.reset();
    QCOMPARE(shop.store.products.at(ProductId{1}).stock.available(), 0);
}

void TestWriter::deadlinesEndWithoutAnyCommand()
{
    WriterShop shop;
    shop.start(Duration{1});
    QCOMPARE(shop.ask("product stock=5 price=100"), 201);
    QCOMPARE(shop.ask("place a 1x1"), 201);
    QCOMPARE(shop.ask("place b 1x1"), 201);
    QCOMPARE(shop.ask("order o b"), 201);
    QCOMPARE(shop.writer->counters().holdsExpired.load(), 0U);
    shop.clock.pass(Duration::seconds(120));
    QTRY_COMPARE(shop.writer->counters().holdsExpired.load(), 1U);
    QCOMPARE(shop.writer->counters().ordersOverdue.load(), 0U);
    shop.clock.pass(Duration::seconds(900));
    QTRY_COMPARE(shop.writer->counters().ordersOverdue.load(), 1U);
    shop.writer.reset();
    QCOMPARE(shop.store.products.at(ProductId{1}).stock, (StockLevel{.onHand = 5}));
}

void TestWriter::badBatchesDoNotStopIt()
{
    WriterShop shop;
    shop.store.commitFaults = {std::nullopt, StoreError::Full, StoreError::Unavailable,
                               StoreError::OutcomeUnknown, StoreError::Rejected};
    shop.start();
    QCOMPARE(shop.ask("product stock=5"), 201);
    QCOMPARE(shop.ask("place a 1x1"), 503);
    QCOMPARE(shop.ask("place b 1x1"), 503);
    QCOMPARE(shop.ask("place c 1x1"), 503); // done, though nobody could say so
    QCOMPARE(shop.ask("place d 1x1"), 500);
    QCOMPARE(shop.ask("place e 1x1"), 201);
    QCOMPARE(shop.writer->counters().failures.load(), 4U);
    shop.writer.reset();
    QCOMPARE(shop.store.products.at(ProductId{1}).stock.held, 2);
}

QTEST_GUILESS_MAIN(TestWriter)
#include "test_writer.moc"
