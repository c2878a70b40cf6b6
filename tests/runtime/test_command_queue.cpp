#include "server/runtime/command_queue.h"
#include "shared/domain/limits.h"
#include "tests/runtime/runtime_shop.h"

#include <QTest>

#include <array>
#include <map>
#include <thread>

using namespace holdfast;

namespace {

using SteadyClock = std::chrono::steady_clock;

Submission submission(Envelope envelope)
{
    return {std::move(envelope), [](CommandAnswer&&) {}};
}

Submission numbered(std::string requestId)
{
    Envelope envelope{.command = ExpireHolds{}};
    envelope.requestId = std::move(requestId);
    return submission(std::move(envelope));
}

/// Whatever is there, without waiting.
CommandBatch takeNow(CommandQueue& queue, std::size_t countMax = limits::batchCommandsMax)
{
    return queue.take(countMax);
}

const auto aMinute = std::chrono::seconds(60);

/// Lets the queue believe that a batch takes that long.
void believe(CommandQueue& queue, std::chrono::nanoseconds perBatch)
{
    for (int batch = 0; batch < 100; ++batch) {
        queue.finished({}, perBatch);
    }
}

} // namespace

class TestCommandQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsOutInOrderUpToTheCount();
    void endsAtItsLimit();
    void refusesWhatWouldWaitTooLong();
    void aSlowSpellRefusesNobodyOfTheNextBatch();
    void slowSingleCommandsRefuseNoCrowd();
    void smallBatchesAreMoreBatches();
    void oneSlowBatchIsNoSlowSpell();
    void aSlowSpellIsSoonForgotten();
    void oneKeyRunsOnce();
    void afterStopNothingComesInButAllGoesOut();
    void workWakesTheTaker();
    void stopWakesTheTaker();
    void gathersUntilEnoughOrTooLate();
    void manyThreadsLoseNothing();
};

void TestCommandQueue::handsOutInOrderUpToTheCount()
{
    CommandQueue queue;
    for (const char* id : {"a", "b", "c"}) {
        QVERIFY(queue.submit(numbered(id)) == Admission::Accepted);
    }
    QCOMPARE(queue.size(), 3U);
    const CommandBatch first = takeNow(queue, 2);
    QCOMPARE(first.envelopes.size(), 2U);
    QCOMPARE(first.sinks.size(), 2U);
    QCOMPARE(first.envelopes[0].requestId, std::string("a"));
    QCOMPARE(first.envelopes[1].requestId, std::string("b"));
    QCOMPARE(takeNow(queue).envelopes.at(0).requestId, std::string("c"));
    QVERIFY(takeNow(queue).envelopes.empty());
}

void TestCommandQueue::endsAtItsLimit()
{
    CommandQueue queue;
    for (std::size_t count = 0; count < limits::queueCommandsMax; ++count) {
        QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    }
    QVERIFY(queue.submit(numbered("x")) == Admission::Full);
    QCOMPARE(queue.size(), limits::queueCommandsMax);
    QCOMPARE(takeNow(queue, 1).envelopes.size(), 1U);
    QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    QVERIFY(queue.submit(numbered("x")) == Admission::Full);
}

void TestCommandQueue::refusesWhatWouldWaitTooLong()
{
    CommandQueue queue;
    // The batch under way and three more are the second that may be waited.
    believe(queue, std::chrono::milliseconds(240));
    std::size_t accepted = 0;
    while (queue.submit(numbered("x")) == Admission::Accepted) {
        ++accepted;
    }
    QCOMPARE(accepted, 4 * limits::batchCommandsMax);
    believe(queue, std::chrono::milliseconds(2)); // and a fast spell lets them in again
    QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
}

void TestCommandQueue::aSlowSpellRefusesNobodyOfTheNextBatch()
{
    CommandQueue queue;
    believe(queue, std::chrono::seconds(50)); // a disk that hangs
    for (std::size_t count = 0; count < limits::batchCommandsMax; ++count) {
        QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    }
    QVERIFY(queue.submit(numbered("x")) == Admission::Full);
}

void TestCommandQueue::slowSingleCommandsRefuseNoCrowd()
{
    CommandQueue queue;
    believe(queue, std::chrono::milliseconds(100)); // each a commit of its own on a slow disk
    for (int count = 0; count < 1'000; ++count) {
        QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    }
}

void TestCommandQueue::smallBatchesAreMoreBatches()
{
    CommandQueue queue;
    QVERIFY(takeNow(queue, 10).envelopes.empty()); // so many are taken at once
    believe(queue, std::chrono::milliseconds(240));
    std::size_t accepted = 0;
    while (queue.submit(numbered("x")) == Admission::Accepted) {
        ++accepted;
    }
    QCOMPARE(accepted, 40U);
}

void TestCommandQueue::oneSlowBatchIsNoSlowSpell()
{
    CommandQueue queue;
    believe(queue, std::chrono::milliseconds(2));
    queue.finished({}, std::chrono::milliseconds(limits::queueWaitMax.ms));
    for (std::size_t count = 0; count < 2 * limits::batchCommandsMax; ++count) {
        QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    }
}

/// However slow it was.
void TestCommandQueue::aSlowSpellIsSoonForgotten()
{
    CommandQueue queue;
    believe(queue, std::chrono::hours(1));
    for (int batch = 0; batch < 12; ++batch) {
        queue.finished({}, std::chrono::milliseconds(1));
    }
    for (std::size_t count = 0; count < 2 * limits::batchCommandsMax; ++count) {
        QVERIFY(queue.submit(numbered("x")) == Admission::Accepted);
    }
}

void TestCommandQueue::oneKeyRunsOnce()
{
    CommandQueue queue;
    const auto submit = [&queue](const Envelope& envelope) {
        return queue.submit(submission(envelope));
    };
    QVERIFY(submit(keyed("release a", "k")) == Admission::Accepted);
    QVERIFY(submit(keyed("release a", "k")) == Admission::InProgress);
    QVERIFY(submit(keyed("release b", "k", 2)) == Admission::InProgress);
    QVERIFY(submit(keyed("release a", "k", 1, 2)) == Admission::Accepted); // of another token
    QVERIFY(submit(keyed("release a", "K")) == Admission::Accepted);
    QVERIFY(submit(envelopeOf("release a")) == Admission::Accepted);

    const CommandBatch batch = takeNow(queue, 1);
    QVERIFY(submit(keyed("release a", "k")) == Admission::InProgress); // being decided
    queue.finished(batch.envelopes, std::chrono::microseconds(1));
    QVERIFY(submit(keyed("release a", "k")) == Admission::Accepted);
}

void TestCommandQueue::afterStopNothingComesInButAllGoesOut()
{
    CommandQueue queue;
    QVERIFY(queue.submit(numbered("a")) == Admission::Accepted);
    QVERIFY(!queue.stoppedAndEmpty());
    queue.stop();
    QVERIFY(queue.submit(numbered("b")) == Admission::Stopped);
    QVERIFY(!queue.stoppedAndEmpty());
    QCOMPARE(takeNow(queue).envelopes.size(), 1U);
    QVERIFY(queue.stoppedAndEmpty());
}

void TestCommandQueue::workWakesTheTaker()
{
    CommandQueue queue;
    for (int round = 0; round < 200; ++round) {
        std::thread sender(
            [&queue] { QVERIFY(queue.submit(numbered("a")) == Admission::Accepted); });
        queue.wait(SteadyClock::now() + aMinute);
        const CommandBatch batch = takeNow(queue);
        sender.join();
        QCOMPARE(batch.envelopes.size(), 1U);
    }
}

void TestCommandQueue::stopWakesTheTaker()
{
    for (int round = 0; round < 50; ++round) {
        CommandQueue queue;
        std::thread stopper([&queue] { queue.stop(); });
        queue.wait(SteadyClock::now() + aMinute);
        stopper.join();
        QVERIFY(takeNow(queue).envelopes.empty());
        QVERIFY(queue.stoppedAndEmpty());
    }
}

void TestCommandQueue::gathersUntilEnoughOrTooLate()
{
    CommandQueue queue;
    const auto since = [](auto begin) { return SteadyClock::now() - begin; };
    const auto begin = SteadyClock::now();
    queue.gather(3, begin + aMinute); // there is no work, so nothing to wait for
    QVERIFY(queue.submit(numbered("a")) == Admission::Accepted);
    queue.gather(1, begin + aMinute);
    std::thread sender([&queue] {
        for (const char* id : {"b", "c"}) {
            QVERIFY(queue.submit(numbered(id)) == Admission::Accepted);
        }
    });
    queue.gather(3, begin + aMinute);
    QCOMPARE(queue.size(), 3U);
    sender.join();
    QVERIFY(since(begin) < aMinute);

    const auto later = SteadyClock::now();
    queue.gather(4, later + std::chrono::milliseconds(5));
    QVERIFY(since(later) >= std::chrono::milliseconds(5));
    QCOMPARE(queue.size(), 3U);

    std::thread stopper([&queue] { queue.stop(); });
    queue.gather(4, later + aMinute);
    stopper.join();
    QVERIFY(since(later) < aMinute);
}

void TestCommandQueue::manyThreadsLoseNothing()
{
    constexpr int senders = 4;
    constexpr int each = 2'000;
    CommandQueue queue;
    std::vector<std::thread> threads;
    threads.reserve(senders);
    for (int sender = 0; sender < senders; ++sender) {
        threads.emplace_back([&queue, sender] {
            for (int number = 0; number < each; ++number) {
                const std::string id = std::to_string(sender) + ' ' + std::to_string(number);
                while (queue.submit(numbered(id)) != Admission::Accepted) {
                    std::this_thread::yield();
                }
            }
        });
    }
    std::array<int, senders> next{};
    int wrong = 0;
    for (int taken = 0; taken < senders * each;) {
        queue.wait(SteadyClock::now() + aMinute);
        const CommandBatch batch = takeNow(queue, 100);
        QVERIFY(!batch.envelopes.empty());
        for (const Envelope& envelope : batch.envelopes) {
            const auto sender = static_cast<std::size_t>(envelope.requestId.front() - '0');
            const int number = std::stoi(envelope.requestId.substr(2));
            wrong += number == next.at(sender)++ ? 0 : 1; // in the order of each sender
        }
        taken += static_cast<int>(batch.envelopes.size());
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(wrong, 0);
    QCOMPARE(queue.size(), 0U);
}

QTEST_GUILESS_MAIN(TestCommandQueue)
#include "test_command_queue.moc"
