#include "tests/ledger/story.h"
#include "tests/store/shop_file.h"
#include "tests/support/engines.h"

#include <QTest>

using namespace holdfast;

namespace {

using ServerPtr = std::unique_ptr<test::DatabaseServer>;

} // namespace

/// The ledger's stories once more, told to real database servers: every answer is the same as in
/// SQLite and in memory, and every table agrees with the journal afterwards.
class TestStoreEngines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void stories_data();
    void stories();

private:
    std::map<QString, ServerPtr> m_servers;
    std::map<QString, std::unique_ptr<ShopDatabase>> m_shops;
};

void TestStoreEngines::initTestCase()
{
    m_servers.emplace(QStringLiteral("PostgreSQL"), std::make_unique<test::PostgresServer>());
    m_servers.emplace(QStringLiteral("MariaDB"), std::make_unique<test::MariaDbServer>());
    for (auto& [name, server] : m_servers) {
        QVERIFY2(server->start(), server->problem());
        const auto url = sql::DatabaseUrl::parse(server->createDatabase().toStdString());
        QVERIFY2(url.has_value(), server->problem());
        m_shops.emplace(name, std::make_unique<ShopDatabase>(*url));
    }
}

void TestStoreEngines::stories_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("file");
    for (const auto& [name, shop] : m_shops) {
        for (const std::string& file : storyFiles()) {
            QTest::addRow("%s %s", qPrintable(name), file.c_str())
                << name << QString::fromStdString(file);
        }
    }
}

void TestStoreEngines::stories()
{
    QFETCH(QString, engine);
    QFETCH(QString, file);
    const ShopDatabase& shop = *m_shops.at(engine);
    const auto store = shop.openStore();
    for (const Story& story : readStories(file.toStdString())) {
        shop.empty();
        store->rollback();
        const std::string wrong = tell(story, *store);
        QVERIFY2(wrong.empty(), (story.title + '\n' + wrong + store->lastFailure()).c_str());
        const std::string difference = shop.difference();
        QVERIFY2(difference.empty(), (story.title + ": " + difference).c_str());
    }
}

QTEST_GUILESS_MAIN(TestStoreEngines)
#include "test_store_engines.moc"
