#include "tests/support/engine_files.h"
#include "tests/support/engines.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>

#include <csignal>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

const QString userName = u"holdfast"_s;
const QString userPassword = u"test-password"_s;
constexpr int connectionCountMax = 320; // 256 clients and some more

/// Where a connection of ours goes to.
struct Target
{
    QString driver;
    quint16 port;
    QString database;
};

/// Runs one statement on a connection of its own. None when it worked, else why not.
std::optional<QByteArray> runSql(const Target& target, const QString& statement)
{
    const QString name = u"engines"_s;
    std::optional<QByteArray> problem;
    {
        QSqlDatabase connection = QSqlDatabase::addDatabase(target.driver, name);
        connection.setHostName(u"127.0.0.1"_s);
        connection.setPort(target.port);
        connection.setDatabaseName(target.database);
        connection.setUserName(userName);
        connection.setPassword(userPassword);
        if (!connection.open()) {
            problem = connection.lastError().text().toUtf8();
        } else if (QSqlQuery query(connection); !query.exec(statement)) {
            problem = query.lastError().text().toUtf8();
        }
    }
    QSqlDatabase::removeDatabase(name);
    return problem;
}

QString urlOf(const QString& scheme, quint16 port, const QString& database)
{
    return u"%1://%2:%3@127.0.0.1:%4/%5"_s.arg(scheme, userName, userPassword)
        .arg(port)
        .arg(database);
}

/// The program of this name of the newest PostgreSQL; of the one that the shop runs if it is here.
QString postgresProgram(const QString& name)
{
    const QDir all(u"/usr/lib/postgresql"_s);
    QStringList candidates{all.filePath(u"15/bin/"_s + name)};
    for (int version = 30; version >= 13; --version) {
        candidates << all.filePath(u"%1/bin/%2"_s.arg(version).arg(name));
    }
    return findProgram(candidates << name);
}

/// "15" of ".../15/bin/initdb"; elsewhere nothing.
QString versionIn(const QString& path)
{
    return path.section(u'/', -3, -3);
}

std::optional<QByteArray> makePostgresData(const QString& folder)
{
    // The password goes through a file, beside the folder because initdb wants that empty.
    const QString passwordFile = folder + u".password"_s;
    QFile file(passwordFile);
    if (!file.open(QIODevice::WriteOnly) || file.write(userPassword.toUtf8()) < 0) {
        return "cannot write " + passwordFile.toLocal8Bit();
    }
    file.close();
    giveTo(serverAccount(), passwordFile);
    // Without syncing: it is only a template.
    return runAs(serverAccount(), postgresProgram(u"initdb"_s),
                 {u"-D"_s, folder, u"-U"_s, userName, u"--pwfile"_s, passwordFile, u"-A"_s,
                  u"scram-sha-256"_s, u"--locale=C.UTF-8"_s, u"-E"_s, u"UTF8"_s, u"--no-sync"_s});
}

std::optional<QByteArray> makeMariaDbData(const QString& folder)
{
    return runAs(serverAccount(), findProgram({u"mariadb-install-db"_s}),
                 {u"--no-defaults"_s, u"--datadir="_s + folder, u"--skip-test-db"_s,
                  u"--skip-name-resolve"_s, u"--auth-root-authentication-method=normal"_s,
                  u"--innodb-flush-log-at-trx-commit=0"_s});
}

} // namespace

// --- PostgreSQL -----------------------------------------------------------------------------

PostgresServer::PostgresServer()
    : DatabaseServer("PostgreSQL", "database system is ready to accept connections", SIGINT,
                     SIGQUIT)
{}

bool PostgresServer::prepare()
{
    const QString initdb = postgresProgram(u"initdb"_s);
    if (initdb.isEmpty()) {
        return failed("initdb not found: install postgresql-15 (./dev packages does)");
    }
    const auto problem =
        copyTemplate(u"postgresql-"_s + versionIn(initdb), folder() + u"/data"_s, makePostgresData);
    return !problem || failed(*problem);
}

DatabaseServer::Program PostgresServer::program()
{
    const auto setting = [](const QString& text) { return QStringList{u"-c"_s, text}; };
    QStringList arguments{u"-D"_s, folder() + u"/data"_s, u"-p"_s, QString::number(port())};
    arguments += setting(u"listen_addresses=127.0.0.1"_s);
    arguments += setting(u"unix_socket_directories="_s + folder());
    arguments += setting(u"max_connections=%1"_s.arg(connectionCountMax));
    arguments += setting(u"fsync=on"_s) + setting(u"synchronous_commit=on"_s);
    // Files instead of /dev/shm: they vanish with the folder.
    arguments += setting(u"dynamic_shared_memory_type=mmap"_s);
    arguments += setting(u"logging_collector=off"_s) + setting(u"lc_messages=C"_s);
    return {postgresProgram(u"postgres"_s), arguments};
}

QString PostgresServer::createDatabase()
{
    const QString name = nextName();
    const auto problem = runSql({u"QPSQL"_s, port(), u"postgres"_s},
                                u"CREATE DATABASE %1 TEMPLATE template0"_s.arg(name));
    if (problem) {
        failed(*problem);
        return {};
    }
    return urlOf(u"postgresql"_s, port(), name);
}

QString PostgresServer::socketUrl(const QString& url) const
{
    return u"postgresql://%1:%2@/%3?host=%4&port=%5"_s
        .arg(userName, userPassword, url.section(u'/', -1), folder())
        .arg(port());
}

// --- MariaDB --------------------------------------------------------------------------------

MariaDbServer::MariaDbServer()
    : DatabaseServer("MariaDB", ": ready for connections", SIGTERM, SIGKILL)
{}

bool MariaDbServer::prepare()
{
    if (findProgram({u"mariadbd"_s}).isEmpty()) {
        return failed("mariadbd not found: install mariadb-server-core (./dev packages does)");
    }
    if (findProgram({u"mariadb-install-db"_s}).isEmpty() ||
        findProgram({u"my_print_defaults"_s}).isEmpty()) {
        return failed("my_print_defaults not found: install mariadb-client-core "
                      "(./dev packages does)");
    }
    if (const auto problem = copyTemplate(u"mariadb"_s, folder() + u"/data"_s, makeMariaDbData)) {
        return failed(*problem);
    }
    QFile file(folder() + u"/users.sql"_s);
    QString text;
    for (const QString& host : {u"localhost"_s, u"127.0.0.1"_s}) {
        const QString user = u"'%1'@'%2'"_s.arg(userName, host);
        text += u"CREATE USER IF NOT EXISTS %1 IDENTIFIED BY '%2';\n"_s.arg(user, userPassword);
        text += u"GRANT ALL PRIVILEGES ON *.* TO %1 WITH GRANT OPTION;\n"_s.arg(user);
    }
    return (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0) ||
           failed("no room in " + folder().toLocal8Bit());
}

DatabaseServer::Program MariaDbServer::program()
{
    const QString here = folder();
    return {findProgram({u"mariadbd"_s}),
            {u"--no-defaults"_s, u"--datadir=%1/data"_s.arg(here),
             u"--socket=%1/mariadb.sock"_s.arg(here), u"--pid-file=%1/mariadb.pid"_s.arg(here),
             u"--tmpdir="_s + here, u"--init-file=%1/users.sql"_s.arg(here),
             u"--bind-address=127.0.0.1"_s, u"--port=%1"_s.arg(port()), u"--skip-name-resolve"_s,
             u"--innodb-flush-log-at-trx-commit=1"_s, u"--innodb-doublewrite=1"_s,
             u"--max-connections=%1"_s.arg(connectionCountMax), u"--character-set-server=utf8mb4"_s,
             u"--lc-messages=en_US"_s}};
}

QString MariaDbServer::createDatabase()
{
    const QString name = nextName();
    const auto problem =
        runSql({u"QMYSQL"_s, port(), u"mysql"_s}, u"CREATE DATABASE %1"_s.arg(name));
    if (problem) {
        failed(*problem);
        return {};
    }
    return urlOf(u"mariadb"_s, port(), name);
}

QString MariaDbServer::socketUrl(const QString& url) const
{
    return u"mariadb://%1:%2@localhost/%3?socket=%4/mariadb.sock"_s.arg(
        userName, userPassword, url.section(u'/', -1), folder());
}

// --- Redis ----------------------------------------------------------------------------------

RedisServer::RedisServer(Keeps keeps, QByteArray password)
    : DatabaseServer("Redis", "Ready to accept connections", SIGTERM, SIGKILL), m_keeps(keeps),
      m_password(std::move(password))
{}

bool RedisServer::prepare()
{
    // Debian's redis-tools carries the server under the name of one of its tools and without a
    // service; the program goes by the name that it is called by.
    const QString tool = findProgram({u"redis-server"_s, u"redis-check-rdb"_s});
    if (tool.isEmpty()) {
        return failed("redis-check-rdb not found: install redis-tools (./dev packages does)");
    }
    return QFile::link(tool, folder() + u"/redis-server"_s) ||
           failed("no room in " + folder().toLocal8Bit());
}

DatabaseServer::Program RedisServer::program()
{
    QStringList arguments{u"--port"_s,       QString::number(port()),
                          u"--bind"_s,       u"127.0.0.1"_s,
                          u"--dir"_s,        folder(),
                          u"--databases"_s,  QString::number(databaseCountMax),
                          u"--save"_s,       QString(),
                          u"--unixsocket"_s, folder() + u"/redis.sock"_s};
    if (m_keeps == Keeps::EveryWrite) {
        arguments << u"--appendonly"_s << u"yes"_s << u"--appendfsync"_s << u"always"_s;
    }
    if (!m_password.isEmpty()) {
        arguments << u"--requirepass"_s << QString::fromUtf8(m_password);
    }
    return {folder() + u"/redis-server"_s, arguments};
}

QString RedisServer::createDatabase()
{
    const QString number = nextName().mid(4);
    const QString password =
        m_password.isEmpty()
            ? QString()
            : u':' + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(m_password))) +
                  u'@';
    return u"redis://" + password + u"127.0.0.1:" + QString::number(port()) + u'/' + number;
}

QString RedisServer::socketUrl(const QString& url) const
{
    return u"unix://%1/redis.sock?db=%2"_s.arg(folder(), url.section(u'/', -1));
}

} // namespace holdfast::test
