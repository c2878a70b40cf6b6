#include "tests/cache/racing_shop.h"
#include "tests/cache/redis_stand.h"

using namespace holdfast;
using namespace holdfast::test;

/// Which of two values the shared cache keeps, against one real Redis that is well all the time.
class TestRedisVersions : public QObject
{
    Q_OBJECT

private:
    /// Every test has a shop and a database of its own.
    [[nodiscard]] RedisOptions server() const { return optionsFor(m_url, m_shop); }
    [[nodiscard]] Admin admin() const { return {m_url, m_shop}; }

    RedisServer m_redis{RedisServer::Keeps::Nothing, "a:b@c/d"};
    QString m_url;
    Uuid m_shop;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_redis.start(), m_redis.problem()); }
    void init()
    {
        m_url = m_redis.createDatabase();
        m_shop = someId();
    }
    void aFillIsFoundByAllServers();
    void aCommitIsFoundByAllServers();
    void anOlderFillIsRefused();
    void anOlderValueIsRefused_data();
    void anOlderValueIsRefused();
    void afterAnEvictionASlowFillIsRefused();
    void afterAnEvictionALateCommitIsNotServed();
    void whenMarkersWereDroppedNobodyIsTrusted();
    void aNewServerMakesWhatWasThereVoid();
    void aFillFromBeforeTheEpochIsRefused();
    void aLateCommitFromBeforeTheEpochIsNotServed();
    void aLostStateIsMadeAgain();
    void whatIsNotOursCountsAsNothing_data();
    void whatIsNotOursCountsAsNothing();
    void shopsDoNotMix();
    void nothingStaleIsLeftWhenTheDustSettles();
};

void TestRedisVersions::aFillIsFoundByAllServers()
{
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    RedisCache b(server());
    QVERIFY(awaitUsable(b));
    const RedisCache::Found miss = a.find({7});
    QVERIFY(!miss.view);
    QVERIFY(fillAndWait(a, productView(7, 2, 3), miss.token));
    const RedisCache::Found found = b.find({7});
    QVERIFY(found.view.has_value());
    QCOMPARE(found.view->product.version, 2);
    QCOMPARE(found.view->stockVersion, 3);
    QCOMPARE(found.view->product.details.sku, std::string("SKU-7"));
    QCOMPARE(a.counters().misses.load(), 1U);
    QCOMPARE(b.counters().hits.load(), 1U);
}

void TestRedisVersions::aCommitIsFoundByAllServers()
{
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    RedisCache b(server());
    QVERIFY(awaitUsable(b));
    RedisCache::Source source(a);
    // The first may only be removed: the source did not know of b's epoch yet.
    QVERIFY(putAndWait(a, source, productView(7, 1, 1)));
    QVERIFY(putAndWait(a, source, productView(7, 1, 2)));
    QVERIFY(putAndWait(a, source, productView(7, 1, 3)));
    QCOMPARE(stockVersionOf(a.find({7})), 3);
    QCOMPARE(stockVersionOf(b.find({7})), 3);
}

/// The newer one was read from the database by a server that was quicker than the news of it.
void TestRedisVersions::anOlderFillIsRefused()
{
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    const RedisToken token = cache.find({7}).token;
    QVERIFY(fillAndWait(cache, productView(7, 1, 3), token));
    QVERIFY(!fillAndWait(cache, productView(7, 1, 2), token));
    QCOMPARE(stockVersionOf(cache.find({7})), 3);
    QVERIFY(putAndWait(cache, source, productView(7, 1, 2)));
    QCOMPARE(stockVersionOf(cache.find({7})), 3);
}

void TestRedisVersions::anOlderValueIsRefused_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("stockVersion");
    QTest::addColumn<bool>("kept");
    QTest::newRow("older stock") << 2 << 9 << false;
    QTest::newRow("older details") << 1 << 11 << false;
    QTest::newRow("the same") << 2 << 10 << true;
    QTest::newRow("newer stock") << 2 << 11 << true;
    QTest::newRow("newer details") << 3 << 1 << true;
}

void TestRedisVersions::anOlderValueIsRefused()
{
    QFETCH(const int, version);
    QFETCH(const int, stockVersion);
    QFETCH(const bool, kept);
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    const RedisToken token = cache.find({7}).token;
    QVERIFY(putAndWait(cache, source, productView(7, 2, 10)));
    QCOMPARE(fillAndWait(cache, productView(7, version, stockVersion), token), kept);
    const RedisCache::Found found = cache.find({7});
    QVERIFY(found.view.has_value());
    QCOMPARE(found.view->product.version, kept ? version : 2);
    QCOMPARE(found.view->stockVersion, kept ? stockVersion : 10);
    // A commit that comes late is judged the same.
    QVERIFY(putAndWait(cache, source, productView(7, 1, 1)));
    QCOMPARE(cache.find({7}).view->product.version, kept ? version : 2);
}

void TestRedisVersions::afterAnEvictionASlowFillIsRefused()
{
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    const RedisToken token = cache.find({7}).token; // the database is read here: stock version 1
    QVERIFY(putAndWait(cache, source, productView(7, 1, 2)));
    QVERIFY(admin().evict(7));
    QVERIFY(!fillAndWait(cache, productView(7, 1, 1), token));
    QVERIFY(!cache.find({7}).view);
    QVERIFY(fillAndWait(cache, productView(7, 1, 2), token));
}

void TestRedisVersions::afterAnEvictionALateCommitIsNotServed()
{
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    RedisCache b(server());
    QVERIFY(awaitUsable(b));
    RedisCache::Source late(a);
    RedisCache::Source quick(b);
    QVERIFY(putAndWait(a, late, productView(8, 1, 1))); // learns the epoch
    QVERIFY(putAndWait(b, quick, productView(7, 1, 2)));
    QVERIFY(admin().evict(7));
    QVERIFY(putAndWait(a, late, productView(7, 1, 1))); // committed before, told after
    QVERIFY(!a.find({7}).view);
}

void TestRedisVersions::whenMarkersWereDroppedNobodyIsTrusted()
{
    RedisOptions few = server();
    few.recentChangesMax = 8;
    RedisCache a(few);
    QVERIFY(awaitUsable(a));
    RedisCache b(few);
    QVERIFY(awaitUsable(b));
    RedisCache::Source late(a);
    RedisCache::Source quick(b);
    QVERIFY(putAndWait(a, late, productView(1, 1, 1)));
    QVERIFY(putAndWait(a, late, productView(1, 1, 1)));
    const RedisToken token = a.find({7}).token;
    QVERIFY(!token.epoch.empty());
    for (std::int64_t id = 7; id < 20; ++id) { // the marker of 7 goes with the others
        QVERIFY(putAndWait(b, quick, productView(id, 1, 2)));
    }
    QVERIFY(a.find({7}).token.generation != token.generation);
    QVERIFY(admin().evict(7));
    QVERIFY(!fillAndWait(a, productView(7, 1, 1), token));
    QVERIFY(putAndWait(a, late, productView(7, 1, 1)));
    QVERIFY(!a.find({7}).view);
    // Who asks now is judged again.
    QVERIFY(fillAndWait(a, productView(7, 1, 2), a.find({7}).token));
}

void TestRedisVersions::aNewServerMakesWhatWasThereVoid()
{
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    QVERIFY(fillAndWait(a, productView(7, 1, 1), a.find({7}).token));
    QVERIFY(a.find({7}).view);
    RedisCache b(server());
    QVERIFY(awaitUsable(b));
    QVERIFY(!b.find({7}).view);
    QVERIFY(!a.find({7}).view);
    QVERIFY(a.usable());
}

void TestRedisVersions::aFillFromBeforeTheEpochIsRefused()
{
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    const RedisToken token = cache.find({7}).token;
    const std::uint64_t raises = cache.counters().epochRaises;
    cache.forget();
    QTRY_VERIFY(cache.counters().epochRaises > raises && cache.usable());
    QVERIFY(!fillAndWait(cache, productView(7, 1, 1), token));
    QVERIFY(!cache.find({7}).view);
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
}

void TestRedisVersions::aLateCommitFromBeforeTheEpochIsNotServed()
{
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    RedisCache::Source late(a); // knows the epoch of now
    RedisCache b(server());     // another epoch; what a is going to say may be long past
    QVERIFY(awaitUsable(b));
    const RedisToken token = b.find({7}).token;
    QVERIFY(putAndWait(a, late, productView(7, 1, 4)));
    QVERIFY(!b.find({7}).view);
    // But it has left its marker: older still is not taken.
    QVERIFY(!fillAndWait(b, productView(7, 1, 3), token));
    QVERIFY(fillAndWait(b, productView(7, 1, 5), token));
}

void TestRedisVersions::aLostStateIsMadeAgain()
{
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    const std::string before = admin().epoch();
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
    QVERIFY(admin().run({"DEL", admin().keys().state}));
    QVERIFY(!cache.find({7}).view); // the value is still there, but does not count
    QTRY_VERIFY(cache.usable() && admin().epoch() != "nothing");
    QVERIFY(admin().epoch() != before);
    QVERIFY(!cache.find({7}).view);
}

void TestRedisVersions::whatIsNotOursCountsAsNothing_data()
{
    QTest::addColumn<QByteArray>("value"); // @ stands for the epoch
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("short") << QByteArray("x");
    QTest::newRow("another epoch") << QByteArray("0123456789abcdef0123456789abcdef1.1 x");
    QTest::newRow("our epoch, nothing else") << QByteArray("@");
    QTest::newRow("our epoch, no product") << QByteArray("@1.1 ");
    QTest::newRow("our epoch, no number") << QByteArray("@one.two three");
    QTest::newRow("our epoch, a number from hell")
        << QByteArray("@99999999999999999999999999.1 \x01 nonsense");
}

void TestRedisVersions::whatIsNotOursCountsAsNothing()
{
    QFETCH(QByteArray, value);
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    value.replace("@", QByteArray::fromStdString(admin().epoch()));
    const std::string key = admin().keys().value({7});
    QVERIFY(admin().run({"SET", key, value.toStdString()}));
    const RedisCache::Found found = cache.find({7});
    QVERIFY(!found.view);
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), found.token));
    QCOMPARE(stockVersionOf(cache.find({7})), 1);
    // Other types of key in our places.
    QVERIFY(admin().run({"DEL", key}));
    QVERIFY(admin().run({"RPUSH", key, "x"}));
    QVERIFY(!cache.find({7}).view);
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
    QCOMPARE(stockVersionOf(cache.find({7})), 1);
    QVERIFY(admin().run({"DEL", admin().keys().state}));
    QVERIFY(admin().run({"RPUSH", admin().keys().state, "x"}));
    QVERIFY(!cache.find({7}).view);
    QTRY_VERIFY(cache.usable() && !cache.find({7}).token.epoch.empty());
}

void TestRedisVersions::shopsDoNotMix()
{
    RedisCache a(server());
    RedisOptions other = server();
    other.shop = someId();
    RedisCache b(other);
    QVERIFY(awaitUsable(a));
    QVERIFY(awaitUsable(b));
    QVERIFY(fillAndWait(a, productView(7, 1, 1), a.find({7}).token));
    QVERIFY(!b.find({7}).view);
    b.forget();
    QTRY_VERIFY(b.counters().epochRaises > 1 && b.usable());
    QVERIFY(a.find({7}).view);
}

/// Two servers commit and read, values are evicted, epochs change. A server never finds less than
/// what it has put itself; and when all is quiet, nobody finds anything but the newest.
void TestRedisVersions::nothingStaleIsLeftWhenTheDustSettles()
{
    RedisOptions few = server();
    few.recentChangesMax = 3;
    RedisCache a(few);
    RedisCache b(server());
    QVERIFY(awaitUsable(a));
    QVERIFY(awaitUsable(b));
    RacingShop shop(a, b);
    shop.begin();
    std::mt19937_64 random(5);
    const auto disturb = [&] {
        admin().evict(static_cast<std::int64_t>(random() % RacingShop::productCount));
        if (random() % 64 == 0) {
            b.forget();
        }
        return a.counters().hits > 3000 && b.counters().hits > 100;
    };
    QVERIFY(QTest::qWaitFor(disturb, 60000));
    shop.end();
    QCOMPARE(shop.oldReads(), 0);
    QVERIFY(a.counters().staleFills + b.counters().staleFills > 0);
    QCOMPARE(shop.staleProducts(), QString());
}

QTEST_GUILESS_MAIN(TestRedisVersions)
#include "test_redis_versions.moc"
