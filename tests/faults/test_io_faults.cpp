#include "tests/faults/shop_day.h"

#include <QTest>

#include <array>

using namespace holdfast;

using Lasting = Fault::Lasting;

Q_DECLARE_METATYPE(holdfast::Fault)
Q_DECLARE_METATYPE(holdfast::Afterwards)

namespace {

/// A way in which an operation fails, with the code that SQLite has for it (rescode.html).
struct Failing
{
    const char* name;
    FileOperation operation;
    int result;
    bool torn = false;
};

constexpr std::array<Failing, 13> failings{
    {{"write, bad storage", FileOperation::Write, SQLITE_IOERR_WRITE},
     {"write, half done", FileOperation::Write, SQLITE_IOERR_WRITE, true},
     {"write, no space", FileOperation::Write, SQLITE_FULL},
     {"sync", FileOperation::Sync, SQLITE_IOERR_FSYNC},
     {"truncate", FileOperation::Truncate, SQLITE_IOERR_TRUNCATE},
     {"read", FileOperation::Read, SQLITE_IOERR_READ},
     {"size", FileOperation::Size, SQLITE_IOERR_FSTAT},
     {"open", FileOperation::Open, SQLITE_CANTOPEN},
     {"delete", FileOperation::Delete, SQLITE_IOERR_DELETE},
     {"lock", FileOperation::Lock, SQLITE_IOERR_LOCK},
     {"shared map", FileOperation::SharedMap, SQLITE_IOERR_SHMMAP},
     {"shared map, no space", FileOperation::SharedMap, SQLITE_IOERR_SHMSIZE},
     {"shared lock", FileOperation::SharedLock, SQLITE_IOERR_SHMLOCK}}};

struct Course
{
    const char* name;
    Lasting lasting;
    Afterwards afterwards;
};

/// Power cut in disorder: every other unsynced write is lost, as what comes later may be on the
/// disk first.
constexpr std::array<Course, 7> courses{
    {{"once", Lasting::Once, Afterwards::GoOn},
     {"once, then killed", Lasting::Once, Afterwards::Crash},
     {"for ever, then mended", Lasting::ForEver, Afterwards::GoOn},
     {"for ever, then started anew", Lasting::ForEver, Afterwards::Restart},
     {"for ever, then killed", Lasting::ForEver, Afterwards::Crash},
     {"power cut", Lasting::PowerLoss, Afterwards::Restart},
     {"power cut, in disorder", Lasting::PowerLoss, Afterwards::Crash}}};

/// Where operations are many, each of these courses takes every seventh of them: together, for each
/// way of failing, they take every one. With HOLDFAST_EVERY_FAULT set, each takes every one; where
/// all is slow (sanitizers), only one of HOLDFAST_FAULTS_LEFT_OUT is taken.
int strideFor(int operations)
{
    const bool many = operations > 60 && !qEnvironmentVariableIsSet("HOLDFAST_EVERY_FAULT");
    return many ? static_cast<int>(courses.size()) * HOLDFAST_FAULTS_LEFT_OUT : 1;
}

} // namespace

/// Every single operation of a shop's day on its storage fails once, in each way it can: nothing
/// is damaged, no answer is wrong, whoever must come again is told so, and the shop goes on.
class TestIoFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDatabaseGoesThroughUs();
    void rowsThatEndTooSoonAreAnError();
    void eachOperation_data();
    void eachOperation();

private:
    FaultVfs m_vfs;
    ShopDay m_day{m_vfs};
};

void TestIoFaults::theDatabaseGoesThroughUs()
{
    // A day that hardly touches its storage would prove nothing.
    QVERIFY(m_day.operations(FileOperation::Write) > 300);
    QVERIFY(m_day.operations(FileOperation::Read) > 100);
    QVERIFY(m_day.operations(FileOperation::Sync) > 20);
    QVERIFY(m_day.operations(FileOperation::SharedLock) > 100);
}

void TestIoFaults::rowsThatEndTooSoonAreAnError()
{
    constexpr int rows = 100; // over 100 pages
    const QTemporaryDir folder;
    const sql::DatabaseUrl url{.engine = sql::Engine::Sqlite,
                               .path = folder.filePath(QStringLiteral("a.db")).toStdString()};
    const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
    QVERIFY(connection.has_value());
    sql::Connection& table = **connection;
    QVERIFY(table.execute("PRAGMA cache_size=4") && table.execute("CREATE TABLE t(x BLOB)") &&
            table.execute("INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                          "SELECT i + 1 FROM n WHERE i < " +
                          std::to_string(rows) + ") SELECT zeroblob(4000) FROM n"));
    int failed = 0;
    for (int number = 1;; ++number) {
        m_vfs.arm({.operation = FileOperation::Read, .at = number, .result = SQLITE_IOERR_READ});
        int seen = 0;
        const bool whole =
            table.statement("SELECT x FROM t").each([&seen](const sql::Statement&) { ++seen; });
        m_vfs.heal();
        QCOMPARE(whole, !table.error().has_value());
        QVERIFY2(!whole || seen == rows, qPrintable(QString::number(seen)));
        table.clearError();
        if (m_vfs.fired() == 0) {
            break;
        }
        failed += whole ? 0 : 1;
    }
    QVERIFY(failed > rows / 2);
}

void TestIoFaults::eachOperation_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<Afterwards>("afterwards");
    for (const Failing& failing : failings) {
        const bool all = strideFor(m_day.operations(failing.operation)) == 1;
        for (std::size_t index = 0; index < courses.size(); ++index) {
            const Fault fault{.operation = failing.operation,
                              .at = all ? 1 : 1 + static_cast<int>(index),
                              .result = failing.result,
                              .lasting = courses[index].lasting,
                              .torn = failing.torn};
            QTest::addRow("%s, %s", failing.name, courses[index].name)
                << fault << courses[index].afterwards;
        }
    }
}

void TestIoFaults::eachOperation()
{
    QFETCH(Fault, fault);
    QFETCH(Afterwards, afterwards);
    const int operations = m_day.operations(fault.operation);
    const int stride = strideFor(operations);
    const int expected = (operations - fault.at) / stride + 1;
    int runs = 0;
    int failed = 0;
    for (;; fault.at += stride) {
        const std::string wrong = m_day.live(fault, afterwards);
        QVERIFY2(wrong.empty(), ("number " + std::to_string(fault.at) + ": " + wrong).c_str());
        if (m_vfs.fired() == 0) {
            break; // the day has no such operation any more
        }
        ++runs;
        failed += m_day.failures() > 0 ? 1 : 0;
    }
    QCOMPARE(runs, expected);
    const bool commits =
        fault.operation == FileOperation::Write || fault.operation == FileOperation::Sync;
    QVERIFY2(!commits || failed > runs / 3, "hardly any fault was noticed");
}

QTEST_GUILESS_MAIN(TestIoFaults)
#include "test_io_faults.moc"
