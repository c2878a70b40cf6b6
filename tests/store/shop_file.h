#pragma once

#include "server/store/sql_ledger_store.h"
#include "server/store/verify.h"

#include <QTemporaryDir>

#include <memory>
#include <string>

namespace holdfast {

/// A shop's database, brought to the newest schema.
class ShopDatabase
{
public:
    explicit ShopDatabase(sql::DatabaseUrl url);

    [[nodiscard]] const sql::DatabaseUrl& url() const { return m_url; }

    /// A store of its own on the database; several act like several processes.
    [[nodiscard]] std::unique_ptr<SqlLedgerStore> openStore() const;
    [[nodiscard]] std::unique_ptr<sql::Connection> openWriter() const;
    [[nodiscard]] std::unique_ptr<sql::Connection> openReader() const;

    /// "" when verify finds nothing, else the first difference.
    [[nodiscard]] std::string difference() const;

    /// Empties all tables of the shop, for the next story.
    void empty() const;

private:
    sql::DatabaseUrl m_url;
};

/// A folder that goes with its object.
class ShopFolder
{
public:
    ShopFolder();
    [[nodiscard]] std::string path(const std::string& name = "shop.db") const;

private:
    QTemporaryDir m_folder;
};

/// A shop's SQLite database in a folder of its own.
class ShopFile : private ShopFolder, public ShopDatabase
{
public:
    ShopFile() : ShopDatabase({.engine = sql::Engine::Sqlite, .path = path()}) {}

    using ShopFolder::path;
};

/// The only row and column of a query.
[[nodiscard]] std::int64_t numberOf(sql::Connection& connection, std::string_view sql);

} // namespace holdfast
