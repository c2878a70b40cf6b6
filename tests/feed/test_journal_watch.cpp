#include "server/feed/journal_watch.h"
#include "shared/domain/limits.h"

#include <QTest>

#include <thread>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr auto forEver = 60s;

} // namespace

/// What a server knows of the journal without reading it.
class TestJournalWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownCommitsInARowAreSeen();
    void ownCommitsBehindAGapWait();
    void tooManyStretchesAreReadAgain();
    void theAnchorIsTheNewestRecord();
    void aDoubtStaysUntilTheReset();
    void aResetBeginsAnew();
    void aReasonEndsTheWait();
    void stopEndsEveryWait();
    void whatIsKnownGrowsOld();
};

void TestJournalWatch::ownCommitsInARowAreSeen()
{
    JournalWatch watch;
    watch.advance({10, 1});
    watch.committed(10, 12);
    watch.committed(12, 12); // nothing
    watch.committed(12, 15);
    QCOMPARE(watch.seen(), 15);
    watch.committed(3, 9); // known long since
    QCOMPARE(watch.seen(), 15);
}

void TestJournalWatch::ownCommitsBehindAGapWait()
{
    JournalWatch watch;
    watch.advance({10, 1});
    watch.committed(12, 14);
    watch.committed(17, 18);
    QCOMPARE(watch.seen(), 10);
    for (const std::int64_t own : {13, 14, 18}) {
        QVERIFY(watch.isOwn(own));
    }
    for (const std::int64_t foreign : {10, 11, 12, 15, 16, 17, 19}) {
        QVERIFY(!watch.isOwn(foreign));
    }
    watch.advance({12, 1});
    QCOMPARE(watch.seen(), 14);
    watch.advance({17, 1});
    QCOMPARE(watch.seen(), 18);
    QVERIFY(!watch.isOwn(18));
}

void TestJournalWatch::tooManyStretchesAreReadAgain()
{
    JournalWatch watch;
    for (std::int64_t at = 1; at <= 20'000; at += 2) {
        watch.committed(at, at + 1);
    }
    QVERIFY(watch.isOwn(2));
    watch.committed(30'000, 30'001);
    QVERIFY(!watch.isOwn(2));
    QVERIFY(watch.isOwn(4));
    QVERIFY(watch.isOwn(30'001));
}

void TestJournalWatch::theAnchorIsTheNewestRecord()
{
    JournalWatch watch;
    QVERIFY(watch.anchor() == JournalPlace{});
    watch.advance({5, 50});
    watch.recorded({9, 90});
    QCOMPARE(watch.seen(), 5); // recorded() is about one record, not about all before it
    QVERIFY((watch.anchor() == JournalPlace{9, 90}));
    watch.advance({7, 70});
    QVERIFY((watch.anchor() == JournalPlace{9, 90}));
    watch.advance({11, 110});
    QVERIFY((watch.anchor() == JournalPlace{11, 110}));
}

void TestJournalWatch::aDoubtStaysUntilTheReset()
{
    JournalWatch watch;
    watch.advance({5, 50});
    watch.doubt();
    QVERIFY(watch.wait(forEver)); // there is a reason to look
    watch.recorded({6, 60});
    watch.advance({7, 70});
    QVERIFY(watch.anchor().position > 7);
    watch.reset({6, 61});
    QVERIFY((watch.anchor() == JournalPlace{6, 61}));
}

void TestJournalWatch::aResetBeginsAnew()
{
    JournalWatch watch;
    watch.advance({100, 1});
    watch.committed(120, 130);
    watch.reset({40, 4});
    QCOMPARE(watch.seen(), 40);
    QVERIFY((watch.anchor() == JournalPlace{40, 4}));
    QVERIFY(!watch.isOwn(125));
    QCOMPARE(watch.resets(), std::uint64_t{1});
    watch.committed(40, 41);
    QCOMPARE(watch.seen(), 41);
}

void TestJournalWatch::aReasonEndsTheWait()
{
    JournalWatch watch;
    QVERIFY(watch.wait(1ms)); // the period is over
    watch.wake();
    QVERIFY(watch.wait(forEver)); // it came before
    std::thread other([&watch] { watch.wake(); });
    QVERIFY(watch.wait(forEver));
    other.join();
}

void TestJournalWatch::stopEndsEveryWait()
{
    JournalWatch watch;
    QVERIFY(!watch.stopped());
    std::thread other([&watch] { watch.stop(); });
    QVERIFY(!watch.wait(forEver));
    other.join();
    QVERIFY(watch.stopped());
    QVERIFY(!watch.wait(forEver));
}

void TestJournalWatch::whatIsKnownGrowsOld()
{
    JournalWatch watch;
    QVERIFY(!watch.isCurrent()); // nothing is known
    const auto now = std::chrono::steady_clock::now();
    watch.caughtUp(now);
    QVERIFY(watch.lag(now + 70ms) == 70ms);
    QVERIFY(watch.isCurrent());
    watch.caughtUp(now - std::chrono::milliseconds(limits::stalenessMax.ms));
    QVERIFY(!watch.isCurrent());
}

QTEST_GUILESS_MAIN(TestJournalWatch)
#include "test_journal_watch.moc"
