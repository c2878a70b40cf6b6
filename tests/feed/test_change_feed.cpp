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
    QCOMPARE(parseChangeCursor(changeCursor(0)), std::optional<std::int64_t>(0));
    QCOMPARE(parseChangeCursor(changeCursor(INT64_MAX)), std::optional<std::int64_t>(INT64_MAX));
    for (const char* wrong : {"", "j", "7", "j-1", "j1x", "j 1", "j9223372036854775808", "k1"}) {
        QVERIFY2(!parseChangeCursor(wrong), wrong);
    }
}

void TestChangeFeed::tellsWhatChangedSince()
{
    FeedShop shop;
    shop.say("product stock=5 price=100");
    shop.say("place a 1x2");
    shop.say("order o a");
    shop.ask(0, {});
    QTRY_COMPARE(shop.answers.count(), 1U);
    const Answered whole = shop.answers.all().front();
    QCOMPARE(whole.status, 200);
    QCOMPARE(whole.kinds, (std::map<std::string, int>{{"hold", 1}, {"order", 1}, {"product", 1}}));
    QVERIFY(!whole.more);
    shop.ask(whole.position, {});
    QTRY_COMPARE(shop.answers.count(), 2U);
    QVERIFY(shop.answers.all().back().kinds.empty());
    QCOMPARE(shop.answers.all().back().position, whole.position);
}

void TestChangeFeed::aPollWaitsAndWakes()
{
    FeedShop shop;
    shop.ask(0, Duration::seconds(30));
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
    shop.ask(0, Duration::seconds(30));
    shop.settle();
    shop.clock.pass(Duration{29'999});
    shop.feed.tick();
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.clock.pass(Duration{1});
    shop.feed.tick();
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().front().status, 200);
    QCOMPARE(shop.answers.all().front().position, 0);
}

void TestChangeFeed::aCursorFromBeyondTheEndIsTooOld()
{
    FeedShop shop;
    shop.say("product stock=0"); // one record
    shop.ask(1, {});
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().back().status, 200);
    shop.ask(2, Duration::seconds(30));
    QTRY_COMPARE(shop.answers.count(), 2U);
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
    shop.ask(0, {}, CallerId{7});
    QTRY_COMPARE(shop.answers.count(), 1U);
    QCOMPARE(shop.answers.all().back().kinds,
             (std::map<std::string, int>{{"hold", 1}, {"product", 1}}));
    shop.ask(0, {});
    QTRY_COMPARE(shop.answers.count(), 2U);
    QCOMPARE(shop.answers.all().back().kinds,
             (std::map<std::string, int>{{"hold", 2}, {"order", 1}, {"product", 1}}));
}

void TestChangeFeed::stopAnswersEverybody()
{
    FeedShop shop;
    for (int poll = 0; poll < 20; ++poll) {
        shop.ask(0, Duration::seconds(30));
    }
    shop.settle();
    QCOMPARE(shop.answers.count(), 0U);
    shop.feed.stop();
    QTRY_COMPARE(shop.answers.count(), 20U);
    shop.ask(0, Duration::seconds(30)); // too late to wait
    QTRY_COMPARE(shop.answers.count(), 21U);
}

void TestChangeFeed::manyWaitersEachOnce()
{
    constexpr std::size_t waiters = 6'000; // more than the readers' queue takes at once
    FeedShop shop;
    for (std::size_t poll = 0; poll < waiters; ++poll) {
        shop.ask(0, Duration::seconds(30));
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
        std::int64_t position = 0;
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
                shop.feed.ask({.position = follower.position,
                               .wait = Duration::seconds(30),
                               .reply = follower.answers.reply()});
                ++asked;
                while (follower.answers.count() < asked && !deadline.hasExpired()) {
                    std::this_thread::yield();
                }
                const Answered told = follower.answers.all().back();
                follower.position = told.position;
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
        QCOMPARE(follower.position, commits);
    }
}

QTEST_GUILESS_MAIN(TestChangeFeed)
#include "test_change_feed.moc"
