#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/test_database.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

bool onPostgreSql()
{
    return qgetenv("HOLDFAST_TEST_ENGINE") == "postgresql";
}

/// Runs statements on a database of the tests' own server.
bool runOn(const QString& address, const QStringList& statements)
{
    const QUrl url(address);
    const QString name = u"database-edges"_s;
    bool good = true;
    {
        QSqlDatabase database =
            QSqlDatabase::addDatabase(onPostgreSql() ? u"QPSQL"_s : u"QMYSQL"_s, name);
        database.setHostName(url.host());
        database.setPort(url.port());
        database.setUserName(url.userName());
        database.setPassword(url.password());
        database.setDatabaseName(url.path().mid(1));
        good = database.open();
        for (const QString& statement : statements) {
            good = good && QSqlQuery(database).exec(statement);
        }
    }
    QSqlDatabase::removeDatabase(name);
    return good;
}

/// Somebody who gets only so many connections, fewer than a server needs.
QStringList makeClerk(const QString& database)
{
    return onPostgreSql()
               ? QStringList{u"CREATE ROLE clerk LOGIN PASSWORD 'hush' CONNECTION LIMIT 3"_s,
                             u"ALTER DATABASE %1 OWNER TO clerk"_s.arg(database),
                             u"ALTER SCHEMA public OWNER TO clerk"_s}
               : QStringList{u"CREATE USER clerk IDENTIFIED BY 'hush' "
                             "WITH MAX_USER_CONNECTIONS 3"_s,
                             u"GRANT ALL ON %1.* TO clerk"_s.arg(database)};
}

} // namespace

/// Where the connection to the database server ends: it refuses at the start, or one of two servers
/// is cut off from it.
class DatabaseEdges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRefusedStartSaysWhy_data();
    void aRefusedStartSaysWhy();
    void whoIsCutOffDoesNotTellOldNews();
    void aReplacedDatabaseIsNoticed();
};

void DatabaseEdges::aRefusedStartSaysWhy_data()
{
    QTest::addColumn<QString>("which");
    QTest::newRow("nobody there") << u"port"_s;
    QTest::newRow("wrong password") << u"password"_s;
    QTest::newRow("no such database") << u"database"_s;
    QTest::newRow("too many clients") << u"clients"_s;
}

void DatabaseEdges::aRefusedStartSaysWhy()
{
    QFETCH(QString, which);
    QVERIFY(databaseServer() != nullptr);
    QUrl url(newDatabaseUrl({}));
    QString reason = url.path().mid(1);
    if (which == u"port"_s) {
        url.setPort(1);
    } else if (which == u"password"_s) {
        url.setPassword(u"hush"_s);
        reason = url.userName();
    } else if (which == u"database"_s) {
        url.setPath(u"/nothing_here"_s);
        reason = u"nothing_here"_s;
    } else {
        QVERIFY(runOn(url.toString(), makeClerk(reason)));
        url.setUserName(u"clerk"_s);
        url.setPassword(u"hush"_s);
        reason = onPostgreSql() ? u"too many connections"_s : u"max_user_connections"_s;
    }
    const ProgramResult result =
        runProgram(programPath(u"holdfast-server"_s),
                   {u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s, u"--database"_s, url.toString()});
    QVERIFY2(result.exitCode == 1, result.err.constData());
    const QByteArrayList lines = result.err.trimmed().split('\n');
    QVERIFY2(lines.size() == 1, result.err.constData());
    QVERIFY2(lines.front().startsWith("holdfast-server: cannot open "), result.err.constData());
    QVERIFY2(lines.front().contains(reason.toUtf8()), result.err.constData());
    QVERIFY(!result.err.contains("hush") && !result.err.contains("test-password"));
    QVERIFY2(!result.out.contains("listening"), result.out.constData());
}

void DatabaseEdges::whoIsCutOffDoesNotTellOldNews()
{
    ServerProcess first({u"--demo"_s});
    QVERIFY2(first.start(), first.standardError().constData());
    TcpRelay relay(databaseServer()->port());
    ServerProcess second(first, {u"--demo"_s, u"--log-format"_s, u"json"_s, u"--database"_s,
                                 relay.through(first.databaseUrl())});
    QVERIFY2(second.start(), second.standardError().constData());
    Shop here(first.client());
    Shop there(second.client());
    const qint64 product = here.addProduct(10);
    const QByteArray path = "/api/products/" + QByteArray::number(product);
    QTRY_COMPARE_WITH_TIMEOUT(there.available(product), 10, 2'000);
    const auto lag = [&there] {
        const QString text = QString::fromUtf8(there.http().get("/metrics").body);
        const QRegularExpression line(u"^holdfast_journal_lag_seconds ([0-9.]+)$"_s,
                                      QRegularExpression::MultilineOption);
        return line.match(text).captured(1).toDouble();
    };
    QTRY_VERIFY_WITH_TIMEOUT(lag() > 0 && lag() < 1, 2'000);

    relay.close();
    CHECK_STATUS(here.hold(product, 4), 201);
    QElapsedTimer sold;
    sold.start();
    int oldNews = 0;
    int refusals = 0;
    while (sold.elapsed() < 3'000) {
        const bool late = sold.elapsed() > 1'000;
        const HttpReply reply = there.http().get(path);
        oldNews += late && reply.status == 200 ? 1 : 0;
        if (reply.status == 503) {
            ++refusals;
            QVERIFY(!reply.header("retry-after").isEmpty());
        }
    }
    QCOMPARE(oldNews, 0);
    QVERIFY(refusals > 0);
    QVERIFY2(lag() > 1, QByteArray::number(lag()).constData());

    relay.letIn();
    QTRY_COMPARE_WITH_TIMEOUT(there.available(product), 6, 5'000);
    QTRY_VERIFY_WITH_TIMEOUT(lag() < 1, 2'000);
    QTRY_COMPARE_WITH_TIMEOUT(second.standardError().count("database_back"), 1, 5'000);
    // Once for the change, not for each of the tries; and why.
    QCOMPARE(second.standardError().count("\"database_away\""), 1);
    const QByteArray log = second.standardError();
    const QByteArray line = log.mid(log.indexOf("database_away")).split('\n').front();
    QVERIFY2(line.size() > 60 && line.contains("\"reason\":\""), line.constData());
    QVERIFY(!log.contains("test-password"));
}

/// As if a copy from before the last sale had been put back.
void DatabaseEdges::aReplacedDatabaseIsNoticed()
{
    ServerProcess first({u"--demo"_s});
    QVERIFY2(first.start(), first.standardError().constData());
    ServerProcess second(first, {u"--demo"_s});
    QVERIFY2(second.start(), second.standardError().constData());
    Shop here(first.client());
    Shop there(second.client());
    const qint64 product = here.addProduct(10);
    // Each has written one of the two records that will be missing.
    CHECK_STATUS(here.hold(product, 3), 201);
    CHECK_STATUS(there.hold(product, 1), 201);
    QCOMPARE(there.available(product), 6);
    QTRY_COMPARE_WITH_TIMEOUT(here.available(product), 6, 2'000);

    const QString newest = onPostgreSql() ? u"DELETE FROM journal WHERE position >= "
                                            "(SELECT MAX(position) - 1 FROM journal)"_s
                                          : u"DELETE FROM journal ORDER BY position DESC LIMIT 2"_s;
    QVERIFY(runOn(
        first.databaseUrl(),
        {u"UPDATE stock SET held = 0, version = version - 2 WHERE product_id = %1"_s.arg(product),
         newest}));
    for (const ServerProcess* server : {&first, &second}) {
        Shop shop(server->client());
        QTRY_COMPARE_WITH_TIMEOUT(shop.available(product), 10, 2'000);
        QVERIFY(!shop.http().get("/metrics").body.contains("holdfast_journal_replaced_total 0\n"));
    }
    CHECK_STATUS(there.hold(product, 4), 201);
    QTRY_COMPARE_WITH_TIMEOUT(here.available(product), 6, 2'000);
}

QTEST_GUILESS_MAIN(DatabaseEdges)
#include "database_edges.moc"
