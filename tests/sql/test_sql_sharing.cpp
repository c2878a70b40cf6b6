#include "shared/sql/migrations.h"
#include "shared/sql/write_lock.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstdio>
#include <mutex>
#include <thread>

using namespace holdfast;
using namespace holdfast::sql;

namespace {

constexpr std::array<Migration, 3> steps{
    {{1, "CREATE TABLE a(x)\n;;\nINSERT INTO a VALUES (1)"},
     {2, "CREATE TABLE b(y)"},
     {5, "INSERT INTO a SELECT x + 1 FROM a\n;;\nINSERT INTO b VALUES (9)"}}};

std::span<const Migration> firstSteps(std::size_t count)
{
    return std::span<const Migration>(steps).first(count);
}

/// "" or why not.
std::string migrateFile(const std::string& path, std::span<const Migration> migrations)
{
    const auto lock = WriteLock::open({.path = path});
    const auto connection = Connection::open({Engine::Sqlite, path}, Access::ReadWrite);
    if (!lock || !connection) {
        return !lock ? lock.error() : connection.error();
    }
    const auto done = migrate(**connection, **lock, migrations);
    return done ? "" : done.error();
}

std::int64_t numberIn(const std::string& path, std::string_view sql)
{
    const auto connection = Connection::open({Engine::Sqlite, path}, Access::ReadOnly);
    std::int64_t number = -1;
    (*connection)->statement(sql).each([&number](const Statement& row) {
        number = row.integer(0);
    });
    return number;
}

/// What this program does as the second process: `role` and the path of the database.
int actAs(const std::string& role, const std::string& path)
{
    const auto waitForEnd = [] {
        std::puts("ready");
        std::fflush(stdout);
        static_cast<void>(std::getchar());
    };
    if (role == "migrate") {
        waitForEnd(); // until all are there
        const std::string wrong = migrateFile(path, steps);
        std::fputs(wrong.c_str(), stderr);
        return wrong.empty() ? 0 : 1;
    }
    const auto lock = WriteLock::open({.path = path});
    if (!lock) {
        return 1;
    }
    if (role == "serve") {
        const bool claimed = (*lock)->claimServing().has_value();
        waitForEnd();
        return claimed ? 0 : 1;
    }
    const std::lock_guard guard(**lock);
    waitForEnd();
    return 0;
}

/// This very program as a process of its own.
class Other
{
public:
    Other(const QString& role, const std::string& path)
    {
        m_process.setProcessChannelMode(QProcess::SeparateChannels);
        m_process.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--act-as"), role, QString::fromStdString(path)});
    }
    ~Other()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Other(const Other&) = delete;
    Other& operator=(const Other&) = delete;

    bool isReady()
    {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(20'000)) {
                return false;
            }
        }
        return m_process.readLine() == "ready\n";
    }
    void goOn() { m_process.write("\n"); }
    int exitCode()
    {
        m_process.closeWriteChannel();
        return m_process.waitForFinished(20'000) ? m_process.exitCode() : -1;
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QByteArray complaint() { return m_process.readAllStandardError(); }

private:
    QProcess m_process;
};

} // namespace

/// One file, several processes: who may serve, who may write, and a schema that only goes forward.
class TestSqlSharing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_path = m_folder.filePath(QString::number(++m_count)).toStdString(); }

    void oneServerAtATime();
    void aDeadServerIsNoServer();
    void oneWriterAtATime();
    void partsOfOneProcessExcludeEachOtherToo();
    void stepsAreTakenOnce();
    void aNewerSchemaIsRefused();
    void aStepThatFailsLeavesNothing();
    void processesThatStartAtOnceMigrateOnce();

private:
    QTemporaryDir m_folder;
    std::string m_path;
    int m_count = 0;
};

void TestSqlSharing::oneServerAtATime()
{
    const auto lock = WriteLock::open({.path = m_path});
    QVERIFY(lock.has_value());
    {
        Other server(QStringLiteral("serve"), m_path);
        QVERIFY(server.isReady());
        const auto refused = (*lock)->claimServing();
        QVERIFY(!refused);
        QVERIFY(!refused.error().empty());
        (*lock)->lock(); // writing beside it is allowed: one byte for each
        (*lock)->unlock();
        QCOMPARE(server.exitCode(), 0);
    }
    QVERIFY((*lock)->claimServing().has_value());
    Other second(QStringLiteral("serve"), m_path);
    QVERIFY(second.isReady());
    QCOMPARE(second.exitCode(), 1);
}

void TestSqlSharing::aDeadServerIsNoServer()
{
    const auto lock = WriteLock::open({.path = m_path});
    Other server(QStringLiteral("serve"), m_path);
    QVERIFY(server.isReady());
    QVERIFY(!(*lock)->claimServing());
    server.kill();
    QVERIFY((*lock)->claimServing().has_value());
}

void TestSqlSharing::oneWriterAtATime()
{
    const auto lock = WriteLock::open({.path = m_path});
    Other writer(QStringLiteral("write"), m_path);
    QVERIFY(writer.isReady());
    std::atomic<bool> entered{false};
    std::thread waiter([&] {
        const std::lock_guard guard(**lock);
        entered = true;
    });
    // It cannot be seen waiting; that it stays out while the other one is in must hold.
    for (int look = 0; look < 1'000; ++look) {
        QVERIFY(!entered);
        std::this_thread::yield();
    }
    QCOMPARE(writer.exitCode(), 0);
    waiter.join();
    QVERIFY(entered);
}

void TestSqlSharing::partsOfOneProcessExcludeEachOtherToo()
{
    const auto one = WriteLock::open({.path = m_path});
    const auto two = WriteLock::open({.path = m_path});
    QVERIFY((*one)->claimServing().has_value());
    QVERIFY(!(*two)->claimServing());
    int counter = 0;
    const auto count = [&counter](WriteLock& lock) {
        for (int round = 0; round < 2'000; ++round) {
            const std::lock_guard guard(lock);
            ++counter;
        }
    };
    std::thread other([&] { count(**two); });
    count(**one);
    other.join();
    QCOMPARE(counter, 4'000);
    QVERIFY(!WriteLock::open({.path = m_path + "/no/such"}));
}

void TestSqlSharing::stepsAreTakenOnce()
{
    QCOMPARE(migrateFile(m_path, firstSteps(2)), std::string());
    QCOMPARE(numberIn(m_path, "SELECT SUM(x) FROM a"), 1);
    QCOMPARE(migrateFile(m_path, steps), std::string());
    QCOMPARE(numberIn(m_path, "SELECT SUM(x) FROM a"), 3);
    QCOMPARE(migrateFile(m_path, steps), std::string());
    QCOMPARE(numberIn(m_path, "SELECT SUM(x) FROM a"), 3);
    QCOMPARE(numberIn(m_path, "SELECT COUNT(*) FROM schema_migrations"), 3);
    const auto connection = Connection::open({Engine::Sqlite, m_path}, Access::ReadOnly);
    QCOMPARE(schemaVersion(**connection), 5);
}

void TestSqlSharing::aNewerSchemaIsRefused()
{
    QCOMPARE(migrateFile(m_path, steps), std::string());
    const std::string refused = migrateFile(m_path, firstSteps(2));
    QVERIFY(refused.find('5') != std::string::npos && refused.find('2') != std::string::npos);
    QVERIFY(refused.find('\n') == std::string::npos);
    QCOMPARE(numberIn(m_path, "SELECT COUNT(*) FROM b"), 1);
}

void TestSqlSharing::aStepThatFailsLeavesNothing()
{
    QCOMPARE(migrateFile(m_path, firstSteps(2)), std::string());
    const std::array<Migration, 4> bad{
        steps[0], steps[1], Migration{3, "CREATE TABLE c(z)\n;;\nINSERT INTO none VALUES (1)"},
        Migration{4, "CREATE TABLE d(z)"}};
    const std::string failed = migrateFile(m_path, bad);
    QVERIFY2(failed.starts_with("migration 3 failed: "), failed.c_str());
    QCOMPARE(numberIn(m_path, "SELECT MAX(version) FROM schema_migrations"), 2);
    QCOMPARE(numberIn(m_path, "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('c', 'd')"), 0);
    QCOMPARE(migrateFile(m_path, steps), std::string()); // and goes on when it is mended
}

void TestSqlSharing::processesThatStartAtOnceMigrateOnce()
{
    constexpr int processes = 4;
    for (int round = 0; round < 3; ++round) {
        init();
        std::vector<std::unique_ptr<Other>> others;
        others.reserve(processes);
        for (int index = 0; index < processes; ++index) {
            others.push_back(std::make_unique<Other>(QStringLiteral("migrate"), m_path));
        }
        for (const auto& other : others) {
            QVERIFY(other->isReady());
        }
        for (const auto& other : others) {
            other->goOn();
        }
        for (const auto& other : others) {
            const int code = other->exitCode();
            QVERIFY2(code == 0, other->complaint().constData());
        }
        QCOMPARE(numberIn(m_path, "SELECT SUM(x) FROM a"), 3);
        QCOMPARE(numberIn(m_path, "SELECT COUNT(*) FROM schema_migrations"), 3);
    }
}

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    if (argc == 4 && std::string_view(argv[1]) == "--act-as") {
        return actAs(argv[2], argv[3]);
    }
    TestSqlSharing test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_sql_sharing.moc"
