#include "shared/sql/connection.h"

#include "shared/domain/assert.h"

#include <QSqlError>
#include <QVariant>

#include <atomic>

namespace holdfast::sql {

namespace {

/// Result codes of SQLite (sqlite.org/rescode.html); the driver hands out the extended ones.
SqlError errorOf(const QSqlError& error)
{
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return SqlError::Busy;
    case 19: // SQLITE_CONSTRAINT
        return SqlError::Constraint;
    case 8:  // SQLITE_READONLY
    case 13: // SQLITE_FULL
        return SqlError::Full;
    case 10: // SQLITE_IOERR
    case 14: // SQLITE_CANTOPEN
        return SqlError::Unavailable;
    default:
        return SqlError::Defect;
    }
}

QString nextName()
{
    static std::atomic<int> last{0};
    return QStringLiteral("holdfast-%1").arg(++last);
}

QByteArray view(const Uuid& id)
{
    return {reinterpret_cast<const char*>(id.bytes.data()),
            static_cast<qsizetype>(id.bytes.size())};
}

} // namespace

Statement::Statement(Connection& connection, std::string_view sql)
    : m_connection(connection), m_query(connection.database())
{
    m_query.setForwardOnly(true);
    m_prepared = m_query.prepare(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size())));
    if (!m_prepared) {
        noteError();
    }
}

Statement& Statement::bind(std::int64_t number)
{
    m_query.bindValue(m_bound++, QVariant(static_cast<qlonglong>(number)));
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    // A null QString would be bound as NULL.
    m_query.bindValue(m_bound++,
                      text.empty()
                          ? QStringLiteral("")
                          : QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    return *this;
}

Statement& Statement::bind(const QByteArray& bytes)
{
    m_query.bindValue(m_bound++, bytes);
    return *this;
}

Statement& Statement::bind(const Uuid& id)
{
    return bind(view(id));
}

Statement& Statement::bindBytes(std::string_view bytes)
{
    // A null QByteArray would be bound as NULL.
    return bind(bytes.empty() ? QByteArray("", 0)
                              : QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

Statement& Statement::bindNull()
{
    m_query.bindValue(m_bound++, QVariant());
    return *this;
}

bool Statement::run()
{
    m_bound = 0;
    if (m_connection.error() || !m_prepared) {
        return false;
    }
    m_query.exec();
    return noteError();
}

std::int64_t Statement::affected() const
{
    return m_query.numRowsAffected();
}

bool Statement::noteError()
{
    const QSqlError error = m_query.lastError();
    if (error.type() == QSqlError::NoError) {
        return true;
    }
    const QString text = error.text() + QStringLiteral(" in ") + m_query.lastQuery();
    m_connection.fail(errorOf(error), text.toStdString());
    return false;
}

std::int64_t Statement::integer(int column) const
{
    return m_query.value(column).toLongLong();
}

QByteArray Statement::bytes(int column) const
{
    return m_query.value(column).toByteArray();
}

std::string Statement::text(int column) const
{
    const QByteArray utf8 = m_query.value(column).toByteArray();
    return {utf8.constData(), static_cast<std::size_t>(utf8.size())};
}

Uuid Statement::uuid(int column) const
{
    const QByteArray raw = bytes(column);
    Uuid id;
    HOLDFAST_ASSERT(raw.size() == static_cast<qsizetype>(id.bytes.size()));
    std::copy(raw.begin(), raw.end(), id.bytes.begin());
    return id;
}

std::optional<Uuid> Statement::maybeUuid(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(uuid(column));
}

std::optional<Instant> Statement::maybeInstant(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(instant(column));
}

std::optional<std::int64_t> Statement::maybeInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

Connection::Connection(QString name) : m_name(std::move(name)) {}

Connection::~Connection()
{
    m_statements.clear();
    m_database.close();
    m_database = {};
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>, std::string> Connection::open(const DatabaseUrl& url,
                                                                  Access access)
{
    std::unique_ptr<Connection> connection(new Connection(nextName()));
    connection->m_database =
        QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection->m_name);
    connection->m_database.setDatabaseName(QString::fromStdString(url.path));
    QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000");
    if (access == Access::ReadOnly) {
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    }
    connection->m_database.setConnectOptions(options);
    if (!connection->m_database.open()) {
        return Failure<std::string>("cannot open " + url.path + ": " +
                                    connection->m_database.lastError().text().toStdString());
    }
    if (!connection->configure(access)) {
        return Failure<std::string>("cannot use " + url.path + ": " + connection->errorText());
    }
    return connection;
}

bool Connection::configure(Access access)
{
    if (access == Access::ReadOnly) {
        // A snapshot must not be refused while the writer checkpoints.
        return execute("PRAGMA query_only=ON");
    }
    // WAL lets readers go on beside the writer; FULL syncs every commit before it is answered. The
    // checkpoint every 4,000 pages (16 MB) keeps its cost rare without letting the log grow long.
    return execute("PRAGMA journal_mode=WAL") && execute("PRAGMA synchronous=FULL") &&
           execute("PRAGMA foreign_keys=ON") && execute("PRAGMA wal_autocheckpoint=4000") &&
           execute("PRAGMA temp_store=MEMORY") && execute("PRAGMA cache_size=-65536");
}

Statement& Connection::statement(std::string_view sql)
{
    auto at = m_statements.find(std::string(sql));
    if (at == m_statements.end()) {
        at = m_statements.emplace(std::string(sql), std::make_unique<Statement>(*this, sql)).first;
    }
    return *at->second;
}

bool Connection::execute(std::string_view sql)
{
    Statement once(*this, sql);
    return once.each([](const Statement&) {});
}

void Connection::clearError()
{
    m_error.reset();
    m_errorText.clear();
}

void Connection::fail(SqlError error, std::string text)
{
    if (!m_error) {
        m_error = error;
        m_errorText = std::move(text);
    }
}

Snapshot::Snapshot(Connection& connection) : m_connection(connection)
{
    m_connection.statement("BEGIN").run();
}

Snapshot::~Snapshot()
{
    // Also after an error, so past the connection's memory of it.
    QSqlQuery end(m_connection.database());
    end.exec(QStringLiteral("ROLLBACK"));
}

} // namespace holdfast::sql
