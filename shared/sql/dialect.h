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

enum class Access {
    ReadWrite,
    ReadOnly,
    Schema, ///< writes, and one statement may take long: it may rewrite a whole table
};

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

/// Whether several statements without values can go out in one text, and so in one round trip.
/// PostgreSQL could too, but would plan them anew each time, which costs what it saves.
[[nodiscard]] bool takesScripts(Engine engine);

/// A statement of the schema with its types put in: words in braces such as {int} or {uuid},
/// listed in dialect.cpp. One that begins with {sqlite} or {servers} is for that engine, or for the
/// other two; nothing when it is not for this one.
[[nodiscard]] std::optional<std::string> schemaStatement(Engine engine, std::string_view statement);

/// Types of the columns of a bulk statement, one letter each: i for integers, t for text, b for
/// bytes.
using ColumnTypes = std::string_view;

/// An insert of many rows by one statement; `into` is "table(a, b)".
struct BulkInsert
{
    std::string_view into;
    ColumnTypes types;
};

/// An update of many rows by one statement, each row with values of its own. In the texts the
/// given values are v.column1, v.column2 …; columns of the table have its name before them where
/// they stand on the right.
struct BulkUpdate
{
    std::string_view table;
    std::string_view assignments;
    std::string_view condition; ///< matches a row of the table with its values
    ColumnTypes types;
};

/// How many of `count` rows go into one statement. SQLite and MariaDB write each value into the
/// text, so that each length is prepared and kept by itself: SQLite has few of them, MariaDB, to
/// which each statement is a journey, more. PostgreSQL takes a column as one array of any length.
[[nodiscard]] std::size_t bulkLength(Engine engine, std::size_t count);

/// Whether the values of many rows are handed over as one array for each column.
[[nodiscard]] bool takesArrays(Engine engine);

[[nodiscard]] std::string bulkInsertText(Engine engine, const BulkInsert& insert, std::size_t rows);
[[nodiscard]] std::string bulkUpdateText(Engine engine, const BulkUpdate& update, std::size_t rows);

/// What stands behind a column, or behind "(a, b)", to match any of the keys.
[[nodiscard]] std::string anyOf(Engine engine, ColumnTypes types, std::size_t keys);

/// "(?,?,?),(?,?,?)"
[[nodiscard]] std::string placeholders(std::size_t rows, std::size_t columns);

} // namespace holdfast::sql
