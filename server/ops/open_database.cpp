#include "server/ops/open_database.h"

#include "server/store/schema.h"
#include "shared/sql/migrations.h"

#include <QFileInfo>

namespace holdfast {

namespace {

/// On a connection of its own, which waits longer for an answer than any other may, and only if
/// there is something to do: `present` has looked.
Result<void, std::string> bringToNewestSchema(const sql::DatabaseUrl& url, sql::WriteLock& lock,
                                              sql::Connection& present)
{
    const int version = sql::schemaVersion(present);
    if (!present.error() && version == schemaMigrations().back().version) {
        return {};
    }
    present.clearError(); // a new database has not got the table
    const auto connection = sql::Connection::open(url, sql::Access::Schema);
    if (!connection) {
        return Failure<std::string>(connection.error());
    }
    return sql::migrate(**connection, lock, schemaMigrations());
}

} // namespace

Result<WritableDatabase, std::string> WritableDatabase::open(const std::string& url)
{
    const auto parsed = sql::DatabaseUrl::parse(url);
    if (!parsed) {
        return Failure<std::string>("--database: " + parsed.error());
    }
    WritableDatabase database;
    auto lock = sql::WriteLock::open(*parsed);
    if (!lock) {
        return Failure<std::string>(lock.error());
    }
    database.lock = std::move(*lock);
    auto connection = sql::Connection::open(*parsed, sql::Access::ReadWrite);
    if (!connection) {
        return Failure<std::string>(connection.error());
    }
    database.connection = std::move(*connection);
    if (const auto migrated = bringToNewestSchema(*parsed, *database.lock, *database.connection);
        !migrated) {
        return Failure<std::string>(migrated.error());
    }
    return database;
}

Result<std::unique_ptr<sql::Connection>, std::string> openForReading(const std::string& text)
{
    const auto url = sql::DatabaseUrl::parse(text);
    if (!url) {
        return Failure<std::string>("--database: " + url.error());
    }
    if (url->engine == sql::Engine::Sqlite &&
        !QFileInfo::exists(QString::fromStdString(url->path))) {
        return Failure<std::string>("there is no database " + url->path);
    }
    return sql::Connection::open(*url, sql::Access::ReadOnly);
}

} // namespace holdfast
