#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/test_database.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QSet>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Two servers on one database, with and without Redis between them: one shop.
class SeveralServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void flashSaleOverBoth();
    void holdsExpireOnce();
    void oneEventOnBoth();
    void theFeedSkipsNothing();
    void whatOneHasAnsweredTheOtherKnowsSoon();
    void aTokenCountsOnBoth();
    void theDatabaseIsFoundAgain();
    void redisIsSharedAndMayDie();
    void cleanupTestCase();

private:
    using Pair = std::array<std::unique_ptr<ServerProcess>, 2>;

    [[nodiscard]] Shop shop(int i) const { return Shop(m_servers[std::size_t(i) % 2]->client()); }
    void restartBoth(const QStringList& arguments);
    [[nodiscard]] qint64 metric(int server, const QByteArray& name) const;

    Pair m_servers;
    RedisServer m_redis;
};

void SeveralServers::initTestCase()
{
    QVERIFY2(databaseServer() != nullptr, "SQLite has one server; set HOLDFAST_TEST_ENGINE");
    restartBoth({});
}

void SeveralServers::restartBoth(const QStringList& arguments)
{
    const QStringList all = arguments + QStringList{u"--demo"_s};
    std::unique_ptr<ServerProcess> first = m_servers[0]
                                               ? std::make_unique<ServerProcess>(*m_servers[0], all)
                                               : std::make_unique<ServerProcess>(all);
    auto second = std::make_unique<ServerProcess>(*first, all);
    m_servers = {std::move(first), std::move(second)};
    for (const auto& server : m_servers) {
        QVERIFY2(server->start(), server->standardError().constData());
    }
}

qint64 SeveralServers::metric(int server, const QByteArray& name) const
{
    const QByteArray text = m_servers[std::size_t(server)]->client().get("/metrics").body;
    const QRegularExpression line(u"^"_s + QString::fromLatin1(name) + u" (\\d+)$"_s,
                                  QRegularExpression::MultilineOption);
    return line.match(QString::fromUtf8(text)).captured(1).toLongLong();
}

void SeveralServers::flashSaleOverBoth()
{
    const qint64 product = shop(0).addProduct(100);
    std::atomic<int> held = 0;
    std::atomic<int> refused = 0;
    std::vector<std::unique_ptr<Shop>> shops(300);
    runTogether(
        300,
        [&](int i) {
            shops[std::size_t(i)] = std::make_unique<Shop>(m_servers[std::size_t(i) % 2]->client());
            shops[std::size_t(i)]->http().open();
        },
        [&](int i) {
            const HttpReply reply = shops[std::size_t(i)]->hold(product, 1);
            held += reply.status == 201 ? 1 : 0;
            refused += reply.code() == "insufficient_stock"_L1 ? 1 : 0;
        });
    QCOMPARE(held, 100);
    QCOMPARE(refused, 200);
    QTRY_COMPARE_WITH_TIMEOUT(shop(0).available(product), 0, 1'000);
    QTRY_COMPARE_WITH_TIMEOUT(shop(1).available(product), 0, 1'000);
}

void SeveralServers::holdsExpireOnce()
{
    constexpr int holds = 400;
    const qint64 before =
        metric(0, "holdfast_holds_expired_total") + metric(1, "holdfast_holds_expired_total");
    const qint64 product = shop(0).addProduct(holds);
    runTogether(8, [&](int i) {
        Shop own = shop(i);
        for (int n = 0; n < holds / 8; ++n) {
            own.hold(product, 1, {{u"ttl_seconds"_s, 1}});
        }
    });
    QTRY_COMPARE_WITH_TIMEOUT(shop(0).available(product), holds, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(shop(1).available(product), holds, 1'000);
    // Requests end overdue holds of what they touch as well; nobody touched this product.
    QCOMPARE(metric(0, "holdfast_holds_expired_total") + metric(1, "holdfast_holds_expired_total") -
                 before,
             holds);
}

void SeveralServers::oneEventOnBoth()
{
    const qint64 product = shop(0).addProduct(5);
    const QJsonObject order = shop(0).placeOrder(product, 2);
    const QJsonObject event{{u"event_id"_s, u"both-servers"_s},
                            {u"order_id"_s, order["id"_L1].toString()},
                            {u"status"_s, u"paid"_s}};
    std::atomic<int> applied = 0;
    std::atomic<int> repeated = 0;
    runTogether(40, [&](int i) {
        const HttpReply reply = shop(i).webhook(event);
        applied += reply.status == 200 && !reply.json()["duplicate"_L1].toBool() ? 1 : 0;
        repeated += reply.status == 200 && reply.json()["duplicate"_L1].toBool() ? 1 : 0;
    });
    QCOMPARE(applied, 1);
    QCOMPARE(repeated, 39);
    const QJsonObject sold = shop(1).product(product);
    QCOMPARE(sold["on_hand"_L1].toInt(), 3);
    QCOMPARE(sold["committed"_L1].toInt(), 0);
}

void SeveralServers::theFeedSkipsNothing()
{
    constexpr int writers = 6;
    constexpr int each = 60;
    const qint64 product = shop(0).addProduct(writers * each);
    const QByteArray start = m_servers[0]
                                 ->client()
                                 .get("/api/snapshot?limit=1")
                                 .json()["meta"_L1]
                                 .toObject()["changes_cursor"_L1]
                                 .toString()
                                 .toUtf8();
    std::array<QSet<QString>, 2> seen;
    std::array<QSet<QString>, writers> placed;
    runTogether(writers + 2, [&](int i) {
        if (i < writers) {
            Shop own = shop(i);
            for (int n = 0; n < each; ++n) {
                placed[std::size_t(i)].insert(own.hold(product, 1).data()["id"_L1].toString());
            }
            return;
        }
        HttpClient reader = m_servers[std::size_t(i) % 2]->client();
        QSet<QString>& holds = seen[std::size_t(i) % 2];
        QByteArray cursor = start;
        QElapsedTimer timer;
        timer.start();
        while (holds.size() < writers * each && timer.elapsed() < 30'000) {
            const HttpReply reply = reader.get("/api/changes?wait=2&cursor=" + cursor);
            cursor = reply.json()["meta"_L1].toObject()["next_cursor"_L1].toString().toUtf8();
            for (const QJsonValue& change : reply.list()) {
                if (change["kind"_L1] == u"hold"_s) {
                    holds.insert(change["id"_L1].toString());
                }
            }
        }
    });
    QSet<QString> all;
    for (const QSet<QString>& own : placed) {
        all += own;
    }
    QCOMPARE(all.size(), writers * each);
    QVERIFY2(seen[0].contains(all), QByteArray::number(seen[0].size()).constData());
    QVERIFY2(seen[1].contains(all), QByteArray::number(seen[1].size()).constData());
}

void SeveralServers::whatOneHasAnsweredTheOtherKnowsSoon()
{
    constexpr int rounds = 60;
    const qint64 product = shop(0).addProduct(rounds);
    std::array<Shop, 2> shops{shop(0), shop(1)};
    QTRY_COMPARE_WITH_TIMEOUT(shops[1].available(product), rounds, 1'000);
    std::vector<qint64> delays;
    for (int round = 1; round <= rounds; ++round) {
        Shop& seller = shops[std::size_t(round) % 2];
        Shop& other = shops[std::size_t(round + 1) % 2];
        CHECK_STATUS(seller.hold(product, 1), 201);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(seller.available(product), rounds - round); // its own, at once
        while (other.available(product) != rounds - round && timer.elapsed() < 5'000) {
        }
        delays.push_back(timer.elapsed());
    }
    std::sort(delays.begin(), delays.end());
    std::printf("the other server knows after %lld ms (median), %lld ms (longest of %d)\n",
                static_cast<long long>(delays[delays.size() / 2]),
                static_cast<long long>(delays.back()), rounds);
    QVERIFY2(delays.back() < 1'000, QByteArray::number(delays.back()).constData());
}

void SeveralServers::aTokenCountsOnBoth()
{
    HttpClient admin = m_servers[0]->client();
    const HttpReply made =
        admin.post("/api/tokens", {{u"name"_s, u"till"_s}, {u"role"_s, u"cashier"_s}});
    CHECK_STATUS(made, 201);
    HttpClient till = m_servers[1]->client();
    till.setToken(made.data()["token"_L1].toString().toUtf8());
    QTRY_COMPARE_WITH_TIMEOUT(till.get("/api/orders").status, 200, 1'000);
    const QByteArray id = QByteArray::number(made.data()["id"_L1].toInteger());
    CHECK_STATUS(admin.request("DELETE", "/api/tokens/" + id), 200);
    QTRY_COMPARE_WITH_TIMEOUT(till.get("/api/orders").status, 401, 1'000);
}

/// Each kind of reading by itself: none may need another one to connect anew first.
void SeveralServers::theDatabaseIsFoundAgain()
{
    const qint64 product = shop(0).addProduct(3);
    const std::array<QByteArray, 5> targets{
        "/readyz", "/api/products/" + QByteArray::number(product), "/api/payments/alerts",
        "/api/tokens", "/api/stock/movements"};
    for (const QByteArray& target : targets) {
        databaseServer()->killHard();
        QVERIFY2(databaseServer()->start(), databaseServer()->problem());
        for (const auto& server : m_servers) {
            HttpClient client = server->client();
            const auto steady = [&client, &target] {
                int good = 0;
                for (int i = 0; i < 8; ++i) {
                    good += client.get(target).status == 200 ? 1 : 0;
                }
                return good == 8;
            };
            QTRY_VERIFY2_WITH_TIMEOUT(steady(), target.constData(), 5'000);
            // The writer has a connection of its own, and a moment between two attempts to open it.
            Shop writing(server->client());
            QTRY_COMPARE_WITH_TIMEOUT(writing.move(product, u"receipt"_s, 1).status, 201, 5'000);
        }
    }
}

void SeveralServers::redisIsSharedAndMayDie()
{
    QVERIFY2(m_redis.start(), m_redis.problem());
    QList<qint64> products;
    for (int i = 0; i < 20; ++i) {
        products.append(shop(0).addProduct(400));
    }
    restartBoth({u"--redis"_s, m_redis.createDatabase()});
    for (int server : {0, 1}) {
        QTRY_COMPARE_WITH_TIMEOUT(metric(server, "holdfast_redis_usable"), 1, 5'000);
    }
    // What one has read from the database the other finds in Redis.
    for (const qint64 product : products) {
        QCOMPARE(shop(0).available(product), 400);
    }
    QTRY_COMPARE_WITH_TIMEOUT(metric(0, "holdfast_redis_fills_total"), products.size(), 5'000);
    for (const qint64 product : products) {
        QCOMPARE(shop(1).available(product), 400);
    }
    QCOMPARE(metric(1, "holdfast_redis_hits_total"), products.size());

    std::atomic<bool> over = false;
    std::atomic<int> wrong = 0;
    std::atomic<int> asked = 0;
    std::thread load([&] {
        runTogether(4, [&](int i) {
            Shop own = shop(i);
            const qint64 product = products[i];
            for (qint64 left = 400; left > 0 && !over; --left) {
                wrong += own.available(product) == left ? 0 : 1;
                wrong += own.hold(product, 1).status == 201 ? 0 : 1;
                ++asked;
            }
        });
    });
    const auto end = qScopeGuard([&] {
        over = true;
        load.join();
    });
    QTRY_VERIFY_WITH_TIMEOUT(asked > 40, 10'000);
    QVERIFY(asked < 1200);
    m_redis.killHard();
    const int atDeath = asked;
    QTRY_VERIFY_WITH_TIMEOUT(asked > atDeath + 100, 10'000);
    QVERIFY2(m_redis.start(), m_redis.problem());
    for (int server : {0, 1}) {
        QTRY_COMPARE_WITH_TIMEOUT(metric(server, "holdfast_redis_usable"), 1, 5'000);
    }
    QTRY_COMPARE_WITH_TIMEOUT(asked, 1600, 30'000);
    QCOMPARE(wrong, 0);
}

void SeveralServers::cleanupTestCase()
{
    const ProgramResult verified = m_servers[0]->tool({u"verify"_s});
    QVERIFY2(verified.exitCode == 0, QByteArray(verified.out + verified.err).constData());
}

QTEST_GUILESS_MAIN(SeveralServers)
#include "several_servers.moc"
