#pragma once

#include "tests/support/http_client.h"

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

namespace holdfast::test {

/// What a finished program left behind. `exitCode` is -1 when it crashed or ran too long.
struct ProgramResult
{
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};

/// Path of a built program, found by the environment variable HOLDFAST_BIN.
QString programPath(const QString& name);

/// Runs a program to its end in `folder` (a temporary one when empty).
ProgramResult runProgram(const QString& program, const QStringList& arguments,
                         Milliseconds deadline = std::chrono::seconds(30),
                         const QString& folder = {}, const QStringList& environment = {});

/// A program of ours that serves HTTP on 127.0.0.1: started in a temporary folder that vanishes
/// with the object, killed with it, its output kept. Use from one thread.
class RunningProgram
{
public:
    explicit RunningProgram(const QString& name) : m_name(name) {}
    ~RunningProgram();
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    /// Starts it and waits for the line `listening on http://HOST:PORT`.
    bool launch(const QStringList& arguments, Milliseconds deadline = std::chrono::seconds(30));
    /// Milliseconds from launch to the ready line of the last start.
    [[nodiscard]] qint64 startMs() const { return m_startMs; }

    /// SIGKILL: the process has no chance to say anything.
    void killHard();
    /// Sends SIGTERM without waiting.
    void askToStop();
    /// Waits for the end: the exit code, or -1 on a crash or past the deadline.
    int waitForEnd(Milliseconds deadline = std::chrono::seconds(15));
    /// SIGTERM, then the exit code.
    int stop(Milliseconds deadline = std::chrono::seconds(15));
    [[nodiscard]] bool isRunning() const;

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] qint64 pid() const;
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QByteArray standardOutput() const; ///< of the last start
    [[nodiscard]] QByteArray standardError() const;  ///< of all starts

private:
    QString m_name;
    QTemporaryDir m_folder;
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
    qint64 m_startMs = 0;
};

/// The real holdfast-server on a free port, with a database of its own: a SQLite file in its
/// folder, or one on the databaseServer() of this run.
class ServerProcess : public RunningProgram
{
public:
    /// The bootstrap token that every server of the tests takes.
    static inline const QByteArray adminToken = "test-admin-token";

    /// `arguments` are added to `serve --listen 127.0.0.1:0 --database … --admin-token …`.
    explicit ServerProcess(QStringList arguments = {});
    /// A second one on the database of `other`, which must be on a database server.
    ServerProcess(const ServerProcess& other, QStringList arguments);

    /// Starts it and waits for the ready line. May be called again after it has ended.
    bool start(Milliseconds deadline = std::chrono::seconds(30));

    [[nodiscard]] QString databaseFile() const; ///< of SQLite
    [[nodiscard]] QString databaseUrl() const { return m_databaseUrl; }

    /// A client with the bootstrap token.
    [[nodiscard]] HttpClient client() const;
    /// A sub-command on the same database, for example `verify`.
    [[nodiscard]] ProgramResult tool(const QStringList& arguments) const;

private:
    QStringList m_arguments;
    QString m_databaseUrl;
};

} // namespace holdfast::test
