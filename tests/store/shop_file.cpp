#include "tests/store/shop_file.h"

#include "server/store/schema.h"
#include "shared/domain/assert.h"
#include "shared/sql/migrations.h"

#include <QDir>
#include <QFileInfo>

namespace holdfast {

namespace {

/// In memory where the system has such a folder: these tests are about content, not about disks,
/// and thousands of syncs would make them slow.
QString folderTemplate()
{
    const QString memory = QStringLiteral("/dev/shm");
    return QDir(QFileInfo(memory).isWritable() ? memory : QDir::tempPath())
        .filePath(QStringLiteral("holdfast-test-XXXXXX"));
}

} // namespace

ShopFolder::ShopFolder() : m_folder(folderTemplate())
{
    HOLDFAST_ASSERT(m_folder.isValid());
}

std::string ShopFolder::path(const std::string& name) const
{
    return m_folder.filePath(QString::fromStdString(name)).toStdString();
}

ShopDatabase::ShopDatabase(sql::DatabaseUrl url) : m_url(std::move(url))
{
    const auto lock = sql::WriteLock::open(m_url);
    HOLDFAST_ASSERT(lock.has_value());
    const auto connection = openWriter();
    HOLDFAST_ASSERT(sql::migrate(*connection, **lock, schemaMigrations()).has_value());
}

void ShopDatabase::empty() const
{
    const auto writer = openWriter();
    HOLDFAST_ASSERT(writer->execute(sql::beginWrite(m_url.engine)));
    for (const char* table :
         {"product_words", "product_barcodes", "stock", "products", "hold_lines", "holds",
          "order_lines", "orders", "payments", "refund_lines", "refunds", "payment_events",
          "alerts", "stock_movements", "answers", "journal", "tokens"}) {
        HOLDFAST_ASSERT(writer->execute(std::string("DELETE FROM ") + table));
    }
    HOLDFAST_ASSERT(writer->execute("COMMIT"));
}

std::unique_ptr<sql::Connection> ShopDatabase::openWriter() const
{
    auto connection = sql::Connection::open(m_url, sql::Access::ReadWrite);
    HOLDFAST_ASSERT(connection.has_value());
    return std::move(*connection);
}

std::unique_ptr<sql::Connection> ShopDatabase::openReader() const
{
    auto connection = sql::Connection::open(m_url, sql::Access::ReadOnly);
    HOLDFAST_ASSERT(connection.has_value());
    return std::move(*connection);
}

std::unique_ptr<SqlLedgerStore> ShopDatabase::openStore() const
{
    auto lock = sql::WriteLock::open(m_url);
    HOLDFAST_ASSERT(lock.has_value());
    return std::make_unique<SqlLedgerStore>(openWriter(), std::move(*lock));
}

std::string ShopDatabase::difference() const
{
    const auto reader = openReader();
    const auto report = verify(*reader);
    if (!report) {
        return report.error();
    }
    return report->clean() ? "" : toString(report->differences.front());
}

std::int64_t numberOf(sql::Connection& connection, std::string_view sql)
{
    std::int64_t number = 0;
    std::size_t rows = 0;
    connection.statement(sql).each([&](const sql::Statement& row) {
        number = row.integer(0);
        ++rows;
    });
    HOLDFAST_ASSERT(rows == 1 && !connection.error());
    return number;
}

} // namespace holdfast
