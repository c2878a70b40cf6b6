#include "shared/sql/migrations.h"

#include <algorithm>
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
        std::string_view statement = script.substr(0, end);
        statement.remove_prefix(std::min(statement.find_first_not_of('\n'), statement.size()));
        statements.push_back(statement);
        script = end == std::string_view::npos ? std::string_view{}
                                               : script.substr(end + separator.size());
    }
    return statements;
}

/// Two servers that start at once take their turns.
class SchemaLock
{
public:
    explicit SchemaLock(Connection& connection) : m_connection(connection)
    {
        switch (connection.engine()) {
        case Engine::Sqlite:
            break; // WriteLock does it
        case Engine::PostgreSql:
            connection.execute("SET lock_timeout = '120s'");
            connection.execute("SELECT pg_advisory_lock(1752132708)");
            break;
        case Engine::MariaDb:
            takeNamedLock();
            break;
        }
    }

    ~SchemaLock()
    {
        if (m_connection.engine() == Engine::PostgreSql) {
            m_connection.execute("SELECT pg_advisory_unlock(1752132708)");
            m_connection.execute("SET lock_timeout = '" + std::to_string(lockWaitSeconds) + "s'");
        } else if (m_connection.engine() == Engine::MariaDb) {
            m_connection.execute("SELECT RELEASE_LOCK(CONCAT('holdfast/', DATABASE()))");
        }
    }

    SchemaLock(const SchemaLock&) = delete;
    SchemaLock& operator=(const SchemaLock&) = delete;

private:
    /// MariaDB says by a number whether the lock is ours.
    void takeNamedLock()
    {
        std::int64_t taken = 0;
        m_connection.statement("SELECT GET_LOCK(CONCAT('holdfast/', DATABASE()), 120)")
            .each([&taken](const Statement& row) { taken = row.integer(0); });
        if (taken != 1) {
            m_connection.fail(SqlError::Busy, "another server is changing the schema; try again");
        }
    }

    Connection& m_connection;
};

bool apply(Connection& connection, const Migration& migration)
{
    connection.execute(beginWrite(connection.engine()));
    for (const std::string_view statement : statementsOf(migration.script)) {
        if (const auto text = schemaStatement(connection.engine(), statement)) {
            connection.execute(*text);
        }
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
    const SchemaLock schemaLock(connection);
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
