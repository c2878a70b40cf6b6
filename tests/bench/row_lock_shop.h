#pragma once

#include "tests/support/engines.h"

#include <QSqlDatabase>
#include <QString>
#include <QTemporaryDir>

#include <cstdint>
#include <memory>

/// A shop as most web frameworks would build it: one transaction for each request, which locks the
/// rows of its products, looks, and writes. What our ledger is compared with.
namespace holdfast::bench {

/// One engine with a fresh database: products with endless stock, no holds.
class RowLockShop
{
public:
    /// `engine` is sqlite, postgresql or mariadb.
    explicit RowLockShop(QString engine) : m_engine(std::move(engine)) {}

    /// False after writing why to standard error.
    [[nodiscard]] bool open(std::int64_t productCount);

    [[nodiscard]] bool isSqlite() const { return m_engine == QStringLiteral("sqlite"); }

    /// A new connection for the calling thread, not opened when it failed.
    [[nodiscard]] QSqlDatabase connect(const QString& name) const;

private:
    [[nodiscard]] bool startServer();
    [[nodiscard]] bool makeTables(QSqlDatabase& connection, std::int64_t productCount) const;

    QString m_engine;
    QString m_url;
    QTemporaryDir m_folder;
    std::unique_ptr<test::DatabaseServer> m_server;
};

} // namespace holdfast::bench
