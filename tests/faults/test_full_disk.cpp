#include "tests/e2e/checks.h"
#include "tests/faults/small_disk.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QCoreApplication>
#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

using namespace holdfast::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 diskBytes = 48LL * 1024 * 1024;
constexpr int sellerCount = 4;
constexpr int patience = 60'000; // ms

/// The real server with its database on a disk that can be filled.
class SmallShop
{
public:
    SmallShop() : m_disk(diskBytes), m_server(u"holdfast-server"_s) {}

    [[nodiscard]] bool start()
    {
        return m_disk.mounted() &&
               m_server.launch({u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s, u"--database"_s, url(),
                                u"--admin-token"_s, u"secret"_s, u"--hold-seconds"_s, u"3600"_s});
    }

    [[nodiscard]] HttpClient client() const
    {
        HttpClient client(m_server.port());
        client.setToken("secret");
        return client;
    }

    [[nodiscard]] ProgramResult verify() const
    {
        return runProgram(programPath(u"holdfast-server"_s), {u"verify"_s, u"--database"_s, url()},
                          std::chrono::seconds(60));
    }

    [[nodiscard]] SmallDisk& disk() { return m_disk; }
    [[nodiscard]] RunningProgram& server() { return m_server; }

private:
    [[nodiscard]] QString url() const { return u"sqlite:"_s + m_disk.path(u"shop.db"_s); }

    SmallDisk m_disk;
    RunningProgram m_server;
};

/// Sellers that each hold one unit after the other, and repeat a request with its key until it is
/// answered, reading meanwhile.
class Sellers
{
public:
    Sellers(const SmallShop& shop, qint64 product)
    {
        for (int number = 0; number < sellerCount; ++number) {
            m_threads.emplace_back([this, &shop, product] { sell(shop.client(), product); });
        }
    }
    ~Sellers()
    {
        complain("given up"); // after a failure there may be no answer to wait for
        stop();
    }
    Sellers(const Sellers&) = delete;
    Sellers& operator=(const Sellers&) = delete;

    /// Each finishes the request that it has in hand.
    void stop()
    {
        m_stopped = true;
        for (std::thread& thread : m_threads) {
            thread.join();
        }
        m_threads.clear();
    }

    std::atomic<int> sold{0};
    std::atomic<int> turnedAway{0}; ///< 503 with database_full
    std::atomic<int> reads{0};      ///< while there was no space

    [[nodiscard]] QByteArray fault() const
    {
        const std::lock_guard guard(m_mutex);
        return m_fault;
    }

private:
    void sell(HttpClient client, qint64 product)
    {
        Shop shop(std::move(client));
        while (!m_stopped && fault().isEmpty()) {
            const QJsonObject id{{u"id"_s, newUuid()}};
            const HeaderList key{{"Idempotency-Key", newUuid().toLatin1()}};
            while (!isAnswered(shop, shop.hold(product, 1, id, key), product) &&
                   fault().isEmpty()) {
            }
        }
    }

    bool isAnswered(Shop& shop, const HttpReply& reply, qint64 product)
    {
        if (reply.status == 201) {
            ++sold;
            return true;
        }
        const QByteArray wrong = problemFault(reply, 503, "database_full");
        if (!wrong.isEmpty() || !reply.hasHeader("retry-after")) {
            complain("not a clear 503: " + reply.summary() + wrong);
        }
        ++turnedAway;
        const HttpReply goods = shop.http().get("/api/products/" + QByteArray::number(product));
        const HttpReply holds = shop.http().get("/api/holds?limit=3");
        if (goods.status != 200 || holds.status != 200) {
            complain("cannot be read: " + goods.summary() + holds.summary());
        }
        ++reads;
        return false;
    }

    void complain(const QByteArray& fault)
    {
        const std::lock_guard guard(m_mutex);
        m_fault += fault + '\n';
    }

    std::atomic<bool> m_stopped{false};
    mutable std::mutex m_mutex;
    QByteArray m_fault;
    std::vector<std::thread> m_threads;
};

QString readiness(HttpClient& client)
{
    const HttpReply reply = client.get("/readyz");
    return QString::number(reply.status) + u' ' + reply.json().value(u"status"_s).toString();
}

} // namespace

/// A disk that is full is no reason to lose anything, or to be started again.
class TestFullDisk : public QObject
{
    Q_OBJECT

public:
    explicit TestFullDisk(bool ownMounts) : m_ownMounts(ownMounts) {}

private Q_SLOTS:
    void initTestCase();
    void sellingGoesOnWhenThereIsRoomAgain();
    void roomIsNoticedWithoutASale();

private:
    bool m_ownMounts;
};

void TestFullDisk::initTestCase()
{
    if (!m_ownMounts) {
        QSKIP("this system lets nobody mount a small disk: needs root or user namespaces");
    }
}

void TestFullDisk::sellingGoesOnWhenThereIsRoomAgain()
{
    SmallShop small;
    QVERIFY(small.start());
    Shop shop(small.client());
    const qint64 product = shop.addProduct(1'000'000);
    QVERIFY(product > 0);
    Sellers sellers(small, product);
    QTRY_VERIFY_WITH_TIMEOUT(sellers.sold >= 200, patience);
    for (int round = 1; round <= 2; ++round) {
        QVERIFY(small.disk().fill());
        const int before = sellers.turnedAway;
        QTRY_VERIFY_WITH_TIMEOUT(sellers.turnedAway >= before + 100, patience);
        QCOMPARE(readiness(shop.http()), u"503 database full"_s);
        small.disk().makeRoom();
        const int sold = sellers.sold;
        QTRY_VERIFY_WITH_TIMEOUT(sellers.sold >= sold + 100 * round, patience);
        QTRY_COMPARE_WITH_TIMEOUT(readiness(shop.http()), u"200 ready"_s, patience);
    }
    sellers.stop();
    QCOMPARE(sellers.fault(), QByteArray());
    QCOMPARE(sellers.reads.load(), sellers.turnedAway.load());
    const int held = shop.product(product).value(u"held"_s).toInt();
    QCOMPARE(held, sellers.sold.load());
    small.server().killHard();
    QCOMPARE(small.verify().exitCode, 0);
    QVERIFY(small.start());
    Shop again(small.client());
    QCOMPARE(again.product(product).value(u"held"_s).toInt(), held);
}

void TestFullDisk::roomIsNoticedWithoutASale()
{
    SmallShop small;
    QVERIFY(small.start());
    Shop shop(small.client());
    const qint64 product = shop.addProduct(10);
    QCOMPARE(readiness(shop.http()), u"200 ready"_s);
    QVERIFY(small.disk().fill());
    CHECK_PROBLEM(shop.hold(product, 1), 503, "database_full");
    QCOMPARE(readiness(shop.http()), u"503 database full"_s);
    CHECK_STATUS(shop.http().get("/healthz"), 200);
    small.disk().makeRoom();
    QTRY_COMPARE_WITH_TIMEOUT(readiness(shop.http()), u"200 ready"_s, patience);
    CHECK_STATUS(shop.hold(product, 10), 201);
    QCOMPARE(small.server().stop(), 0);
    QCOMPARE(small.verify().exitCode, 0);
}

int main(int argc, char** argv)
{
    const bool ownMounts = enterOwnMounts();
    const QCoreApplication application(argc, argv);
    TestFullDisk test(ownMounts);
    return QTest::qExec(&test, argc, argv);
}

#include "test_full_disk.moc"
