#pragma once

#include "server/store/sql_ledger_store.h"
#include "server/store/verify.h"

#include <QTemporaryDir>

#include <memory>
#include <string>

namespace holdfast {

/// A shop's database in a folder of its own that goes with it.
class ShopFile
{
public:
    ShopFile();

    [[nodiscard]] sql::DatabaseUrl url() const;
    [[nodiscard]] std::string path(const std::string& name = "shop.db") const;

    /// A store of its own on the file; several act like several processes.
    [[nodiscard]] std::unique_ptr<SqlLedgerStore> openStore() const;
    [[nodiscard]] std::unique_ptr<sql::Connection> openWriter() const;
    [[nodiscard]] std::unique_ptr<sql::Connection> openReader() const;

    /// "" when verify finds nothing, else the first difference.
    [[nodiscard]] std::string difference() const;

private:
    QTemporaryDir m_folder;
};

/// The only row and column of a query.
[[nodiscard]] std::int64_t numberOf(sql::Connection& connection, std::string_view sql);

} // namespace holdfast
