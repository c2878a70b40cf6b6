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
    void whatCannotBeOpened();
};

void TestSqlOpening::urls()
{
    QCOMPARE(DatabaseUrl::parse("sqlite:shop.db")->path, std::string("shop.db"));
    QCOMPARE(DatabaseUrl::parse("sqlite:/var/a:b?c.db")->path, std::string("/var/a:b?c.db"));
    for (const char* wrong : {"", "sqlite:", "shop.db", "mysql://x", "SQLITE:a"}) {
        QVERIFY2(!DatabaseUrl::parse(wrong), wrong);
    }
    const auto later = DatabaseUrl::parse("postgresql://shop:hush@127.0.0.1/shop");
    QVERIFY(!later);
    QVERIFY2(later.error().find("hush") == std::string::npos, "a password in an error");
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
