#include "server/store/backup.h"
#include "shared/domain/assert.h"
#include "tests/ledger/story.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <filesystem>
#include <set>

using namespace holdfast;

namespace {

struct Column
{
    std::string table;
    std::string name;
    std::string type;
};

/// Columns that the journal does not tell about: nobody can say that they are wrong.
const std::set<std::string> untold{"stock.version",
                                   "holds.note",
                                   "orders.currency",
                                   "orders.customer_note",
                                   "orders.terminal",
                                   "payments.tendered_minor",
                                   "payments.change_minor",
                                   "payments.rounding_minor",
                                   "refunds.restock",
                                   "payment_events.number",
                                   "payment_events.id",
                                   "payment_events.status",
                                   "payment_events.amount_minor",
                                   "payment_events.currency",
                                   "payment_events.payment_ref",
                                   "payment_events.occurred_at",
                                   "payment_events.raw",
                                   "alerts.number",
                                   "alerts.detail",
                                   "alerts.raw",
                                   "stock_movements.number",
                                   "stock_movements.kind",
                                   "stock_movements.reason",
                                   "stock_movements.order_id",
                                   "stock_movements.at",
                                   "stock_movements.made_by",
                                   "tokens.role",
                                   "tokens.secret_hash"};

std::vector<std::string> tables()
{
    return {"products",       "product_barcodes", "stock",           "holds",   "hold_lines",
            "orders",         "order_lines",      "payments",        "refunds", "refund_lines",
            "payment_events", "alerts",           "stock_movements", "tokens",  "journal"};
}

std::vector<Column> columnsOf(sql::Connection& connection, const std::string& table)
{
    std::vector<Column> columns;
    connection.statement("SELECT name, type FROM pragma_table_info('" + table + "')")
        .each([&](const sql::Statement& row) {
            columns.push_back({table, row.text(0), row.text(1)});
        });
    return columns;
}

/// An expression for another value than the column has.
std::string other(const Column& column)
{
    const std::string& name = column.name;
    if (column.type == "INTEGER") {
        return "COALESCE(" + name + ", 0) + 1";
    }
    if (column.type == "TEXT") {
        return name + " || 'x'";
    }
    return "CAST(CASE WHEN substr(" + name +
           ", 1, 1) = x'41' THEN x'42' ELSE x'41' END || "
           "COALESCE(substr(" +
           name + ", 2), zeroblob(15)) AS BLOB)";
}

} // namespace

/// Whatever is changed behind the ledger's back, verify finds it and says where.
class TestVerify : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aSoundShopIsClean();
    void everyRecordOfTheJournalIsGuarded();
    void aMissingRecordIsNamed();
    void everyColumnIsCompared_data();
    void everyColumnIsCompared();
    void everyRowIsCounted_data();
    void everyRowIsCounted();
    void theWordsAreOfUse();
    void onlyOldEventsMayBeForgotten_data();
    void onlyOldEventsMayBeForgotten();
    void aBrokenDatabaseIsAnError();
    void backupIsWholeWhileServing();
    void backupNeverReplaces();

private:
    /// What verify says of a copy that these statements have changed.
    std::string after(const std::vector<std::string>& statements);

    ShopFile m_shop;
};

void TestVerify::initTestCase()
{
    const auto store = m_shop.openStore();
    const std::string wrong = tell(readStories("whole").front(), *store);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

std::string TestVerify::after(const std::vector<std::string>& statements)
{
    const std::string copy = m_shop.path("changed.db");
    for (const char* end : {"", "-wal", "-shm"}) {
        std::filesystem::remove(copy + end);
    }
    const std::string base = m_shop.path("base.db");
    if (!std::filesystem::exists(base)) {
        HOLDFAST_ASSERT(backup(m_shop.url(), base).has_value());
    }
    std::filesystem::copy_file(base, copy);
    const sql::DatabaseUrl url{.engine = sql::Engine::Sqlite, .path = copy};
    {
        const auto connection = sql::Connection::open(url, sql::Access::ReadWrite);
        (*connection)->execute("PRAGMA ignore_check_constraints=ON");
        (*connection)->execute("PRAGMA foreign_keys=OFF");
        for (const std::string& statement : statements) {
            (*connection)->execute(statement);
        }
        if ((*connection)->error()) {
            return "not changed: " + (*connection)->errorText();
        }
    }
    const auto reader = sql::Connection::open(url, sql::Access::ReadOnly);
    const auto report = verify(**reader);
    return !report           ? "error: " + report.error()
           : report->clean() ? ""
                             : toString(report->differences.front());
}

void TestVerify::aSoundShopIsClean()
{
    const auto reader = m_shop.openReader();
    const auto report = verify(*reader);
    QVERIFY(report.has_value());
    QVERIFY2(report->clean(), toText(*report).c_str());
    QCOMPARE(report->records, numberOf(*reader, "SELECT COUNT(*) FROM journal"));
    QCOMPARE(report->products, std::size_t{3});
    QCOMPARE(report->holds, std::size_t{7});
    QCOMPARE(report->orders, std::size_t{3});
    QCOMPARE(report->payments, std::size_t{3});
    QCOMPARE(report->refunds, std::size_t{2});
    QVERIFY(toText(*report).ends_with("everything agrees\n"));
    QCOMPARE(after({}), std::string());
    const ShopFile empty;
    QCOMPARE(empty.difference(), std::string());
}

void TestVerify::everyRecordOfTheJournalIsGuarded()
{
    const auto reader = m_shop.openReader();
    const std::int64_t records = numberOf(*reader, "SELECT COUNT(*) FROM journal");
    QVERIFY(records > 40);
    for (std::int64_t at = 1; at <= records; ++at) {
        const std::string where = " WHERE position = " + std::to_string(at);
        const std::string expected = "journal record " + std::to_string(at) + ':';
        for (const char* change :
             {"payload = substr(payload, 1, 9) || x'40' || substr(payload, 11)", "at = at + 1",
              "hash = substr(hash, 1, 31) || CASE WHEN substr(hash, 32) = x'00' THEN x'01' ELSE "
              "x'00' END"}) {
            const std::string said = after({std::string("UPDATE journal SET ") + change + where});
            QVERIFY2(said.starts_with(expected), said.c_str());
        }
    }
}

void TestVerify::aMissingRecordIsNamed()
{
    QCOMPARE(after({"DELETE FROM journal WHERE position = 5"}),
             std::string("journal: expected record 5, found record 6"));
    QCOMPARE(after({"DELETE FROM journal WHERE position = 1"}),
             std::string("journal: expected record 1, found record 2"));
    // A journal that was cut off at its end is whole in itself, but the tables know more.
    QVERIFY(!after({"DELETE FROM journal WHERE position > 40"}).empty());
}

void TestVerify::everyColumnIsCompared_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("change");
    const auto reader = m_shop.openReader();
    for (const std::string& table : tables()) {
        for (const Column& column : columnsOf(*reader, table)) {
            QTest::newRow((table + '.' + column.name).c_str())
                << QString::fromStdString(table) << QString::fromStdString(column.name)
                << QString::fromStdString(other(column));
        }
    }
}

void TestVerify::everyColumnIsCompared()
{
    QFETCH(QString, table);
    QFETCH(QString, column);
    QFETCH(QString, change);
    const std::string name = table.toStdString();
    const auto reader = m_shop.openReader();
    const bool hasRowid = numberOf(*reader, "SELECT COUNT(*) FROM sqlite_master WHERE name = '" +
                                                name + "' AND sql LIKE '%WITHOUT ROWID%'") == 0;
    // One row, the last: two changed rows could make up for each other.
    const std::string key = hasRowid                     ? "rowid"
                            : name == "product_barcodes" ? "barcode"
                            : name.ends_with("_lines")   ? name.substr(0, name.size() - 6) + "_id"
                                                         : "id";
    const std::string update = "UPDATE " + name + " SET " + column.toStdString() + " = " +
                               change.toStdString() + " WHERE " + key + " = (SELECT MAX(" + key +
                               ") FROM " + name + ")";
    const std::string said = after({update});
    QVERIFY2(!said.starts_with("not changed"), said.c_str());
    QCOMPARE(said.empty(), untold.contains(name + '.' + column.toStdString()));
}

void TestVerify::everyRowIsCounted_data()
{
    QTest::addColumn<QString>("table");
    for (const std::string& table : tables()) {
        QTest::newRow(table.c_str()) << QString::fromStdString(table);
    }
}

void TestVerify::everyRowIsCounted()
{
    QFETCH(QString, table);
    const std::string name = table.toStdString();
    const auto reader = m_shop.openReader();
    const auto columns = columnsOf(*reader, name);
    const std::int64_t rows = numberOf(*reader, "SELECT COUNT(*) FROM " + name);
    QVERIFY(rows > 0);
    std::string key;
    for (const Column& column : columns) {
        key += (key.empty() ? "" : ", ") + column.name;
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::string picked = "(SELECT quote(" + columns.front().name + ") FROM " + name +
                                   " ORDER BY " + key + " LIMIT 1 OFFSET " + std::to_string(row) +
                                   ")";
        const std::string said = after(
            {"DELETE FROM " + name + " WHERE quote(" + columns.front().name + ") = " + picked});
        QVERIFY2(!said.empty() && !said.starts_with("not changed"), (name + said).c_str());
    }
}

void TestVerify::theWordsAreOfUse()
{
    QCOMPARE(after({"UPDATE stock SET held = held + 1 WHERE product_id = 1"}),
             std::string("stock of product 1, held: expected 4, found 5"));
    QCOMPARE(after({"UPDATE products SET name = 'coffee' WHERE id = 1"}),
             std::string("product 1, name: expected \"tea\", found \"coffee\""));
    const std::string order = toString(OrderId{StoryShop::idOf("o", 2)});
    QCOMPARE(after({"UPDATE orders SET paid_minor = paid_minor + 1 WHERE number = 1"}),
             "order " + order + ", paid_minor: expected 2369, found 2370");
    QCOMPARE(after({"UPDATE orders SET state = 'paid' WHERE number = 3"}),
             "order " + toString(OrderId{StoryShop::idOf("r", 2)}) +
                 ", state: expected \"pending_payment\", found \"paid\"");
    QCOMPARE(after({"DELETE FROM holds WHERE id = (SELECT hold_id FROM orders WHERE number = 1)"}),
             "hold " + toString(HoldId{StoryShop::idOf("a", 1)}) + ": expected a row, found none");
    const std::string found = after({"DELETE FROM product_search WHERE rowid = 1"});
    QVERIFY2(found.starts_with("search words"), found.c_str());
}

void TestVerify::onlyOldEventsMayBeForgotten_data()
{
    QTest::addColumn<QString>("result");
    QTest::addColumn<QString>("key");
    QTest::addColumn<qint64>("afterMs");
    QTest::addColumn<QString>("wrong");
    const qint64 season = limits::paymentEventRetention.ms;
    const QString early = QStringLiteral("expected an old payment event without interest, found");
    QTest::newRow("old") << "applied"
                         << "e1" << season + 1 << QString();
    QTest::newRow("ignored") << "ignored"
                             << "e1" << season + 1 << QString();
    QTest::newRow("too young") << "applied"
                               << "e1" << season << early;
    QTest::newRow("waiting") << "waiting"
                             << "e1" << season + 1 << early;
    QTest::newRow("listed") << "mismatch"
                            << "e1" << season + 1 << early;
    QTest::newRow("unknown") << "applied"
                             << "e2" << season + 1
                             << "expected a known payment event, found standard e2";
}

void TestVerify::onlyOldEventsMayBeForgotten()
{
    QFETCH(QString, result);
    QFETCH(QString, key);
    QFETCH(qint64, afterMs);
    QFETCH(QString, wrong);
    JournalFold fold;
    const Instant start{1'000'000};
    QVERIFY(!fold.add(1, start,
                      {.kind = EventKind::PaymentEventReceived,
                       .order = OrderId{},
                       .gateway = "standard",
                       .key = "e1",
                       .text = result.toStdString()}));
    // As the journal writes it.
    const Event written{.kind = EventKind::PaymentEventsForgotten,
                        .names = {{"standard", key.toStdString()}}};
    const auto read = decodeEvent(encodeEvent(written));
    QVERIFY(read && read->names == written.names);
    const auto difference = fold.add(2, start + Duration{afterMs}, *read);
    QCOMPARE(difference.has_value(), !wrong.isEmpty());
    QVERIFY(!difference || toString(*difference).find(wrong.toStdString()) != std::string::npos);
    QCOMPARE(fold.paymentEvents.empty(), !difference.has_value());
}

void TestVerify::aBrokenDatabaseIsAnError()
{
    const std::string said = after({"DROP TABLE refunds"});
    QVERIFY2(said.starts_with("error: the database cannot be read: "), said.c_str());
}

void TestVerify::backupIsWholeWhileServing()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QVERIFY(tell(readStories("whole").front(), *store).empty());
    // A transaction is open: the copy is of the moment before it.
    QVERIFY(store->begin({}, Instant{}).has_value());
    const std::string path = shop.path("copy.db");
    const auto copied = backup(shop.url(), path);
    QVERIFY2(copied.has_value(), copied ? "" : copied.error().c_str());
    store->rollback();
    const sql::DatabaseUrl url{.engine = sql::Engine::Sqlite, .path = path};
    const auto reader = sql::Connection::open(url, sql::Access::ReadOnly);
    const auto report = verify(**reader);
    QVERIFY(report.has_value() && report->clean());
    QCOMPARE(report->records, numberOf(*shop.openReader(), "SELECT COUNT(*) FROM journal"));
    QVERIFY(!std::filesystem::exists(path + ".part"));
}

void TestVerify::backupNeverReplaces()
{
    const auto server = sql::DatabaseUrl::parse("postgresql://u:p@127.0.0.1/shop");
    const auto refused = backup(*server, "never.db");
    QVERIFY(!refused && refused.error().find("pg_dump") != std::string::npos);
    const ShopFile shop;
    const std::string path = shop.path("copy.db");
    QVERIFY(backup(shop.url(), path).has_value());
    const auto size = std::filesystem::file_size(path);
    QCOMPARE(backup(shop.url(), path).error(),
             "cannot write the backup " + path + ": the file exists already");
    QCOMPARE(std::filesystem::file_size(path), size);
    QVERIFY(!backup(shop.url(), shop.path("no/such/folder.db")).has_value());
    QCOMPARE(backup({.path = shop.path("none.db")}, shop.path("x.db")).error(),
             "there is no database " + shop.path("none.db"));
    QVERIFY(!std::filesystem::exists(shop.path("none.db")));
}

QTEST_GUILESS_MAIN(TestVerify)
#include "test_verify.moc"
