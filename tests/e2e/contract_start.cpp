#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/tokens.h"

#include <QFile>
#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 1: how the programs start, which options they take and what the sub-commands
/// do.
class ContractStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badOptionsStopTheStart_data();
    void badOptionsStopTheStart();
    void unknownKeyInTheFileStopsTheStart();
    void flagBeatsVariableBeatsFile();
    void configMasksSecrets();
    void demoIsForTheLoopbackOnly();
    void tokensAreCreatedListedRevoked();
    void tokensAreStoredAsHashes();
    void verifyFindsATamperedTotal();
    void backupWhileServing();
    void importTwiceChangesNothing();
    void exportGivesWhatWasImported();
    void migrateAgainChangesNothing();
};

namespace {

ProgramResult server(const QStringList& arguments, const QString& folder = {},
                     const QStringList& environment = {})
{
    return runProgram(programPath(u"holdfast-server"_s), arguments, std::chrono::seconds(20),
                      folder, environment);
}

void writeFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

/// The value that `config` prints for an option, however it is spelled.
QString configValue(const QByteArray& text, const QString& name)
{
    QString pattern = name;
    pattern.replace(u'-', u"[-_]"_s);
    const QRegularExpression line(u"(?im)^\\W*"_s + pattern + u"\\W+(\\S+?)[\",]*\\s*$"_s);
    return line.match(QString::fromUtf8(text)).captured(1);
}

const QByteArray catalogue = "barcode,name,generic_name,brand,quantity,categories,countries,stores,"
                             "image_url,source\n"
                             "3017620422003,Nutella,,Ferrero,400 g,,,,,test\n"
                             "0012345678905,\"Beans, \"\"red\"\"\",,,1 L,,,,,test\n"
                             "12345678,broken code,,,,,,,,test\n";

} // namespace

void ContractStart::badOptionsStopTheStart_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown flag") << QStringList{u"--no-such-flag"_s};
    QTest::newRow("unknown command") << QStringList{u"dance"_s};
    QTest::newRow("hold of 0 s") << QStringList{u"--hold-seconds"_s, u"0"_s};
    QTest::newRow("hold too long") << QStringList{u"--hold-seconds"_s, u"86401"_s};
    QTest::newRow("hold of words") << QStringList{u"--hold-seconds"_s, u"soon"_s};
    QTest::newRow("listen without port") << QStringList{u"--listen"_s, u"127.0.0.1"_s};
    QTest::newRow("port too high") << QStringList{u"--listen"_s, u"127.0.0.1:65536"_s};
    QTest::newRow("unknown engine") << QStringList{u"--database"_s, u"oracle://x"_s};
    QTest::newRow("no config file") << QStringList{u"--config"_s, u"not-there.ini"_s};
    QTest::newRow("log format") << QStringList{u"--log-format"_s, u"poem"_s};
    QTest::newRow("threads") << QStringList{u"--threads"_s, u"-1"_s};
}

void ContractStart::badOptionsStopTheStart()
{
    QFETCH(QStringList, arguments);
    const ProgramResult result = server(arguments);
    QVERIFY2(result.exitCode == 2, QByteArray(result.out + result.err).constData());
    QCOMPARE(result.err.trimmed().count('\n'), 0);
    QVERIFY(!result.err.trimmed().isEmpty());
}

void ContractStart::unknownKeyInTheFileStopsTheStart()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"shop.ini"_s);
    writeFile(path, "no-such-key=1\n");
    const ProgramResult result = server({u"--config"_s, path});
    QVERIFY2(result.exitCode == 2, QByteArray(result.out + result.err).constData());
    QVERIFY(result.err.contains("no-such-key"));
}

void ContractStart::flagBeatsVariableBeatsFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"shop.ini"_s);
    writeFile(path, "hold-seconds=11\n");
    const QString variable = u"HOLDFAST_HOLD_SECONDS=22"_s;
    const QStringList file{u"config"_s, u"--config"_s, path};
    const QString name = u"hold-seconds"_s;
    QCOMPARE(configValue(server({u"config"_s}).out, name), u"120"_s);
    QCOMPARE(configValue(server(file).out, name), u"11"_s);
    QCOMPARE(configValue(server(file, {}, {variable}).out, name), u"22"_s);
    QCOMPARE(
        configValue(server(file + QStringList{u"--hold-seconds"_s, u"33"_s}, {}, {variable}).out,
                    name),
        u"33"_s);
}

void ContractStart::configMasksSecrets()
{
    const ProgramResult result =
        server({u"config"_s, u"--admin-token"_s, u"open-sesame-now"_s, u"--webhook-secret"_s,
                u"whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="_s, u"--database"_s,
                u"postgresql://shop:hush-hush@127.0.0.1:5432/shop"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    for (const char* secret : {"open-sesame-now", "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "hush-hush"}) {
        QVERIFY2(!result.out.contains(secret), secret);
    }
}

void ContractStart::demoIsForTheLoopbackOnly()
{
    const ProgramResult result = server({u"--demo"_s, u"--listen"_s, u"0.0.0.0:0"_s});
    QVERIFY2(result.exitCode == 2, QByteArray(result.out + result.err).constData());
    QVERIFY(!result.err.isEmpty());
}

void ContractStart::tokensAreCreatedListedRevoked()
{
    ServerProcess shop;
    const QByteArray token = createToken(shop, u"manager"_s, u"office"_s);
    QVERIFY(token.size() >= 20);
    QVERIFY(shop.start());
    HttpClient client(shop.port());
    client.setToken(token);
    CHECK_STATUS(client.get("/api/holds"), 200);
    const ProgramResult listed = shop.tool({u"token"_s, u"list"_s});
    QVERIFY2(listed.exitCode == 0, listed.err.constData());
    QVERIFY(listed.out.contains("office"));
    QVERIFY(listed.out.contains("manager"));
    QVERIFY(!listed.out.contains(token));
    QCOMPARE(shop.stop(), 0);

    static const QRegularExpression row(u"(?m)^\\W*(\\d+)\\b.*office"_s);
    const QString id = row.match(QString::fromUtf8(listed.out)).captured(1);
    QVERIFY2(!id.isEmpty(), listed.out.constData());
    const ProgramResult revoked = shop.tool({u"token"_s, u"revoke"_s, id});
    QVERIFY2(revoked.exitCode == 0, revoked.err.constData());
    QVERIFY(shop.start());
    HttpClient later(shop.port());
    later.setToken(token);
    CHECK_STATUS(later.get("/api/holds"), 401);
}

void ContractStart::tokensAreStoredAsHashes()
{
    ServerProcess shop;
    const QByteArray token = createToken(shop, u"cashier"_s, u"till"_s);
    QVERIFY(!token.isEmpty());
    for (const QString& suffix : {QString(), u"-wal"_s}) {
        QFile file(shop.databaseFile() + suffix);
        if (file.open(QIODevice::ReadOnly)) {
            QVERIFY(!file.readAll().contains(token));
        }
    }
}

void ContractStart::verifyFindsATamperedTotal()
{
    ServerProcess process;
    QVERIFY(process.start());
    Shop shop(process.client());
    const qint64 product = shop.addProduct(7);
    QVERIFY(product > 0);
    QCOMPARE(process.stop(), 0);
    const ProgramResult clean = process.tool({u"verify"_s});
    QVERIFY2(clean.exitCode == 0, QByteArray(clean.out + clean.err).constData());

    // Whatever the tables are called: the one column on_hand is made wrong.
    const ProgramResult tables = runProgram(
        u"sqlite3"_s,
        {process.databaseFile(), u"SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c "
                                 "WHERE m.type = 'table' AND c.name = 'on_hand'"_s});
    const QString table = QString::fromUtf8(tables.out).split(u'\n').first();
    QVERIFY2(!table.isEmpty(), tables.err.constData());
    const ProgramResult spoiled =
        runProgram(u"sqlite3"_s,
                   {process.databaseFile(), u"UPDATE %1 SET on_hand = on_hand + 1"_s.arg(table)});
    QCOMPARE(spoiled.exitCode, 0);
    const ProgramResult found = process.tool({u"verify"_s});
    QVERIFY(found.exitCode > 0);
    QVERIFY(!found.out.trimmed().isEmpty() || !found.err.trimmed().isEmpty());
}

void ContractStart::backupWhileServing()
{
    ServerProcess process;
    QVERIFY(process.start());
    Shop shop(process.client());
    const qint64 product = shop.addProduct(7);
    const QString copy = process.folder() + u"/copy.db"_s;
    const ProgramResult result = process.tool({u"backup"_s, copy});
    QVERIFY2(result.exitCode == 0, QByteArray(result.out + result.err).constData());
    CHECK_STATUS(shop.hold(product, 1), 201);
    const ProgramResult verified = server({u"verify"_s, u"--database"_s, u"sqlite:"_s + copy});
    QVERIFY2(verified.exitCode == 0, QByteArray(verified.out + verified.err).constData());
    const ProgramResult rows = runProgram(u"sqlite3"_s, {copy, u"PRAGMA integrity_check"_s});
    QCOMPARE(rows.out.trimmed(), QByteArray("ok"));
}

void ContractStart::importTwiceChangesNothing()
{
    ServerProcess process;
    const QString path = process.folder() + u"/goods.csv"_s;
    writeFile(path, catalogue);
    QVERIFY2(process.tool({u"import"_s, path}).exitCode >= 0, "crashed");
    QVERIFY(process.start());
    const auto products = [&process] { return process.client().get("/api/products").body; };
    const QByteArray first = products();
    const HttpReply byCode = process.client().get("/api/products?barcode=3017620422003");
    QCOMPARE(byCode.list().size(), 1);
    // A scanner sends UPC-A as 12 or as 13 digits.
    for (const char* code : {"012345678905", "0012345678905"}) {
        const HttpReply found = process.client().get(QByteArray("/api/products?barcode=") + code);
        QCOMPARE(found.list().size(), 1);
        QCOMPARE(found.list().first()["name"_L1].toString(), u"Beans, \"red\""_s);
    }
    QCOMPARE(process.stop(), 0);
    QVERIFY(process.tool({u"import"_s, path}).exitCode >= 0);
    QVERIFY(process.start());
    QCOMPARE(products(), first);
}

void ContractStart::exportGivesWhatWasImported()
{
    ServerProcess process;
    const QString path = process.folder() + u"/goods.csv"_s;
    writeFile(path, catalogue);
    QVERIFY(process.tool({u"import"_s, path}).exitCode >= 0);
    const ProgramResult exported = process.tool({u"export"_s});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    QVERIFY(exported.out.contains("3017620422003"));
    QVERIFY(exported.out.contains("Nutella"));
    QVERIFY(!exported.out.contains("broken code"));
}

void ContractStart::migrateAgainChangesNothing()
{
    ServerProcess process;
    QCOMPARE(process.tool({u"migrate"_s}).exitCode, 0);
    QCOMPARE(process.tool({u"migrate"_s}).exitCode, 0);
    QVERIFY(process.start());
}

QTEST_GUILESS_MAIN(ContractStart)
#include "contract_start.moc"
