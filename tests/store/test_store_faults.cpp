#include "tests/ledger/story_shop.h"
#include "tests/store/shop_file.h"

#include <QFileInfo>
#include <QTest>

#include <atomic>
#include <csignal>
#include <sys/resource.h>
#include <thread>

using namespace holdfast;

namespace {

/// While it lives, no file of this process may grow beyond `bytes`: writes fail as on bad storage.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(qint64 bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit lower{.rlim_cur = static_cast<rlim_t>(bytes), .rlim_max = m_before.rlim_max};
        m_set = setrlimit(RLIMIT_FSIZE, &lower) == 0;
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

    [[nodiscard]] bool set() const { return m_set; }

private:
    rlimit m_before = {};
    bool m_set = false;
};

/// One command in a transaction of its own; "" when the store took it.
std::string decide(SqlLedgerStore& store, const std::string& sentence)
{
    const Instant now{1'800'000'000'000};
    const Envelope envelope{.command = commandOf(Sentence::parse(sentence)),
                            .caller = {.id = {1}, .role = Role::Manager, .name = "till 1"}};
    const std::span<const Envelope> batch(&envelope, 1);
    auto slice = store.begin(Ledger::touched(batch), now);
    if (!slice) {
        return "begin " + std::to_string(static_cast<int>(slice.error()));
    }
    static_cast<void>(Ledger(LedgerRules{}).apply(batch, *slice, now));
    const auto committed = store.commit(*slice, {}, now);
    return committed ? "" : "commit " + std::to_string(static_cast<int>(committed.error()));
}

std::string commitFault(StoreError error)
{
    return "commit " + std::to_string(static_cast<int>(error));
}

} // namespace

/// Storage that fails, and other processes at the same file.
class TestStoreFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void storageThatFailsInACommitLeavesItsOutcomeUnknown();
    void aFullDatabaseIsNotDamaged();
    void aForeignLockIsBusy();
    void whoeverWaitsIsLetIn();
    void foreignWritesAreNoticedOnce();
};

void TestStoreFaults::storageThatFailsInACommitLeavesItsOutcomeUnknown()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QCOMPARE(decide(*store, "product stock=5"), std::string());
    {
        const QFileInfo log(QString::fromStdString(shop.path("shop.db-wal")));
        const FileSizeLimit limit(log.size());
        QVERIFY(limit.set());
        QCOMPARE(decide(*store, "place a 1x1"), commitFault(StoreError::OutcomeUnknown));
    }
    QCOMPARE(decide(*store, "place b 1x1"), std::string());
    QCOMPARE(shop.difference(), std::string());
    const auto reader = shop.openReader();
    QCOMPARE(numberOf(*reader, "SELECT held FROM stock"), 1);
}

void TestStoreFaults::aFullDatabaseIsNotDamaged()
{
    const ShopFile shop;
    auto connection = shop.openWriter();
    const std::int64_t pages = numberOf(*connection, "PRAGMA page_count");
    QVERIFY(connection->execute("PRAGMA max_page_count = " + std::to_string(pages + 4)));
    auto lock = sql::WriteLock::open(shop.url());
    QVERIFY(lock.has_value());
    SqlLedgerStore store(std::move(connection), std::move(*lock));
    std::string said;
    for (int number = 0; number < 500 && said.empty(); ++number) {
        said = decide(store, "product sku=S" + std::to_string(number));
    }
    QCOMPARE(said, commitFault(StoreError::Full));
    QVERIFY(!store.lastFailure().empty());
    QCOMPARE(shop.difference(), std::string());
}

void TestStoreFaults::aForeignLockIsBusy()
{
    const ShopFile shop;
    auto connection = shop.openWriter();
    QVERIFY(connection->execute("PRAGMA busy_timeout = 1"));
    auto lock = sql::WriteLock::open(shop.url());
    QVERIFY(lock.has_value());
    SqlLedgerStore store(std::move(connection), std::move(*lock));
    const auto stranger = shop.openWriter(); // a tool that knows nothing of our lock file
    QVERIFY(stranger->execute("BEGIN IMMEDIATE"));
    const auto opened = store.open();
    QVERIFY(!opened && opened.error() == StoreError::Busy);
    QVERIFY(stranger->execute("ROLLBACK"));
    QVERIFY(store.open().has_value());
    store.rollback();
}

void TestStoreFaults::whoeverWaitsIsLetIn()
{
    const ShopFile shop;
    const auto one = shop.openStore();
    QCOMPARE(decide(*one, "product stock=5"), std::string());
    QVERIFY(one->open().has_value());
    std::atomic<bool> entered{false};
    std::string said = "nothing";
    std::thread other([&] {
        const auto two = shop.openStore();
        const auto opened = two->open();
        entered = true;
        two->rollback();
        said = opened ? decide(*two, "place a 1x1") : "not opened";
    });
    // It cannot be seen waiting; that it has not entered while the first one is in must hold.
    for (int look = 0; look < 1'000; ++look) {
        QVERIFY(!entered);
        std::this_thread::yield();
    }
    one->rollback();
    other.join();
    QVERIFY(entered);
    QCOMPARE(said, std::string());
}

void TestStoreFaults::foreignWritesAreNoticedOnce()
{
    const ShopFile shop;
    const auto one = shop.openStore();
    const auto two = shop.openStore();
    QCOMPARE(decide(*one, "product stock=5"), std::string());
    QVERIFY(!one->takeForeignWrites());
    QCOMPARE(decide(*one, "place a 1x1"), std::string());
    QVERIFY(!one->takeForeignWrites()); // its own
    QCOMPARE(decide(*two, "place b 1x1"), std::string());
    QVERIFY(!two->takeForeignWrites()); // knew nothing before
    QCOMPARE(decide(*one, "place c 1x1"), std::string());
    QVERIFY(one->takeForeignWrites());
    QVERIFY(!one->takeForeignWrites());
    QCOMPARE(shop.difference(), std::string());
}

QTEST_GUILESS_MAIN(TestStoreFaults)
#include "test_store_faults.moc"
