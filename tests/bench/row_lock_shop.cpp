#include "tests/bench/row_lock_shop.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>

#include <algorithm>
#include <cstdio>

namespace holdfast::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t endlessStock = 1'000'000'000;
constexpr std::int64_t rowsAtOnce = 500;

bool complain(const QString& what)
{
    std::fprintf(stderr, "row_lock: %s\n", qPrintable(what.simplified()));
    return false;
}

bool execute(QSqlDatabase& connection, const QString& statement)
{
    QSqlQuery query(connection);
    return query.exec(statement) || complain(query.lastError().text());
}

/// The tables; what differs is how an engine numbers rows.
QStringList tables(const QString& engine)
{
    const QString serial = engine == u"sqlite"       ? u"INTEGER PRIMARY KEY"_s
                           : engine == u"postgresql" ? u"BIGSERIAL PRIMARY KEY"_s
                                                     : u"BIGINT AUTO_INCREMENT PRIMARY KEY"_s;
    return {u"CREATE TABLE products(id BIGINT PRIMARY KEY, name VARCHAR(200) NOT NULL, "
            "price_minor BIGINT NOT NULL, on_hand BIGINT NOT NULL, held BIGINT NOT NULL, "
            "version BIGINT NOT NULL)"_s,
            u"CREATE TABLE holds(id %1, request VARCHAR(64) NOT NULL, product BIGINT NOT NULL, "
            "qty BIGINT NOT NULL, state VARCHAR(16) NOT NULL, expires_at BIGINT NOT NULL)"_s.arg(
                serial),
            u"CREATE INDEX holds_by_product ON holds(product, state)"_s,
            u"CREATE INDEX holds_by_end ON holds(state, expires_at)"_s,
            u"CREATE TABLE answers(request VARCHAR(64) PRIMARY KEY, answer VARCHAR(200) "
            "NOT NULL)"_s};
}

} // namespace

bool RowLockShop::startServer()
{
    if (isSqlite()) {
        return m_folder.isValid() || complain(m_folder.errorString());
    }
    if (m_engine == u"postgresql") {
        m_server = std::make_unique<test::PostgresServer>();
    } else if (m_engine == u"mariadb") {
        m_server = std::make_unique<test::MariaDbServer>();
    } else {
        return complain(u"no engine "_s + m_engine);
    }
    m_url = m_server->start() ? m_server->createDatabase() : QString();
    return !m_url.isEmpty() || complain(QString::fromLocal8Bit(m_server->problem()));
}

QSqlDatabase RowLockShop::connect(const QString& name) const
{
    const QUrl url(m_url);
    auto connection = QSqlDatabase::addDatabase(isSqlite()                  ? u"QSQLITE"_s
                                                : m_engine == u"postgresql" ? u"QPSQL"_s
                                                                            : u"QMYSQL"_s,
                                                name);
    connection.setDatabaseName(isSqlite() ? m_folder.filePath(u"shop.db"_s) : url.path().mid(1));
    connection.setHostName(url.host());
    connection.setPort(url.port());
    connection.setUserName(url.userName());
    connection.setPassword(url.password());
    if (isSqlite()) {
        connection.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=60000"_s);
    }
    if (!connection.open()) {
        complain(connection.lastError().text());
    } else if (isSqlite()) {
        for (const QString& setting : {u"journal_mode=WAL"_s, u"synchronous=FULL"_s}) {
            execute(connection, u"PRAGMA "_s + setting);
        }
    }
    return connection;
}

bool RowLockShop::makeTables(QSqlDatabase& connection, std::int64_t productCount) const
{
    for (const QString& table : tables(m_engine)) {
        if (!execute(connection, table)) {
            return false;
        }
    }
    if (!connection.transaction()) {
        return complain(connection.lastError().text());
    }
    for (std::int64_t first = 1; first <= productCount; first += rowsAtOnce) {
        QStringList rows;
        const std::int64_t last = std::min(productCount, first + rowsAtOnce - 1);
        for (std::int64_t id = first; id <= last; ++id) {
            rows << u"(%1,'product %1',250,%2,0,1)"_s.arg(id).arg(endlessStock);
        }
        if (!execute(connection, u"INSERT INTO products VALUES "_s + rows.join(u','))) {
            return false;
        }
    }
    return connection.commit() || complain(connection.lastError().text());
}

bool RowLockShop::open(std::int64_t productCount)
{
    if (!startServer()) {
        return false;
    }
    const QString name = u"row-lock-tables"_s;
    bool made = false;
    {
        QSqlDatabase connection = connect(name);
        made = connection.isOpen() && makeTables(connection, productCount);
    }
    QSqlDatabase::removeDatabase(name);
    return made;
}

} // namespace holdfast::bench
