#include "shared/sql/bulk.h"
#include "shared/sql/connection.h"

#include <QTemporaryDir>
#include <QTest>

#include <numeric>

using namespace holdfast;
using namespace holdfast::sql;

namespace {

/// A database file with one table, in a folder that goes with it.
struct File
{
    QTemporaryDir folder;
    DatabaseUrl url{.engine = Engine::Sqlite,
                    .path = folder.filePath(QStringLiteral("a b.db")).toStdString()};

    [[nodiscard]] std::unique_ptr<Connection> open(Access access = Access::ReadWrite) const
    {
        auto connection = Connection::open(url, access);
        return connection ? std::move(*connection) : nullptr;
    }
    [[nodiscard]] std::unique_ptr<Connection> openWithTable() const
    {
        auto connection = open();
        connection->execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)");
        return connection;
    }
};

std::vector<std::int64_t> numbersOf(Connection& connection, std::string_view sql)
{
    std::vector<std::int64_t> numbers;
    connection.statement(sql).each(
        [&numbers](const Statement& row) { numbers.push_back(row.integer(0)); });
    return numbers;
}

std::vector<std::int64_t> upTo(std::size_t count)
{
    std::vector<std::int64_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 1);
    return numbers;
}

constexpr std::string_view countRows = "SELECT COUNT(*) FROM t";

} // namespace

class TestSqlConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void durableAndStrict();
    void valuesComeBackAsTheyWent();
    void nothingIsNotEmpty();
    void theFirstErrorIsKeptAndStopsTheRest();
    void errorsByTheirKind();
    void aStatementIsPreparedOnce();
    void onlySoManyStatementsAreKept();
    void valuesOfARefusedRunDoNotLinger();
    void readersCannotWrite();
    void aSnapshotStaysWhatItWas();
    void insertRowsWritesEveryRow_data();
    void insertRowsWritesEveryRow();
    void eachOfFindsEveryKeyOnce_data();
    void eachOfFindsEveryKeyOnce();
};

void TestSqlConnection::durableAndStrict()
{
    const File file;
    const auto connection = file.open();
    QCOMPARE(numbersOf(*connection, "PRAGMA synchronous"), std::vector<std::int64_t>{2}); // FULL
    QCOMPARE(numbersOf(*connection, "PRAGMA foreign_keys"), std::vector<std::int64_t>{1});
    std::string mode;
    connection->statement("PRAGMA journal_mode").each([&mode](const Statement& row) {
        mode = row.text(0);
    });
    QCOMPARE(mode, std::string("wal"));
}

void TestSqlConnection::valuesComeBackAsTheyWent()
{
    const File file;
    const auto connection = file.openWithTable();
    const std::string text = std::string("K\xc3\xa4se \xf0\x9f\x8d\x8e\0 end", 16);
    const std::string bytes = std::string("\0\xff\x80", 3);
    const Uuid id = *parseUuid("0192f1c7-89ab-7def-8123-456789abcdef");
    connection->statement("INSERT INTO t VALUES (1, ?, ?), (2, ?, ?), (3, ?, ?)")
        .bind(INT64_MIN)
        .bind(INT64_MAX)
        .bind(text)
        .bindBytes(bytes)
        .bind(id)
        .bind(Instant{-5})
        .run();
    int rows = 0;
    connection->statement("SELECT a, b FROM t ORDER BY id").each([&](const Statement& row) {
        switch (++rows) {
        case 1:
            QCOMPARE(row.integer(0), INT64_MIN);
            QCOMPARE(row.integer(1), INT64_MAX);
            break;
        case 2:
            QCOMPARE(row.text(0), text);
            QCOMPARE(row.text(1), bytes);
            break;
        default:
            QVERIFY(row.uuid(0) == id);
            QCOMPARE(row.instant(1).ms, -5);
        }
    });
    QCOMPARE(rows, 3);
    QVERIFY(!connection->error());
}

void TestSqlConnection::nothingIsNotEmpty()
{
    const File file;
    const auto connection = file.openWithTable();
    connection->statement("INSERT INTO t VALUES (1, ?, ?), (2, ?, ?)")
        .bind(std::string_view{})
        .bindBytes({})
        .bindNull()
        .bind(std::optional<Instant>{})
        .run();
    QCOMPARE(numbersOf(*connection, "SELECT (a IS NULL) + 2 * (b IS NULL) FROM t ORDER BY id"),
             (std::vector<std::int64_t>{0, 3}));
    connection->statement("SELECT a, b FROM t WHERE id = 2").each([](const Statement& row) {
        QVERIFY(row.isNull(0));
        QVERIFY(!row.maybeInteger(0) && !row.maybeInstant(1) && !row.maybeUuid(1));
    });
}

void TestSqlConnection::theFirstErrorIsKeptAndStopsTheRest()
{
    const File file;
    const auto connection = file.openWithTable();
    QVERIFY(connection->execute("INSERT INTO t VALUES (1, 1, 1)"));
    QVERIFY(!connection->execute("INSERT INTO t VALUES (1, 1, 1)"));
    const std::string first = connection->errorText();
    QVERIFY(connection->error() == SqlError::Constraint);
    QVERIFY(!connection->execute("INSERT INTO t VALUES (2, 1, 1)"));
    QVERIFY(!connection->execute("no sql at all"));
    QVERIFY(connection->error() == SqlError::Constraint);
    QCOMPARE(connection->errorText(), first);
    connection->clearError();
    QCOMPARE(numbersOf(*connection, countRows), std::vector<std::int64_t>{1});
    QVERIFY(connection->execute("INSERT INTO t VALUES (2, 1, 1)"));
}

void TestSqlConnection::errorsByTheirKind()
{
    const File file;
    const auto connection = file.openWithTable();
    QVERIFY(!connection->execute("SELECT nothing FROM t"));
    QVERIFY(connection->error() == SqlError::Defect);
    connection->clearError();
    const auto other = file.open();
    QVERIFY(other->execute("PRAGMA busy_timeout = 1"));
    QVERIFY(connection->execute("BEGIN IMMEDIATE"));
    QVERIFY(!other->execute("BEGIN IMMEDIATE"));
    QVERIFY(other->error() == SqlError::Busy);
    QVERIFY(connection->execute("ROLLBACK"));
    other->clearError();
    QVERIFY(connection->execute("PRAGMA max_page_count = 3"));
    QVERIFY(!connection->execute("INSERT INTO t VALUES (1, zeroblob(100000), 1)"));
    QVERIFY(connection->error() == SqlError::Full);
}

void TestSqlConnection::aStatementIsPreparedOnce()
{
    const File file;
    const auto connection = file.openWithTable();
    Statement& first = connection->statement("SELECT a FROM t");
    for (int other = 0; other < 500; ++other) {
        static_cast<void>(connection->statement("SELECT " + std::to_string(other)));
    }
    QCOMPARE(&connection->statement("SELECT a FROM t"), &first);
}

void TestSqlConnection::onlySoManyStatementsAreKept()
{
    const File file;
    const auto connection = file.openWithTable();
    Statement& often = connection->statement("SELECT COUNT(*) FROM t");
    for (std::size_t number = 0; number < 3 * Connection::statementsMax; ++number) {
        QCOMPARE(numbersOf(*connection, "SELECT " + std::to_string(number)),
                 std::vector<std::int64_t>{static_cast<std::int64_t>(number)});
        QVERIFY(connection->statementCount() <= Connection::statementsMax);
        QCOMPARE(&connection->statement("SELECT COUNT(*) FROM t"), &often);
    }
    QCOMPARE(numbersOf(*connection, "SELECT 0"), std::vector<std::int64_t>{0}); // once more
}

void TestSqlConnection::valuesOfARefusedRunDoNotLinger()
{
    const File file;
    const auto connection = file.openWithTable();
    Statement& insert = connection->statement("INSERT INTO t VALUES (?, ?, ?)");
    QVERIFY(insert.bind(1).bind(1).bind(1).run());
    QVERIFY(!insert.bind(1).bind(2).bind(2).run());
    QVERIFY(!insert.bind(2).bind(2).bind(2).run()); // not even tried
    connection->clearError();
    QVERIFY(insert.bind(3).bind(7).bind(7).run());
    QCOMPARE(numbersOf(*connection, "SELECT 100 * id + a FROM t ORDER BY id"),
             (std::vector<std::int64_t>{101, 307}));
    QCOMPARE(insert.affected(), 1);
}

void TestSqlConnection::readersCannotWrite()
{
    const File file;
    const auto writer = file.openWithTable();
    const auto reader = file.open(Access::ReadOnly);
    QVERIFY(reader != nullptr);
    QVERIFY(!reader->execute("INSERT INTO t VALUES (1, 1, 1)"));
    QVERIFY(reader->error() == SqlError::Full);
    QCOMPARE(numbersOf(*writer, countRows), std::vector<std::int64_t>{0});
}

void TestSqlConnection::aSnapshotStaysWhatItWas()
{
    const File file;
    const auto writer = file.openWithTable();
    const auto reader = file.open(Access::ReadOnly);
    {
        const Snapshot snapshot(*reader);
        QCOMPARE(numbersOf(*reader, countRows), std::vector<std::int64_t>{0});
        QVERIFY(writer->execute("INSERT INTO t VALUES (1, 1, 1)"));
        QCOMPARE(numbersOf(*reader, countRows), std::vector<std::int64_t>{0});
    }
    QCOMPARE(numbersOf(*reader, countRows), std::vector<std::int64_t>{1});
    {
        const Snapshot snapshot(*reader); // ends also after an error in it
        QVERIFY(!reader->execute("nonsense"));
    }
    reader->clearError();
    const Snapshot again(*reader);
    QCOMPARE(numbersOf(*reader, countRows), std::vector<std::int64_t>{1});
}

void TestSqlConnection::insertRowsWritesEveryRow_data()
{
    QTest::addColumn<std::size_t>("count");
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 137U, 1'000U}) {
        QTest::addRow("%zu", count) << std::size_t{count};
    }
}

void TestSqlConnection::insertRowsWritesEveryRow()
{
    QFETCH(std::size_t, count);
    const File file;
    const auto connection = file.openWithTable();
    const std::vector<std::int64_t> rows = upTo(count);
    QVERIFY(insertRows(
        *connection, {"t(id, a, b)", "iii"}, std::span<const std::int64_t>(rows),
        [](Statement& insert, std::int64_t id) { insert.bind(id).bind(id * 2).bind(id * 3); }));
    QCOMPARE(numbersOf(*connection, "SELECT id FROM t WHERE a = 2 * id AND b = 3 * id ORDER BY id"),
             rows);
}

void TestSqlConnection::eachOfFindsEveryKeyOnce_data()
{
    insertRowsWritesEveryRow_data();
}

void TestSqlConnection::eachOfFindsEveryKeyOnce()
{
    QFETCH(std::size_t, count);
    const File file;
    const auto connection = file.openWithTable();
    connection->execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                        "WHERE i < 2000) INSERT INTO t SELECT i, 0, 0 FROM n");
    const std::vector<std::int64_t> keys = upTo(count);
    std::vector<std::int64_t> found;
    QVERIFY(eachOf(*connection, "SELECT id FROM t WHERE id", " ORDER BY id",
                   std::span<const std::int64_t>(keys),
                   [&found](const Statement& row) { found.push_back(row.integer(0)); }));
    QCOMPARE(found, keys);
}

QTEST_GUILESS_MAIN(TestSqlConnection)
#include "test_sql_connection.moc"
