#include "server/store/queries.h"
#include "server/store/schema.h"
#include "server/store/verify.h"
#include "shared/sql/migrations.h"
#include "tests/store/shop_file.h"
#include "tests/support/engines.h"

#include <QFile>
#include <QTest>

#include <atomic>
#include <map>
#include <thread>

using namespace holdfast;

namespace {

/// A database as that version of the program left it, with something in every table.
QString fixture(int version)
{
    return qEnvironmentVariable("HOLDFAST_SOURCE") +
           QStringLiteral("/tests/data/schema-%1.db").arg(version);
}

/// "" or why not.
std::string migrated(const sql::DatabaseUrl& url)
{
    const auto lock = sql::WriteLock::open(url);
    const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
    if (!lock || !connection) {
        return lock ? connection.error() : lock.error();
    }
    const auto done = sql::migrate(**connection, **lock, schemaMigrations());
    return done ? "" : done.error();
}

} // namespace

/// Databases go forward from every version that has landed, on every engine, whoever starts first.
class TestMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyOldVersion_data();
    void everyOldVersion();
    void serversThatStartAtOnce_data();
    void serversThatStartAtOnce();
    void whatWasBrokenOffGoesOn();
    void aNewerOneIsRefused_data();
    void aNewerOneIsRefused();

private:
    [[nodiscard]] sql::DatabaseUrl freshDatabase(const QString& engine);
    void addEngines();

    std::map<QString, std::unique_ptr<test::DatabaseServer>> m_servers;
};

void TestMigrations::initTestCase()
{
    m_servers.emplace(QStringLiteral("PostgreSQL"), std::make_unique<test::PostgresServer>());
    m_servers.emplace(QStringLiteral("MariaDB"), std::make_unique<test::MariaDbServer>());
    for (auto& [name, server] : m_servers) {
        QVERIFY2(server->start(), server->problem());
    }
}

sql::DatabaseUrl TestMigrations::freshDatabase(const QString& engine)
{
    const auto url = sql::DatabaseUrl::parse(m_servers.at(engine)->createDatabase().toStdString());
    return url.value_or(sql::DatabaseUrl{});
}

void TestMigrations::addEngines()
{
    QTest::addColumn<QString>("engine");
    for (const auto& [name, server] : m_servers) {
        QTest::addRow("%s", qPrintable(name)) << name;
    }
}

void TestMigrations::everyOldVersion_data()
{
    QTest::addColumn<int>("version");
    // MariaDB and PostgreSQL came with version 2.
    for (int version = 1; version < schemaMigrations().back().version; ++version) {
        QTest::addRow("%d", version) << version;
    }
}

void TestMigrations::everyOldVersion()
{
    QFETCH(int, version);
    const ShopFolder folder;
    const std::string path = folder.path();
    QVERIFY(QFile::copy(fixture(version), QString::fromStdString(path)));
    QVERIFY(
        QFile::setPermissions(QString::fromStdString(path), QFile::ReadOwner | QFile::WriteOwner));
    const sql::DatabaseUrl url{.path = path};
    const auto before = sql::Connection::open(url, sql::Access::ReadOnly);
    QCOMPARE(sql::schemaVersion(**before), version);
    const std::int64_t answers = numberOf(**before, "SELECT COUNT(*) FROM answers");
    QVERIFY(answers > 5);

    const ShopDatabase shop(url);
    QCOMPARE(shop.difference(), std::string());
    const auto reader = shop.openReader();
    QCOMPARE(sql::schemaVersion(*reader), schemaMigrations().back().version);
    QCOMPARE(numberOf(*reader, "SELECT COUNT(*) FROM answers"), answers);
    QCOMPARE(numberOf(*reader, "SELECT COUNT(*) FROM shop"), 1);
    for (const char* table : {"products", "holds", "orders", "payments", "refunds", "tokens",
                              "payment_events", "stock_movements"}) {
        QVERIFY2(numberOf(*reader, std::string("SELECT COUNT(*) FROM ") + table) > 0, table);
    }
    const auto found = ProductQueries(*reader).list({.search = "coles"}, {});
    QVERIFY(found && found->items.size() == 1);
    // And it can be sold from.
    const auto store = shop.openStore();
    auto slice = store->begin({.overdueHoldsMax = 10, .overdueOrdersMax = 10, .counters = true},
                              {4'000'000'000'000});
    QVERIFY2(slice.has_value(), store->lastFailure().c_str());
    QVERIFY(!slice->overdueHolds.empty());
}

void TestMigrations::serversThatStartAtOnce_data()
{
    addEngines();
}

void TestMigrations::serversThatStartAtOnce()
{
    QFETCH(QString, engine);
    const sql::DatabaseUrl url = freshDatabase(engine);
    std::array<std::string, 6> wrong;
    std::atomic<int> ready = 0;
    std::vector<std::thread> threads;
    for (std::string& each : wrong) {
        threads.emplace_back([&] {
            ++ready;
            while (ready < int(wrong.size())) {
                std::this_thread::yield();
            }
            each = migrated(url);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::string& each : wrong) {
        QCOMPARE(each, std::string());
    }
    const ShopDatabase shop(url);
    QCOMPARE(shop.difference(), std::string());
    QCOMPARE(numberOf(*shop.openReader(), "SELECT COUNT(*) FROM shop"), 1);
    QCOMPARE(numberOf(*shop.openReader(), "SELECT COUNT(*) FROM schema_migrations"),
             static_cast<std::int64_t>(schemaMigrations().size()));
}

/// MariaDB commits each statement of a schema by itself.
void TestMigrations::whatWasBrokenOffGoesOn()
{
    const sql::DatabaseUrl url = freshDatabase(QStringLiteral("MariaDB"));
    QCOMPARE(migrated(url), std::string());
    {
        const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
        for (const char* lost : {"DROP TABLE shop", "DROP TABLE product_words", "DROP TABLE tokens",
                                 "DELETE FROM schema_migrations"}) {
            QVERIFY2((*connection)->execute(lost), (*connection)->errorText().c_str());
        }
    }
    QCOMPARE(migrated(url), std::string());
    QCOMPARE(ShopDatabase(url).difference(), std::string());
}

void TestMigrations::aNewerOneIsRefused_data()
{
    addEngines();
}

void TestMigrations::aNewerOneIsRefused()
{
    QFETCH(QString, engine);
    const sql::DatabaseUrl url = freshDatabase(engine);
    QCOMPARE(migrated(url), std::string());
    const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
    QVERIFY((*connection)->execute("INSERT INTO schema_migrations(version) VALUES (999)"));
    QVERIFY2(migrated(url).find("999") != std::string::npos, migrated(url).c_str());
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "test_migrations.moc"
