#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/result.h"
#include "shared/sql/dialect.h"

#include <QByteArray>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace holdfast::sql {

class Connection;

/// A statement of a connection, prepared; values are bound in their order. Bytes are bound as they
/// are, so columns for JSON, ids and hashes are BLOBs.
class Statement
{
public:
    Statement(Connection& connection, std::string_view sql);

    /// From here to run(), behind what is bound already, what is bound are rows of so many columns,
    /// which go out as one array for each column (takesArrays()).
    Statement& collect(std::size_t columns);

    /// Not after an error of the connection, nor when the text is wrong.
    [[nodiscard]] bool isPrepared() const { return m_prepared; }

    Statement& bind(std::int64_t number);
    Statement& bind(int number) { return bind(static_cast<std::int64_t>(number)); }
    Statement& bind(std::size_t number) { return bind(static_cast<std::int64_t>(number)); }
    Statement& bind(bool truth) { return bind(static_cast<std::int64_t>(truth)); }
    Statement& bind(std::string_view text); ///< as TEXT
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(const QByteArray& bytes); ///< as BLOB
    Statement& bind(const Uuid& id);
    Statement& bind(ProductId id) { return bind(id.value); }
    Statement& bind(CallerId id) { return bind(id.value); }
    Statement& bind(Instant at) { return bind(at.ms); }
    Statement& bindBytes(std::string_view bytes); ///< as BLOB
    Statement& bindNull();

    template <class Tag>
    Statement& bind(const TypedId<Tag>& id)
    {
        return bind(id.value);
    }

    template <class T>
    Statement& bind(const std::optional<T>& maybe)
    {
        return maybe ? bind(*maybe) : bindNull();
    }

    /// Runs a statement without rows. False when it failed, or when something before it on this
    /// connection failed: the connection keeps the first error.
    bool run();

    /// How many rows the last run() changed.
    [[nodiscard]] std::int64_t affected() const;

    /// Runs the statement and calls `row` with this statement for each row.
    template <class Row>
    bool each(Row row)
    {
        if (!run()) {
            return false;
        }
        while (m_query.next()) {
            row(*this);
        }
        const bool whole = noteError(); // finish() forgets why the rows ended
        m_query.finish();
        return whole;
    }

    // The current row, columns from 0.
    [[nodiscard]] bool isNull(int column) const { return m_query.isNull(column); }
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;
    [[nodiscard]] std::string text(int column) const; ///< of TEXT and BLOB columns
    [[nodiscard]] Uuid uuid(int column) const;
    [[nodiscard]] Instant instant(int column) const { return {integer(column)}; }
    [[nodiscard]] std::optional<Uuid> maybeUuid(int column) const;
    [[nodiscard]] std::optional<Instant> maybeInstant(int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybeInteger(int column) const;

private:
    friend class Connection;

    explicit Statement(Connection& connection); ///< not prepared: for script()
    bool runText(std::string_view text);
    void put(QVariant value);
    bool refused(); ///< false, with the connection's error
    bool noteError();
    /// The array that the next value goes into, ready for it; null when nothing is collected.
    [[nodiscard]] std::string* nextElement();
    void bindArrays();

    Connection& m_connection;
    QSqlQuery m_query;
    std::vector<std::string> m_arrays; ///< PostgreSQL's array literals without their ends
    std::size_t m_collected = 0;
    int m_bound = 0;
    bool m_prepared = false;
};

/// One connection to the database, used by the thread that opened it (Qt's rule). Keeps its
/// prepared statements, and the first error since clearError(): work goes on as a row of
/// statements whose success is asked once at the end.
class Connection
{
public:
    /// The error is one line for people.
    [[nodiscard]] static Result<std::unique_ptr<Connection>, std::string>
    open(const DatabaseUrl& url, Access access);

    /// One that is away from the start: restore() makes it when it can be made.
    [[nodiscard]] static std::unique_ptr<Connection> away(const DatabaseUrl& url, Access access);

    ~Connection(); ///< ends what is open without committing it
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The statement of this text, prepared at its first use and kept as long as it is one of the
    /// statementsMax that were used last; what could not be prepared is tried again.
    [[nodiscard]] Statement& statement(std::string_view sql);

    /// MariaDB has room for 16,382 prepared statements of all its connections together
    /// (max_prepared_stmt_count). A writer uses one for each number of rows up to 64: a few dozen
    /// when all sell the same way, hundreds in a mixed day.
    static constexpr std::size_t statementsMax = 512;
    /// How often it has been made: another number than before means that it was lost meanwhile.
    [[nodiscard]] std::uint64_t sessions() const { return m_sessions; }

    [[nodiscard]] std::size_t statementCount() const { return m_statements.size(); }

    /// Runs one statement that is not worth keeping.
    bool execute(std::string_view sql);

    /// Runs a text of several statements without values (takesScripts()) and calls
    /// row(n, statement) for each row of the n-th of them, from 0.
    template <class Row>
    bool script(std::string_view text, Row row)
    {
        Statement all(*this); // its end also takes what an error has left unread
        bool more = all.runText(text);
        for (std::size_t number = 0; more; ++number) {
            while (all.m_query.isSelect() && all.m_query.next()) {
                row(number, std::as_const(all));
            }
            more = all.noteError() && all.m_query.nextResult();
        }
        return all.noteError() && !m_error;
    }

    /// False after an error. A connection that is gone is one; Qt would warn at each try.
    [[nodiscard]] bool mayWork();

    [[nodiscard]] std::optional<SqlError> error() const { return m_error; }
    [[nodiscard]] const std::string& errorText() const { return m_errorText; }
    void clearError();
    void fail(SqlError error, const std::string& text);

    [[nodiscard]] QSqlDatabase& database() { return m_database; }
    [[nodiscard]] Engine engine() const { return m_url.engine; }

    /// After the server of the database has gone away: connects anew and forgets the error. What
    /// was prepared is prepared again at its next use, so no Statement may be kept across this.
    /// True when nothing was lost or the connection is back; tries again only some time after it
    /// has tried.
    bool restore();

private:
    struct Kept
    {
        std::unique_ptr<Statement> statement = {};
        std::uint64_t lastUse = 0;
    };

    Connection(QString name, DatabaseUrl url, Access access);
    [[nodiscard]] bool connect();
    void setUp();
    void disconnect();
    void makeRoom();

    QString m_name;
    DatabaseUrl m_url;
    Access m_access;
    bool m_lost = false;
    std::string m_whyLost;
    std::chrono::steady_clock::time_point m_nextTry = {};
    QSqlDatabase m_database;
    std::unordered_map<std::string, Kept> m_statements;
    std::uint64_t m_uses = 0;
    std::uint64_t m_sessions = 0;
    std::optional<SqlError> m_error;
    std::string m_errorText;
};

/// A read transaction: every statement in it sees the same snapshot. A connection that has been
/// lost since the last one is restored first.
class Snapshot
{
public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Connection& m_connection;
};

} // namespace holdfast::sql
