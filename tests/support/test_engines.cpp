#include "tests/support/engine_files.h"
#include "tests/support/engines.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

std::unique_ptr<DatabaseServer> makeServer(const QString& engine)
{
    if (engine == u"postgresql") {
        return std::make_unique<PostgresServer>();
    }
    if (engine == u"mariadb") {
        return std::make_unique<MariaDbServer>();
    }
    return std::make_unique<RedisServer>(RedisServer::Keeps::EveryWrite, "a:b@c/d");
}

/// Runs a statement on the database of the URL through Qt's driver; its first value, or the error.
QString ask(const QString& text, const QString& statement)
{
    const QUrl url(text);
    const QUrlQuery options(url);
    const QString name = u"test_engines"_s;
    QString answer;
    {
        const bool postgres = url.scheme() == u"postgresql";
        auto connection = QSqlDatabase::addDatabase(postgres ? u"QPSQL"_s : u"QMYSQL"_s, name);
        connection.setHostName(options.hasQueryItem(u"host"_s) ? options.queryItemValue(u"host"_s)
                                                               : url.host());
        const int port = options.queryItemValue(u"port"_s).toInt();
        connection.setPort(port != 0 ? port : url.port());
        connection.setUserName(url.userName());
        connection.setPassword(url.password());
        connection.setDatabaseName(url.path().mid(1));
        if (options.hasQueryItem(u"socket"_s)) {
            connection.setConnectOptions(u"UNIX_SOCKET="_s + options.queryItemValue(u"socket"_s));
        }
        if (!connection.open()) {
            answer = connection.lastError().text();
        } else {
            QSqlQuery query(connection);
            const bool done = query.exec(statement);
            answer = !done          ? query.lastError().text()
                     : query.next() ? query.value(0).toString()
                                    : QString();
        }
    }
    QSqlDatabase::removeDatabase(name);
    return answer;
}

/// What the server answers to these bytes within the time.
QByteArray exchange(QTcpSocket& socket, const QByteArray& bytes, int patienceMs)
{
    socket.write(bytes);
    socket.waitForBytesWritten(patienceMs);
    return socket.waitForReadyRead(patienceMs) ? socket.readAll() : QByteArray();
}

/// Bytes that every running server answers: a request for TLS; nothing (MariaDB greets); a PING.
QByteArray callOf(const QString& engine)
{
    return engine == u"postgresql" ? QByteArray::fromHex("0000000804d2162f")
           : engine == u"mariadb"  ? QByteArray()
                                   : QByteArray("PING\r\n");
}

/// Redis commands with the password of makeServer(), as one exchange; the last line of the answer.
QByteArray redis(const DatabaseServer& server, const QByteArray& command)
{
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, server.port());
    socket.waitForConnected();
    exchange(socket, "AUTH a:b@c/d\r\n", 5000);
    return exchange(socket, command + "\r\n", 5000).trimmed().split('\n').last();
}

bool isAlive(qint64 pid)
{
    return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

/// Whether a System V segment made by this process is there (column cpid of the kernel's list).
bool hasSharedMemory(qint64 pid)
{
    for (const QByteArray& line : contentOf(u"/proc/sysvipc/shm"_s).split('\n')) {
        const QList<QByteArray> columns = line.simplified().split(' ');
        if (columns.size() > 4 && columns.at(4).toLongLong() == pid) {
            return true;
        }
    }
    return false;
}

/// The second life of this program: starts a server, says where it is, and waits to be killed.
int serveUntilKilled(const QString& engine)
{
    const auto server = makeServer(engine);
    if (!server->start()) {
        std::fprintf(stderr, "%s\n", server->problem());
        return 1;
    }
    std::printf("%s %lld\n", qPrintable(server->folder()), server->pid());
    std::fflush(stdout);
    std::getchar();
    return 0;
}

} // namespace

class TestEngines : public QObject
{
    Q_OBJECT

private:
    static void engines()
    {
        QTest::addColumn<QString>("engine");
        for (const char* name : {"postgresql", "mariadb", "redis"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }

private Q_SLOTS:
    void keepsWhatWasCommitted_data() { engines(); }
    void keepsWhatWasCommitted();
    void pausesAndGoesOn_data() { engines(); }
    void pausesAndGoesOn();
    void leavesNothing_data() { engines(); }
    void leavesNothing();
    void leavesNothingWhenTheTestIsKilled_data() { engines(); }
    void leavesNothingWhenTheTestIsKilled();
    void makesATemplateOnce();
    void saysWhyItDoesNotStart();
};

void TestEngines::keepsWhatWasCommitted()
{
    QFETCH(const QString, engine);
    const auto server = makeServer(engine);
    QVERIFY2(server->start(), server->problem());
    const QString url = server->createDatabase();
    QVERIFY2(!url.isEmpty(), server->problem());
    QVERIFY(url.startsWith(engine + u"://"));
    QVERIFY(server->createDatabase() != url);
    QCOMPARE(QUrl(url).port(), server->port());
    QCOMPARE(QUrl(url).host(), u"127.0.0.1"_s);
    const quint16 port = server->port();
    const bool isRedis = engine == u"redis";
    if (isRedis) {
        QCOMPARE(redis(*server, "SET kept 17"), "+OK");
    } else {
        QCOMPARE(ask(url, u"CREATE TABLE t(a INTEGER)"_s), QString());
        QCOMPARE(ask(server->socketUrl(url), u"INSERT INTO t VALUES (17)"_s), QString());
    }
    server->killHard();
    QVERIFY(!server->isRunning());
    QVERIFY2(server->start(), server->problem());
    QCOMPARE(server->port(), port);
    if (isRedis) {
        QCOMPARE(redis(*server, "GET kept"), "17");
    } else {
        QCOMPARE(ask(url, u"SELECT a FROM t"_s), u"17"_s);
    }
    server->stop();
    QVERIFY2(server->start(), server->problem());
}

void TestEngines::pausesAndGoesOn()
{
    QFETCH(const QString, engine);
    const auto server = makeServer(engine);
    QVERIFY2(server->start(), server->problem());
    server->pause();
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, server->port());
    QVERIFY(socket.waitForConnected(5000)); // the kernel takes it
    QCOMPARE(exchange(socket, callOf(engine), 200), QByteArray());
    server->resume();
    QVERIFY(socket.waitForReadyRead(10000));
}

void TestEngines::leavesNothing()
{
    QFETCH(const QString, engine);
    auto server = makeServer(engine);
    QVERIFY2(server->start(), server->problem());
    QCOMPARE(hasSharedMemory(server->pid()), engine == u"postgresql");
    const qint64 firstPid = server->pid();
    server->killHard();
    QVERIFY(!isAlive(firstPid));
    QVERIFY2(server->start(), server->problem());
    const qint64 pid = server->pid();
    const QString folder = server->folder();
    QVERIFY(QDir(folder).exists());
    server->killHard(); // PostgreSQL leaves its segment now
    server.reset();
    QVERIFY(!QDir(folder).exists());
    QVERIFY(!hasSharedMemory(firstPid));
    QVERIFY(!hasSharedMemory(pid));
}

void TestEngines::leavesNothingWhenTheTestIsKilled()
{
    QFETCH(const QString, engine);
    QProcess test;
    test.start(QCoreApplication::applicationFilePath(), {u"--serve"_s, engine});
    QVERIFY(test.waitForReadyRead(60000));
    const QList<QByteArray> words = test.readAllStandardOutput().trimmed().split(' ');
    QCOMPARE(words.size(), 2);
    const QString folder = QString::fromLocal8Bit(words.at(0));
    const qint64 pid = words.at(1).toLongLong();
    QVERIFY(QDir(folder).exists());
    QVERIFY(isAlive(pid));
    test.kill();
    test.waitForFinished();
    QTRY_VERIFY_WITH_TIMEOUT(!QDir(folder).exists(), 30000);
    QVERIFY(!isAlive(pid));
    QVERIFY(!hasSharedMemory(pid));
}

void TestEngines::makesATemplateOnce()
{
    const QTemporaryDir targets;
    const QString name = u"test-%1"_s.arg(QCoreApplication::applicationPid());
    std::atomic<int> made = 0;
    std::atomic<int> whole = 0;
    const auto make = [&made](const QString& folder) -> std::optional<QByteArray> {
        ++made;
        QDir().mkpath(folder);
        QFile file(folder + u"/file"_s);
        return file.open(QIODevice::WriteOnly) && file.write("content") == 7
                   ? std::nullopt
                   : std::optional<QByteArray>("not written");
    };
    {
        std::vector<std::jthread> tests;
        for (int index = 0; index < 4; ++index) {
            tests.emplace_back([&, index] {
                const QString target = targets.filePath(QString::number(index));
                const auto problem = copyTemplate(name, target, make);
                whole += !problem && contentOf(target + u"/file"_s) == "content";
            });
        }
    }
    QDir(QStringLiteral(HOLDFAST_TEST_TEMPLATES) + u'/' + name).removeRecursively();
    QCOMPARE(made.load(), 1);
    QCOMPARE(whole.load(), 4);
}

void TestEngines::saysWhyItDoesNotStart()
{
    RedisServer server;
    QVERIFY2(server.start(), server.problem());
    server.killHard();
    QTcpServer squatter; // the port belongs to somebody else when it wants to come back
    QVERIFY(squatter.listen(QHostAddress::LocalHost, server.port()));
    QVERIFY(!server.start());
    QVERIFY2(QByteArray(server.problem()).startsWith("Redis: ended at its start"),
             server.problem());
    QVERIFY(QByteArray(server.problem()).contains("ddress already in use"));
    squatter.close();
    QVERIFY2(server.start(), server.problem());
}

int main(int count, char** words)
{
    QCoreApplication application(count, words);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--serve") {
        return serveUntilKilled(arguments.value(2));
    }
    TestEngines test;
    return QTest::qExec(&test, arguments);
}

#include "test_engines.moc"
