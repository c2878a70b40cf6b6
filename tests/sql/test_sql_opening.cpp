#include "shared/sql/connection.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace holdfast;
using namespace holdfast::sql;

class TestSqlOpening : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void urls();
    void wrongUrls();
    void whatCannotBeOpened();
};

void TestSqlOpening::urls()
{
    QCOMPARE(DatabaseUrl::parse("sqlite:shop.db")->path, std::string("shop.db"));
    QCOMPARE(DatabaseUrl::parse("sqlite:/var/a:b?c.db")->path, std::string("/var/a:b?c.db"));
    const auto shop = DatabaseUrl::parse("postgresql://till%40home:p%3Aw%2F@db.example:5433/shop");
    QVERIFY(shop.has_value());
    QCOMPARE(shop->engine, Engine::PostgreSql);
    QCOMPARE(shop->path, std::string("shop"));
    QCOMPARE(shop->host, std::string("db.example"));
    QCOMPARE(int{shop->port}, 5433);
    QCOMPARE(shop->user, std::string("till@home"));
    QCOMPARE(shop->password, std::string("p:w/"));
    QVERIFY(shop->shown().find("p:w/") == std::string::npos);
    QCOMPARE(DatabaseUrl::parse("postgresql://u@/shop?host=/run/db")->host, std::string("/run/db"));
    const auto local = DatabaseUrl::parse("mariadb://u:p@localhost/shop?socket=/run/db.sock");
    QCOMPARE(local->engine, Engine::MariaDb);
    QCOMPARE(local->socket, std::string("/run/db.sock"));
    QCOMPARE(int{local->port}, 0);
}

void TestSqlOpening::wrongUrls()
{
    for (const char* wrong :
         {"", "sqlite:", "shop.db", "mysql://x", "SQLITE:a", "postgresql://u:hush@host",
          "postgresql://u:hush@host/", "postgresql://u:hush@host:99999/shop",
          "postgresql://u:hush@host/a/b", "mariadb://u:hush@host/shop?ssl=0",
          "mariadb://u:hush@host/shop?host=x", "postgresql://u:hush@ho st/shop"}) {
        const auto refused = DatabaseUrl::parse(wrong);
        QVERIFY2(!refused, wrong);
        QVERIFY2(refused.error().find("hush") == std::string::npos, "a password in an error");
    }
}

void TestSqlOpening::whatCannotBeOpened()
{
    const QTemporaryDir folder;
    const std::string inside = folder.filePath(QStringLiteral("none/shop.db")).toStdString();
    const auto missing = Connection::open({Engine::Sqlite, inside}, Access::ReadWrite);
    QVERIFY(!missing);
    QVERIFY(missing.error().find(inside) != std::string::npos);
    const auto unmade = folder.filePath(QStringLiteral("shop.db"));
    QVERIFY(!Connection::open({Engine::Sqlite, unmade.toStdString()}, Access::ReadOnly));
    QVERIFY(!QFile::exists(unmade)); // a reader makes no database

    QFile text(folder.filePath(QStringLiteral("text.db")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray(4'096, 'x'));
    text.close();
    QVERIFY(!Connection::open({Engine::Sqlite, text.fileName().toStdString()}, Access::ReadWrite));
}

QTEST_GUILESS_MAIN(TestSqlOpening)
#include "test_sql_opening.moc"
