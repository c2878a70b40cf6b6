#include "tests/feed/feed_shop.h"

#include <QDeadlineTimer>
#include <QTest>

#include <array>
#include <thread>

using namespace holdfast;

class TestChangeFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cursors();
    void tellsWhatChangedSince();
    void aPollWaitsAndWakes();
    void aPollEndsEmptyAtItsDeadline();
    void aCursorFromBeyondTheEndIsTooOld();
    void aKioskSeesItsOwnOnly();
    void stopAnswersEverybody();
    void manyWaitersEachOnce();
    void noChangeIsSkippedUnderLoad();
};

void TestChangeFeed::cursors()
{
    QVERIFY(parseChangeCursor("j0") == JournalPlace{});
    for (const JournalPlace& place : {JournalPlace{}, JournalPlace{1, 0}, JournalPlace{7, 0xff},
                                      JournalPlace{INT64_MAX, UINT32_MAX}}) {
        QVERIFY2(parseChangeCursor(changeCursor(place)) == place, changeCursor(place).c_str());
    }
    for (const char* wrong : {"", "j", "7", "j-1.1", "j1x", "j 1", "j1", "j1.", "j1.g", "j1.-1",
                              "j1.100000000", "j9223372036854775808.1", "k1.1"}) {
        QVERIFY2(!parseChangeCursor(wrong), wrong);
    }
}

void TestChangeFeed::tellsWhatChangedSince()
{
    FeedShop shop;
    shop.say("product stock=5 price=100");
    shop.say("place a 1x2");
    shop.say("order o a");
    shop.ask({}, {});
    QTRY_COMPARE(shop.answers.count(), 1U);
    const Answered whole = shop.answers.all().front();
    QCOMPARE(whole.status, 200);
    QCOMPARE(whole.kinds, (std::map<std::string, int>{{"hold", 1}, {"order", 1}, {"product", 1}}));
    QVERIFY(!whole.more);
    shop.ask(whole.place, {});
    QTRY_COMPARE(shop.answers.count(), 2U);
    QVERIFY(shop.answers.all().back().kinds.empty());
    QCOMPARE(shop.answers.all().back().place.position, whole.place.position);
}

void TestChangeFeed::aPollWaitsAndWakes()
{
    FeedShop shop;
    shop.ask({}, Duration::seconds(30));
    shop.settle();
    shop.feed.tick();
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.say("product stock=5");
    QCOMPARE(shop.answers.count(), 0U); // at the next tick, not before
    shop.feed.tick();
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().front().kinds, (std::map<std::string, int>{{"product", 1}}));
}

void TestChangeFeed::aPollEndsEmptyAtItsDeadline()
{
    FeedShop shop;
    shop.ask({}, Duration::seconds(30));
    shop.settle();
    shop.clock.pass(Duration{29'999});
    shop.feed.tick();
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.clock.pass(Duration{1});
    shop.feed.tick();
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().front().status, 200);
    QCOMPARE(shop.answers.all().front().place.position, 0);
}

void TestChangeFeed::aCursorFromBeyondTheEndIsTooOld()
{
    FeedShop shop;
    shop.say("product stock=0"); // one record
    shop.ask({}, {});
    QTRY_COMPARE(shop.answers.count(), 1U);
    const JournalPlace end = shop.answers.all().back().place;
    QCOMPARE(end.position, 1);
    shop.ask(end, {});
    QTRY_COMPARE(shop.answers.count(), 2U);
    QCOMPARE(shop.answers.all().back().status, 200);
    shop.ask({2, end.mark}, Duration::seconds(30));
    QTRY_COMPARE(shop.answers.count(), 3U);
    QCOMPARE(shop.answers.all().back().status, 410);
    // The position is there, but it is the record of another journal.
    shop.ask({1, end.mark + 1}, {});
    QTRY_COMPARE(shop.answers.count(), 4U);
    QCOMPARE(shop.answers.all().back().status, 410);
}

void TestChangeFeed::aKioskSeesItsOwnOnly()
{
    FeedShop shop;
    shop.say("product stock=5 price=100");
    shop.say("as kiosk 7");
    shop.say("place a 1x1");
    shop.say("as kiosk 8");
    shop.say("place b 1x1");
    shop.say("order o b");
    shop.ask({}, {}, CallerId{7});
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().back().kinds,
             (std::map<std::string, int>{{"hold", 1}, {"product", 1}}));
    shop.ask({}, {});
    QTRY_COMPARE(shop.answers.count(), 2U);
    QCOMPARE(shop.answers.all().back().kinds,
             (std::map<std::string, int>{{"hold", 2}, {"order", 1}, {"product", 1}}));
}

void TestChangeFeed::stopAnswersEverybody()
{
    FeedShop shop;
    for (int poll = 0; poll < 20; ++poll) {
        shop.ask({}, Duration::seconds(30));
    }
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.feed.stop();
    QTRY_COMPARE(shop.answers.count(), 20U);
    shop.ask({}, Duration::seconds(30)); // too late to wait
    QTRY_COMPARE(shop.answers.count(), 21U);
}

void TestChangeFeed::manyWaitersEachOnce()
{
    constexpr std::size_t waiters = 6'000; // more than the readers' queue takes at once
    FeedShop shop;
    for (std::size_t poll = 0; poll < waiters; ++poll) {
        shop.ask({}, Duration::seconds(30));
    }
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.say("product stock=5");
    shop.feed.tick();
    shop.settle();
    QCOMPARE(shop.answers.count(), waiters); // none refused, none left for another tick
    const auto all = shop.answers.all();
    QCOMPARE(all.size(), waiters);
    for (const Answered& answered : all) {
        QCOMPARE(answered.status, 200);
        QCOMPARE(answered.kinds.size(), 1U);
    }
}

void TestChangeFeed::noChangeIsSkippedUnderLoad()
{
    constexpr int commits = 150;
    FeedShop shop;
    std::atomic<bool> done{false};
    std::thread ticker([&] {
        while (!done) {
            shop.feed.tick();
            std::this_thread::yield();
        }
    });
    // Each reader asks again from where it was; what it is told must add up to every product.
    struct Follower
    {
        JournalPlace place = {};
        int products = 0;
        Answers answers;
    };
    std::array<Follower, 3> followers;
    std::vector<std::thread> threads;
    for (Follower& follower : followers) {
        threads.emplace_back([&shop, &follower] {
            std::size_t asked = 0;
            const QDeadlineTimer deadline(60'000);
            while (follower.products < commits && !deadline.hasExpired()) {
                shop.feed.ask({.place = follower.place,
                               .wait = Duration::seconds(30),
                               .reply = follower.answers.reply()});
                ++asked;
                while (follower.answers.count() < asked && !deadline.hasExpired()) {
                    std::this_thread::yield();
                }
                const Answered told = follower.answers.all().back();
                follower.place = told.place;
                follower.products += told.kinds.contains("product") ? told.kinds.at("product") : 0;
            }
        });
    }
    for (int commit = 0; commit < commits; ++commit) {
        shop.say("product stock=0");
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    done = true;
    ticker.join();
    for (const Follower& follower : followers) {
        QCOMPARE(follower.products, commits); // none twice, none missing
        QCOMPARE(follower.place.position, commits);
    }
}

QTEST_GUILESS_MAIN(TestChangeFeed)
#include "test_change_feed.moc"
