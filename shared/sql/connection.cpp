#include "shared/sql/connection.h"

#include "shared/domain/assert.h"

#include <QSqlError>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

namespace holdfast::sql {

namespace {

/// A database that is away is asked for a connection no more often than this by each of ours:
/// whoever waits is told at once, and one that is coming up again has room for it.
constexpr std::chrono::milliseconds retryPeriod{250};

QString nextName()
{
    static std::atomic<int> last{0};
    return QStringLiteral("holdfast-%1").arg(++last);
}

QString qtText(const std::string& text)
{
    return QString::fromStdString(text);
}

QString driverOf(Engine engine)
{
    switch (engine) {
    case Engine::Sqlite:
        return QStringLiteral("QSQLITE");
    case Engine::PostgreSql:
        return QStringLiteral("QPSQL");
    case Engine::MariaDb:
        return QStringLiteral("QMYSQL");
    }
    HOLDFAST_ASSERT(false);
}

/// A server that does not answer at all must not hold up ours for minutes; but an answer to a
/// change of the schema may take that long.
QString optionsOf(const DatabaseUrl& url, Access access)
{
    switch (url.engine) {
    case Engine::Sqlite: {
        const QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000");
        return access == Access::ReadOnly ? options + QStringLiteral(";QSQLITE_OPEN_READONLY")
                                          : options;
    }
    case Engine::PostgreSql:
        return QStringLiteral("connect_timeout=5;application_name=holdfast-server;"
                              "tcp_user_timeout=15000;keepalives_idle=5;"
                              "keepalives_interval=2;keepalives_count=3");
    case Engine::MariaDb: {
        // Rows that an update matches count, as on the other engines, changed or not.
        const QString options =
            QStringLiteral("CLIENT_FOUND_ROWS=1;MYSQL_OPT_CONNECT_TIMEOUT=5;"
                           "MYSQL_OPT_WRITE_TIMEOUT=30;MYSQL_OPT_READ_TIMEOUT=%1")
                .arg(access == Access::Schema ? 3'600 : 30);
        return url.socket.empty() ? options
                                  : options + QStringLiteral(";UNIX_SOCKET=") + qtText(url.socket);
    }
    }
    HOLDFAST_ASSERT(false);
}

/// Databases like to say it in several.
std::string oneLine(const std::string& text)
{
    std::string line;
    for (const char c : text) {
        const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!blank) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    return line;
}

} // namespace

Connection::Connection(QString name, DatabaseUrl url, Access access)
    : m_name(std::move(name)), m_url(std::move(url)), m_access(access)
{}

Connection::~Connection()
{
    disconnect();
    m_database = {};
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>, std::string> Connection::open(const DatabaseUrl& url,
                                                                  Access access)
{
    std::unique_ptr<Connection> connection(new Connection(nextName(), url, access));
    connection->setUp();
    if (!connection->m_database.isValid()) {
        return Failure<std::string>("Qt's driver " + driverOf(url.engine).toStdString() +
                                    " is not installed");
    }
    if (!connection->connect()) {
        return Failure<std::string>("cannot open " + url.shown() + ": " + connection->errorText());
    }
    return connection;
}

std::unique_ptr<Connection> Connection::away(const DatabaseUrl& url, Access access)
{
    std::unique_ptr<Connection> connection(new Connection(nextName(), url, access));
    connection->setUp();
    connection->m_lost = true;
    return connection;
}

void Connection::setUp()
{
    m_database = QSqlDatabase::addDatabase(driverOf(m_url.engine), m_name);
    m_database.setDatabaseName(qtText(m_url.path));
    m_database.setHostName(qtText(m_url.host));
    m_database.setPort(m_url.port == 0 ? -1 : m_url.port);
    m_database.setUserName(qtText(m_url.user));
    m_database.setPassword(qtText(m_url.password));
    m_database.setConnectOptions(optionsOf(m_url, m_access));
}

void Connection::disconnect()
{
    // PostgreSQL's driver would say of each statement that it cannot ask a server that is gone to
    // free it; without the driver it does not try.
    if (m_lost && m_url.engine == Engine::PostgreSql) {
        m_database = {};
        QSqlDatabase::removeDatabase(m_name);
        m_statements.clear();
        setUp();
    } else {
        m_statements.clear();
        m_database.close();
    }
}

bool Connection::connect()
{
    if (!m_database.open()) {
        fail(SqlError::Unavailable, m_database.lastError().text().toStdString());
        return false;
    }
    const std::vector<std::string> setup = sessionSetup(m_url.engine, m_access);
    for (const std::string& statement : setup) {
        execute(statement);
    }
    m_sessions += m_error ? 0U : 1U;
    return !m_error;
}

bool Connection::restore()
{
    if (!m_lost) {
        return true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now < m_nextTry) {
        fail(SqlError::Unavailable, m_whyLost);
        return false;
    }
    disconnect();
    clearError();
    m_lost = !connect();
    if (!m_lost) {
        m_whyLost.clear();
    }
    m_nextTry = now + retryPeriod;
    return !m_lost;
}

Statement& Connection::statement(std::string_view sql)
{
    auto at = m_statements.find(std::string(sql));
    if (at == m_statements.end()) {
        makeRoom();
        at = m_statements.emplace(std::string(sql), Kept{}).first;
    }
    Kept& kept = at->second;
    // It may have been asked for first after an error.
    if (kept.statement == nullptr || !kept.statement->isPrepared()) {
        kept.statement = std::make_unique<Statement>(*this, sql);
    }
    kept.lastUse = ++m_uses;
    return *kept.statement;
}

void Connection::makeRoom()
{
    if (m_statements.size() < statementsMax) {
        return;
    }
    const auto oldest = std::min_element(
        m_statements.begin(), m_statements.end(),
        [](const auto& a, const auto& b) { return a.second.lastUse < b.second.lastUse; });
    m_statements.erase(oldest);
}

bool Connection::mayWork()
{
    if (!m_error && !m_database.isOpen()) {
        fail(SqlError::Unavailable,
             m_whyLost.empty() ? "the connection to the database is gone" : m_whyLost);
    }
    return !m_error;
}

bool Connection::execute(std::string_view sql)
{
    if (!mayWork()) {
        return false;
    }
    // Not prepared: PostgreSQL prepares neither settings nor the ends of transactions.
    const QString text = QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size()));
    QSqlQuery once(m_database);
    if (once.exec(text)) {
        return true;
    }
    const QSqlError error = once.lastError();
    const bool silent = error.type() == QSqlError::NoError;
    fail(silent ? SqlError::Unavailable : sqlErrorOf(m_url.engine, error),
         QString(error.text() + QStringLiteral(" in ") + text).toStdString());
    return false;
}

void Connection::clearError()
{
    m_error.reset();
    m_errorText.clear();
}

void Connection::fail(SqlError error, const std::string& text)
{
    // A file comes back by itself; a connection has to be made anew.
    if (error == SqlError::Unavailable && m_url.engine != Engine::Sqlite) {
        m_lost = true;
    }
    if (!m_error) {
        m_error = error;
        m_errorText = oneLine(text);
        if (error == SqlError::Unavailable) {
            m_whyLost = m_errorText;
        }
    }
}

Snapshot::Snapshot(Connection& connection) : m_connection(connection)
{
    const auto begin = [this] { m_connection.execute(beginSnapshot(m_connection.engine())); };
    const bool clean = !m_connection.error() && m_connection.restore();
    begin();
    // Nothing has been read yet, so a connection that went away meanwhile costs nothing.
    if (clean && m_connection.error() == SqlError::Unavailable && m_connection.restore()) {
        begin();
    }
}

Snapshot::~Snapshot()
{
    // Also after an error, so past the connection's memory of it.
    if (m_connection.database().isOpen()) {
        QSqlQuery end(m_connection.database());
        end.exec(QStringLiteral("ROLLBACK"));
    }
}

} // namespace holdfast::sql
