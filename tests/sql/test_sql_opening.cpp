#include "shared/sql/connection.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace holdfast;
using namespace holdfast::sql;

class TestSqlOpening : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void urls();
    void wrongUrls();
    void noFormShowsThePassword();
    void noOddTextShowsThePassword();
    void whatCannotBeOpened();
    void onlyTheSchemaMayTakeLong();
};

namespace {

/// All that is ever said of a text that was given as a database.
std::string allSaid(const std::string& text)
{
    const auto url = DatabaseUrl::parse(text);
    return url ? url->shown() + '\n' + url->masked() : url.error();
}

} // namespace

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

void TestSqlOpening::noFormShowsThePassword()
{
    const auto maskedOf = [](const char* text) {
        const auto url = DatabaseUrl::parse(text);
        return url ? url->masked() : std::string("refused");
    };
    QCOMPARE(maskedOf("sqlite:shop.db"), std::string("sqlite:shop.db"));
    QCOMPARE(maskedOf("postgresql://shop:hush@db.example:5433/shop"),
             std::string("postgresql://shop:***@db.example:5433/shop"));
    QCOMPARE(maskedOf("postgresql://shop@/shop?host=/run/db"),
             std::string("postgresql://shop@/shop?host=/run/db"));
    QCOMPARE(maskedOf("mariadb://u:hush@localhost/shop?socket=/run/db.sock"),
             std::string("mariadb://u:***@localhost/shop?socket=/run/db.sock"));
    QCOMPARE(maskedOf("mariadb://u%3Ahush@db/shop"), std::string("mariadb://***@db/shop"));
    QCOMPARE(maskedOf("postgresql://:hush@db/shop"), std::string("postgresql://:***@db/shop"));
    for (const char* odd :
         {"postgresql://u:hu/sh@host/db", "postgresql://u:1/hush@host", "mariadb://u:1/hush@host",
          "postgresql://u:1/db?host=hush@host", "postgresql://u:hush@host/db?password=hush",
          "postgresql://u:hush@/db", "postgresql://u:a#hush@host/db", "mariadb://u:hush%40@host/db",
          "mariadb://u:a?hush@host/db", "mysql://u:hush@host/db", "postgresql:u:hush@host/db"}) {
        QVERIFY2(allSaid(odd).find("hush") == std::string::npos, odd);
    }
}

/// Whatever stands around the password and before the host.
void TestSqlOpening::noOddTextShowsThePassword()
{
    static constexpr std::string_view pieces = "aZ19:/?#[]@%&=+ ;'\"\\-._~";
    std::minstd_rand random(7);
    const auto piece = [&random](std::size_t longest) {
        std::string text;
        for (std::size_t left = random() % (longest + 1); left > 0; --left) {
            text += pieces[random() % pieces.size()];
        }
        return text;
    };
    int understood = 0;
    for (int round = 0; round < 50'000; ++round) {
        const std::string text = (random() % 2 == 0 ? "postgresql://" : "mariadb://") + piece(2) +
                                 ':' + piece(3) + "hush" + piece(3) + '@' + piece(2) + "h" +
                                 (random() % 2 == 0 ? "/db" : piece(2));
        understood += DatabaseUrl::parse(text) ? 1 : 0;
        QVERIFY2(allSaid(text).find("hush") == std::string::npos, text.c_str());
    }
    QVERIFY2(understood > 500, std::to_string(understood).c_str()); // it has tried something
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

/// MariaDB's driver gives up on an answer after so many seconds; one statement of a migration may
/// rewrite a table of millions of rows.
void TestSqlOpening::onlyTheSchemaMayTakeLong()
{
    const auto url = DatabaseUrl::parse("mariadb://u:p@localhost/shop");
    const auto secondsOf = [&url](Access access) {
        const QString options = Connection::away(*url, access)->database().connectOptions();
        const auto name = QStringLiteral("MYSQL_OPT_READ_TIMEOUT=");
        return options.section(name, 1, 1).section(QLatin1Char(';'), 0, 0).toInt();
    };
    QCOMPARE(secondsOf(Access::ReadWrite), 30);
    QCOMPARE(secondsOf(Access::ReadOnly), 30);
    QCOMPARE(secondsOf(Access::Schema), 3'600);
}

QTEST_GUILESS_MAIN(TestSqlOpening)
#include "test_sql_opening.moc"
