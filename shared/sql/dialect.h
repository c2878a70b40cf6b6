#pragma once

#include "shared/sql/database_url.h"

#include <QSqlError>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// All that differs between the engines. Everything else is written in the SQL that the three of
/// them share: SQLite 3.40, PostgreSQL 15, MariaDB 10.11.
namespace holdfast::sql {

enum class SqlError {
    Busy,        ///< locked by another connection, deadlock, serialisation: may be tried again
    Constraint,  ///< the schema refuses the content
    Full,        ///< no space, or not writable
    Unavailable, ///< the file or server is away, or its storage fails
    Defect,      ///< our SQL is wrong, or the database is corrupt
};

enum class Access { ReadWrite, ReadOnly };

/// How long a statement waits for a lock of somebody else, and how long a transaction of ours may
/// stand still before the database ends it: a server that hangs in the middle of one must not
/// hold up the others for ever.
inline constexpr int lockWaitSeconds = 5;
inline constexpr int idleTransactionSeconds = 10;

/// Result codes of SQLite (sqlite.org/rescode.html), SQLSTATE of PostgreSQL (appendix A of its
/// manual), error numbers of MariaDB (mariadb.com/kb/en/mariadb-error-code-reference).
[[nodiscard]] SqlError sqlErrorOf(Engine engine, const QSqlError& error);

/// What a new connection is told first.
[[nodiscard]] std::vector<std::string> sessionSetup(Engine engine, Access access);

/// Begins a transaction that writes: READ COMMITTED, so that what is read after the ledger's lock
/// is what the one before has committed.
[[nodiscard]] std::string_view beginWrite(Engine engine);

/// Begins a transaction whose reads all see one moment.
[[nodiscard]] std::string_view beginSnapshot(Engine engine);

/// Ends a SELECT whose rows stay locked until the transaction ends; SQLite has one lock for all.
[[nodiscard]] std::string_view rowLock(Engine engine);

/// Joins in the order written: only MariaDB and SQLite need to be told.
[[nodiscard]] std::string_view joinInOrder(Engine engine);

/// A statement of the schema with its types put in: words in braces such as {int} or {uuid},
/// listed in dialect.cpp. One that begins with {sqlite} or {servers} is for that engine, or for the
/// other two; nothing when it is not for this one.
[[nodiscard]] std::optional<std::string> schemaStatement(Engine engine, std::string_view statement);

/// Types of the values of a statement, for the engine that cannot see them from the context.
enum class ValueType { Integer, Text, Bytes };

/// An update of many rows by one statement, each row with values of its own. In the texts the
/// given values are v.column1, v.column2 …; columns of the table have its name before them where
/// they stand on the right.
struct BulkUpdate
{
    std::string_view table;
    std::string_view assignments;
    std::string_view condition; ///< matches a row of the table with its values
    std::vector<ValueType> types;
};

[[nodiscard]] std::string bulkUpdateText(Engine engine, const BulkUpdate& update, std::size_t rows);

/// "IN" list of keys with several columns.
[[nodiscard]] std::string keyList(Engine engine, std::size_t keys, std::size_t columns);

/// "(?,?,?),(?,?,?)"
[[nodiscard]] std::string placeholders(std::size_t rows, std::size_t columns);

} // namespace holdfast::sql
