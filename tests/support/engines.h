#pragma once

#include "tests/support/http_client.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>

namespace holdfast::test {

class KeeperLink;

/// A real database server that belongs to this test alone: on a free port of 127.0.0.1, its files
/// in a temporary folder, as durable as a shop's (every commit is synced). It and its folder
/// vanish with the object, and also when the test is killed. A server that runs on this machine
/// anyway is never touched. As root, the server runs as `nobody`.
///
/// One server per test program, started once (one to two seconds; the first one of a build folder
/// also makes the template of the data folder); one fresh database per test function. Port and
/// databases survive kill and restart. Needs a QCoreApplication; use from one thread.
class DatabaseServer
{
public:
    virtual ~DatabaseServer();
    DatabaseServer(const DatabaseServer&) = delete;
    DatabaseServer& operator=(const DatabaseServer&) = delete;

    /// Starts it, or starts it again after killHard() or stop(), and waits until it takes
    /// connections (crash recovery included). When false, problem() says why in one line.
    [[nodiscard]] bool start(Milliseconds deadline = std::chrono::seconds(60));

    /// SIGKILL to the server and all its processes; returns when they are gone.
    void killHard();
    /// The polite way: open connections are ended.
    void stop();
    /// SIGSTOP to all its processes: connections stay open, nobody answers. And SIGCONT.
    void pause();
    void resume();

    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString folder() const { return m_folder; }
    [[nodiscard]] qint64 pid() const { return m_pid; } ///< 0 when it does not run
    [[nodiscard]] QByteArray log() const;              ///< what the server said, of all starts
    /// Why the last call failed, in one line; for QVERIFY2(server.start(), server.problem()).
    [[nodiscard]] const char* problem() const { return m_problem.constData(); }

    /// A fresh, empty database as a value for `--database` (for Redis: `--redis`); empty when it
    /// failed. With socketUrl() the same over the server's Unix socket.
    [[nodiscard]] virtual QString createDatabase() = 0;
    [[nodiscard]] virtual QString socketUrl(const QString& url) const = 0;

protected:
    struct Program
    {
        QString path;
        QStringList arguments;
    };

    DatabaseServer(QByteArray name, QByteArray readyText, int stopSignal, int endSignal);

    /// Fills `folder()/data` before the first start; false after failed().
    [[nodiscard]] virtual bool prepare() = 0;
    /// What to run; an empty path after failed().
    [[nodiscard]] virtual Program program() = 0;

    bool failed(const QByteArray& why);
    /// Hands a path below folder() to the user that the server runs as.
    void handOver(const QString& path) const;
    [[nodiscard]] QString nextName();

private:
    [[nodiscard]] bool setUp();
    [[nodiscard]] bool launch(Milliseconds deadline);
    [[nodiscard]] bool awaitReady(qsizetype logStart, Milliseconds deadline);
    void awaitEnd();

    QByteArray m_name;
    QByteArray m_readyText;
    QByteArray m_problem = "no error";
    int m_stopSignal;
    int m_endSignal;
    std::unique_ptr<KeeperLink> m_keeper;
    QString m_folder;
    quint16 m_port = 0;
    qint64 m_pid = 0;
    int m_databases = 0;
    bool m_running = false;
};

/// PostgreSQL 15 (or the newest that is installed), user `holdfast`, a superuser.
class PostgresServer : public DatabaseServer
{
public:
    PostgresServer();
    [[nodiscard]] QString createDatabase() override;
    [[nodiscard]] QString socketUrl(const QString& url) const override;

private:
    bool prepare() override;
    Program program() override;
};

/// MariaDB 10.11 (or what is installed), user `holdfast` with all rights.
class MariaDbServer : public DatabaseServer
{
public:
    MariaDbServer();
    [[nodiscard]] QString createDatabase() override;
    [[nodiscard]] QString socketUrl(const QString& url) const override;

private:
    bool prepare() override;
    Program program() override;
};

/// Redis 7. It forgets everything with each start, unless it is told to keep it.
class RedisServer : public DatabaseServer
{
public:
    enum class Keeps { Nothing, EveryWrite };

    explicit RedisServer(Keeps keeps = Keeps::Nothing, QByteArray password = {});
    /// The next of its numbered databases; channels are shared by all of them.
    [[nodiscard]] QString createDatabase() override;
    [[nodiscard]] QString socketUrl(const QString& url) const override;
    [[nodiscard]] QByteArray password() const { return m_password; }

    static constexpr int databaseCountMax = 1024;

private:
    bool prepare() override;
    Program program() override;

    Keeps m_keeps;
    QByteArray m_password;
};

} // namespace holdfast::test
