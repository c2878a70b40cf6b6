#include "server/ops/open_database.h"

#include "server/store/schema.h"
#include "shared/sql/migrations.h"

#include <QFileInfo>

namespace holdfast {

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
    const auto migrated = sql::migrate(*database.connection, *database.lock, schemaMigrations());
    if (!migrated) {
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
