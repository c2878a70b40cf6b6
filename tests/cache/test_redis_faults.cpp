#include "server/cache/redis_listener.h"
#include "tests/cache/racing_shop.h"
#include "tests/cache/redis_stand.h"

#include <QDir>
#include <QProcess>

#include <atomic>
#include <mutex>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast;
using namespace holdfast::test;

/// The shared cache while Redis is killed, paused, restored from an old copy, or never lets us in.
class TestRedisFaults : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] RedisOptions server() const { return optionsFor(m_url, m_shop); }
    bool start(RedisServer::Keeps keeps)
    {
        m_redis = std::make_unique<RedisServer>(keeps);
        m_shop = someId();
        const bool started = m_redis->start();
        m_url = m_redis->createDatabase();
        return started;
    }

    std::unique_ptr<RedisServer> m_redis;
    QString m_url;
    Uuid m_shop;

private Q_SLOTS:
    void cleanup() { m_redis.reset(); }
    void killedAndBack_data();
    void killedAndBack();
    void anOldCopyComesBack();
    void killedUnderLoad_data();
    void killedUnderLoad();
    void awayFromTheStart();
    void pausedItCostsATimeOutOnce();
    void pausedItDoesNotHoldUpTheEnd();
    void wrongPassword();
    void tooManyPendingWrites();
    void fullMemory();
    void announcementsAreHeard();
};

void TestRedisFaults::killedAndBack_data()
{
    QTest::addColumn<bool>("keeps");
    QTest::newRow("it comes back empty") << false;
    QTest::newRow("it comes back as it was") << true;
}

void TestRedisFaults::killedAndBack()
{
    QFETCH(const bool, keeps);
    QVERIFY(start(keeps ? RedisServer::Keeps::EveryWrite : RedisServer::Keeps::Nothing));
    RedisCache a(server());
    QVERIFY(awaitUsable(a));
    RedisCache b(server());
    QVERIFY(awaitUsable(b));
    RedisCache::Source source(a);
    QVERIFY(fillAndWait(a, productView(7, 1, 1), a.find({7}).token));
    QVERIFY(fillAndWait(a, productView(8, 1, 1), a.find({8}).token));
    m_redis->killHard();
    const ProductView missed = productView(7, 1, 2);
    source.put(std::span(&missed, 1)); // Redis will not learn of it
    QVERIFY(!a.find({7}).view);
    QTRY_VERIFY(!a.usable() && !b.usable());
    const auto before = std::chrono::steady_clock::now();
    for (int index = 0; index < 1000; ++index) {
        QVERIFY(!a.find({8}).view);
    }
    QVERIFY(elapsedMs(before) < 1000); // nobody waits for what is away
    QVERIFY2(m_redis->start(), m_redis->problem());
    QVERIFY(awaitUsable(a));
    QVERIFY(awaitUsable(b));
    QVERIFY(!b.find({7}).view);
    QVERIFY(!a.find({7}).view);
    QVERIFY(fillAndWait(b, productView(7, 1, 2), b.find({7}).token));
    QCOMPARE(stockVersionOf(a.find({7})), 2);
    QVERIFY(a.counters().reconnects > 0);
    QVERIFY(a.counters().droppedWrites > 0);
    QVERIFY(a.counters().epochRaises > 1);
    QVERIFY(a.counters().errors > 0);
}

/// The newest value was written and answered, nothing was dropped; but Redis comes back without it.
void TestRedisFaults::anOldCopyComesBack()
{
    QVERIFY(start(RedisServer::Keeps::EveryWrite));
    const QString files = m_redis->folder() + u"/appendonlydir"_s;
    const auto copy = [](const QString& from, const QString& to) {
        QDir(to).removeRecursively();
        return QProcess::execute(u"cp"_s, {u"-a"_s, from, to}) == 0;
    };
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    QVERIFY(putAndWait(cache, source, productView(7, 1, 1)));
    QCOMPARE(stockVersionOf(cache.find({7})), 1);
    const Admin admin(m_url, m_shop);
    const std::string epoch = admin.epoch();
    QVERIFY(copy(files, m_redis->folder() + u"/copy"_s));
    QVERIFY(putAndWait(cache, source, productView(7, 1, 2)));
    QCOMPARE(cache.counters().droppedWrites.load(), 0U);
    m_redis->killHard();
    QVERIFY(copy(m_redis->folder() + u"/copy"_s, files));
    QVERIFY2(m_redis->start(), m_redis->problem());
    // Whenever somebody asks, he does not get the old value, though it lies there.
    const bool asked = QTest::qWaitFor(
        [&] {
            const RedisCache::Found found = cache.find({7});
            return found.view || !found.token.epoch.empty();
        },
        15000);
    QVERIFY(asked);
    QVERIFY(!cache.find({7}).view);
    QVERIFY(admin.get(admin.keys().value({7})).starts_with(epoch));
    QVERIFY(admin.epoch() != epoch);
}

void TestRedisFaults::killedUnderLoad_data()
{
    killedAndBack_data();
}

/// Servers sell and read while Redis dies and comes back: never less than a server has put itself,
/// and in the end nobody finds anything but the newest.
void TestRedisFaults::killedUnderLoad()
{
    QFETCH(const bool, keeps);
    QVERIFY(start(keeps ? RedisServer::Keeps::EveryWrite : RedisServer::Keeps::Nothing));
    RedisCache a(server());
    RedisCache b(server());
    QVERIFY(awaitUsable(a));
    QVERIFY(awaitUsable(b));
    RacingShop shop(a, b);
    shop.begin();
    for (int round = 0; round < 5; ++round) {
        const std::uint64_t hits = a.counters().hits;
        QTRY_VERIFY_WITH_TIMEOUT(a.counters().hits > hits + 100, 20000); // it is in use (again)
        m_redis->killHard();
        QTRY_VERIFY(!a.usable() && !b.usable());
        QVERIFY2(m_redis->start(), m_redis->problem());
    }
    const std::uint64_t hits = b.counters().hits;
    QTRY_VERIFY_WITH_TIMEOUT(b.counters().hits > hits + 100, 20000);
    shop.end();
    QCOMPARE(shop.oldReads(), 0);
    QCOMPARE(shop.staleProducts(), QString());
}

void TestRedisFaults::awayFromTheStart()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    m_redis->killHard();
    RedisCache cache(server());
    RedisCache::Source source(cache);
    const ProductView view = productView(7, 1, 1);
    source.put(std::span(&view, 1));
    QVERIFY(!cache.find({7}).view);
    QTRY_VERIFY(cache.counters().errors > 1); // it goes on trying
    QVERIFY(!cache.trouble().empty());
    QVERIFY2(m_redis->start(), m_redis->problem());
    QVERIFY(awaitUsable(cache));
    QVERIFY(fillAndWait(cache, view, cache.find({7}).token));
    QVERIFY(cache.find({7}).view);
}

void TestRedisFaults::pausedItCostsATimeOutOnce()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    RedisOptions options = server();
    options.readTimeout = Duration{50};
    options.writeTimeout = Duration{300};
    options.retryPeriod = Duration::seconds(1);
    RedisCache cache(options);
    QVERIFY(awaitUsable(cache));
    QTRY_VERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
    QTRY_VERIFY(cache.find({7}).view);
    m_redis->pause();
    const auto before = std::chrono::steady_clock::now();
    for (int index = 0; index < 100; ++index) {
        QVERIFY(!cache.find({7}).view);
    }
    QVERIFY2(elapsedMs(before) < 1500, qPrintable(QString::number(elapsedMs(before))));
    QVERIFY(!cache.usable());
    QVERIFY(cache.counters().skipped >= 90);
    QVERIFY(!cache.trouble().empty());
    m_redis->resume();
    QVERIFY(awaitUsable(cache));
    QTRY_VERIFY(!cache.find({7}).token.epoch.empty());
}

void TestRedisFaults::pausedItDoesNotHoldUpTheEnd()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    RedisOptions options = server();
    options.writeTimeout = Duration{500};
    auto cache = std::make_unique<RedisCache>(options);
    auto listener =
        std::make_unique<RedisListener>(options, [](std::optional<std::int64_t> /*position*/) {});
    QVERIFY(awaitUsable(*cache));
    m_redis->pause();
    cache->announce(1);
    const auto before = std::chrono::steady_clock::now();
    listener.reset();
    cache.reset();
    QVERIFY(elapsedMs(before) < 3000);
}

void TestRedisFaults::wrongPassword()
{
    m_redis = std::make_unique<RedisServer>(RedisServer::Keeps::Nothing, "right");
    QVERIFY2(m_redis->start(), m_redis->problem());
    RedisOptions options = optionsFor(m_redis->createDatabase(), someId());
    options.url.password = "wrong-one";
    RedisCache cache(options);
    QTRY_VERIFY(cache.counters().errors > 1);
    QVERIFY(!cache.usable());
    QVERIFY(!cache.find({7}).view);
    QVERIFY2(cache.trouble().find("WRONGPASS") != std::string::npos, cache.trouble().c_str());
    QVERIFY(cache.trouble().find("wrong-one") == std::string::npos);
    options.url.password.clear();
    RedisCache without(options);
    QTRY_VERIFY(without.trouble().find("NOAUTH") != std::string::npos);
}

void TestRedisFaults::tooManyPendingWrites()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    RedisOptions options = server();
    options.pendingMax = 100;
    RedisCache cache(options);
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
    m_redis->pause();
    std::vector<ProductView> many;
    for (std::int64_t id = 1; id <= 50; ++id) {
        many.push_back(productView(id, 1, 2));
    }
    const auto before = std::chrono::steady_clock::now();
    for (std::int64_t round = 0; round < 10; ++round) {
        for (ProductView& view : many) {
            view.product.id.value += 50;
        }
        source.put(many);
    }
    QVERIFY(elapsedMs(before) < 1000); // who commits does not wait
    QVERIFY(cache.counters().droppedWrites > 0);
    QVERIFY(!cache.usable());
    m_redis->resume();
    QVERIFY(awaitUsable(cache));
    QVERIFY(!cache.find({7}).view); // for it could be one of those that were dropped
    QVERIFY(cache.counters().epochRaises > 1);
}

void TestRedisFaults::fullMemory()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    RedisCache cache(server());
    QVERIFY(awaitUsable(cache));
    RedisCache::Source source(cache);
    QVERIFY(fillAndWait(cache, productView(7, 1, 1), cache.find({7}).token));
    const Admin admin(m_url, m_shop);
    QVERIFY(admin.run({"CONFIG", "SET", "maxmemory", "1"})); // refuses what needs memory
    const ProductView newer = productView(7, 1, 2);
    source.put(std::span(&newer, 1));
    QTRY_VERIFY(!cache.usable());
    QTRY_VERIFY2(cache.trouble().find("OOM") != std::string::npos, cache.trouble().c_str());
    QVERIFY(!cache.find({7}).view);
    QVERIFY(admin.run({"CONFIG", "SET", "maxmemory", "0"}));
    QVERIFY(awaitUsable(cache));
    QVERIFY(!cache.find({7}).view);
}

void TestRedisFaults::announcementsAreHeard()
{
    QVERIFY(start(RedisServer::Keeps::Nothing));
    const RedisOptions mine = server();
    RedisCache a(mine);
    RedisCache b(server());
    RedisOptions foreign = server();
    foreign.shop = someId();
    RedisCache elsewhere(foreign);
    std::mutex mutex;
    std::vector<std::int64_t> heard;
    std::atomic<int> opened = 0;
    RedisListener listener(mine, [&](std::optional<std::int64_t> position) {
        const std::lock_guard lock(mutex);
        opened += !position;
        if (position) {
            heard.push_back(*position);
        }
    });
    const auto last = [&] {
        const std::lock_guard lock(mutex);
        return heard.empty() ? 0 : heard.back();
    };
    QTRY_VERIFY(listener.listening());
    QCOMPARE(opened.load(), 1);
    b.announce(41);
    QTRY_COMPARE(last(), 41);
    a.announce(42);
    elsewhere.announce(43);
    QTRY_COMPARE(listener.counters().own.load(), 1U);
    b.announce(44);
    QTRY_COMPARE(last(), 44);
    QCOMPARE(listener.counters().heard.load(), 2U);
    m_redis->killHard();
    QTRY_VERIFY(!listener.listening());
    b.announce(45); // kept until Redis is back; the newest alone
    b.announce(46);
    QVERIFY2(m_redis->start(), m_redis->problem());
    QTRY_VERIFY_WITH_TIMEOUT(opened.load() > 1, 15000);
    QTRY_VERIFY_WITH_TIMEOUT(b.usable(), 15000);
    b.announce(47);
    QTRY_COMPARE(last(), 47);
    QVERIFY(listener.counters().reconnects > 0);
}

QTEST_GUILESS_MAIN(TestRedisFaults)
#include "test_redis_faults.moc"
