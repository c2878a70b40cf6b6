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

/// The version that put a key's scope behind it.
constexpr int keysBeforeScopes = 4;

std::vector<QByteArray> claimsOf(sql::Connection& connection)
{
    std::vector<QByteArray> claims;
    connection.statement("SELECT claim FROM answers ORDER BY number")
        .each([&claims](const sql::Statement& row) { claims.push_back(row.bytes(0)); });
    return claims;
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
    void oldKeysAreFound_data();
    void oldKeysAreFound();
    void anOlderServerDecidesNothingMore_data();
    void anOlderServerDecidesNothingMore();
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
    const std::vector<QByteArray> claims = claimsOf(**before);
    QVERIFY(claims.size() > 5);

    const ShopDatabase shop(url);
    QCOMPARE(shop.difference(), std::string());
    const auto reader = shop.openReader();
    QCOMPARE(sql::schemaVersion(*reader), schemaMigrations().back().version);
    const std::vector<QByteArray> turned = claimsOf(*reader);
    QCOMPARE(turned.size(), claims.size());
    for (std::size_t at = 0; at < claims.size(); ++at) {
        const bool isOld = version < keysBeforeScopes;
        QCOMPARE(turned[at], isOld ? claims[at].mid(8) + claims[at].left(8) : claims[at]);
    }
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

void TestMigrations::oldKeysAreFound_data()
{
    addEngines();
}

void TestMigrations::oldKeysAreFound()
{
    QFETCH(QString, engine);
    const sql::DatabaseUrl url = freshDatabase(engine);
    {
        const auto lock = sql::WriteLock::open(url);
        const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
        QVERIFY(sql::migrate(**connection, **lock, schemaMigrations().first(keysBeforeScopes - 1)));
        (*connection)
            ->statement("INSERT INTO answers(claim, hash, status, body, at) VALUES (?, ?, ?, ?, ?)")
            .bindBytes(std::string_view("\0\0\0\0\0\0\1\2a key", 13))
            .bindBytes(std::string(32, 'h'))
            .bind(201)
            .bindBytes("{}")
            .bind(0)
            .run();
        QCOMPARE((*connection)->errorText(), std::string());
    }
    const ShopDatabase shop(url);
    const AnswerKey key{AnswerKey::Kind::Header, {0x102}, "a key"};
    const auto store = shop.openStore();
    const auto slice = store->begin({.answers = {key}}, {0});
    QVERIFY2(slice.has_value(), store->lastFailure().c_str());
    QCOMPARE(slice->answers.at(key).answer.status, 201);
}

void TestMigrations::anOlderServerDecidesNothingMore_data()
{
    addEngines();
}

void TestMigrations::anOlderServerDecidesNothingMore()
{
    QFETCH(QString, engine);
    const sql::DatabaseUrl url = freshDatabase(engine);
    const ShopDatabase shop(url);
    const auto store = shop.openStore();
    QVERIFY(store->begin({}, {0}).has_value());
    store->rollback();
    const auto newer = sql::Connection::open(url, sql::Access::ReadWrite);
    QVERIFY((*newer)->execute("INSERT INTO schema_migrations(version) VALUES (999)"));
    const auto slice = store->begin({}, {0});
    QVERIFY(!slice.has_value());
    QVERIFY(slice.error() == StoreError::Unavailable);
    QVERIFY2(store->lastFailure().find("999") != std::string::npos, store->lastFailure().c_str());
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
