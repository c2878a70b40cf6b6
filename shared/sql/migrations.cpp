#include "shared/sql/migrations.h"

#include <mutex>
#include <vector>

namespace holdfast::sql {

namespace {

std::vector<std::string_view> statementsOf(std::string_view script)
{
    static constexpr std::string_view separator = "\n;;\n";
    std::vector<std::string_view> statements;
    while (!script.empty()) {
        const std::size_t end = script.find(separator);
        statements.push_back(script.substr(0, end));
        script = end == std::string_view::npos ? std::string_view{}
                                               : script.substr(end + separator.size());
    }
    return statements;
}

bool apply(Connection& connection, const Migration& migration)
{
    connection.execute("BEGIN IMMEDIATE");
    for (const std::string_view statement : statementsOf(migration.script)) {
        connection.execute(statement);
    }
    connection.execute("INSERT INTO schema_migrations(version) VALUES (" +
                       std::to_string(migration.version) + ")");
    return connection.execute("COMMIT");
}

} // namespace

int schemaVersion(Connection& connection)
{
    int version = 0;
    connection.statement("SELECT COALESCE(MAX(version), 0) FROM schema_migrations")
        .each([&version](const Statement& row) { version = static_cast<int>(row.integer(0)); });
    return version;
}

Result<void, std::string> migrate(Connection& connection, WriteLock& lock,
                                  std::span<const Migration> migrations)
{
    const std::lock_guard guard(lock);
    connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations ("
                       "version INTEGER PRIMARY KEY)");
    const int present = schemaVersion(connection);
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    if (present > newest) {
        return Failure<std::string>("the database has schema version " + std::to_string(present) +
                                    ", this program knows " + std::to_string(newest) +
                                    "; use a newer program");
    }
    for (const Migration& migration : migrations) {
        if (migration.version > present && !apply(connection, migration)) {
            const std::string text = connection.errorText();
            connection.clearError();
            connection.execute("ROLLBACK");
            return Failure<std::string>("migration " + std::to_string(migration.version) +
                                        " failed: " + text);
        }
    }
    if (connection.error()) {
        return Failure<std::string>(connection.errorText());
    }
    return {};
}

} // namespace holdfast::sql
