#include "tests/support/server_process.h"

#include "tests/support/test_database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <csignal>
#include <sys/types.h>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The surroundings of the test must not leak into the server: every HOLDFAST_ variable is an
/// option of it.
QProcessEnvironment cleanEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& key : environment.keys()) {
        if (key.startsWith("HOLDFAST_"_L1)) {
            environment.remove(key);
        }
    }
    return environment;
}

void signalProcess(const QProcess* process, int number)
{
    if (process != nullptr && process->processId() > 0) {
        ::kill(static_cast<pid_t>(process->processId()), number);
    }
}

} // namespace

QString programPath(const QString& name)
{
    const QString folder = qEnvironmentVariable("HOLDFAST_BIN");
    return (folder.isEmpty() ? QCoreApplication::applicationDirPath() : folder) + u'/' + name;
}

ProgramResult runProgram(const QString& program, const QStringList& arguments,
                         Milliseconds deadline, const QString& folder,
                         const QStringList& environment)
{
    const QTemporaryDir ownFolder;
    QProcess process;
    QProcessEnvironment variables = cleanEnvironment();
    for (const QString& entry : environment) {
        const qsizetype equals = entry.indexOf(u'=');
        variables.insert(entry.left(equals), entry.mid(equals + 1));
    }
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(folder.isEmpty() ? ownFolder.path() : folder);
    process.start(program, arguments);
    const bool ended = process.waitForFinished(static_cast<int>(deadline.count()));
    ProgramResult result;
    if (!ended) {
        process.kill();
        process.waitForFinished();
    } else if (process.exitStatus() == QProcess::NormalExit) {
        result.exitCode = process.exitCode();
    }
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

RunningProgram::~RunningProgram()
{
    killHard();
}

bool RunningProgram::launch(const QStringList& arguments, Milliseconds deadline)
{
    killHard();
    const QString out = m_folder.filePath(u"stdout.log"_s);
    QFile::remove(out);
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(cleanEnvironment());
    m_process->setWorkingDirectory(m_folder.path());
    m_process->setStandardOutputFile(out);
    m_process->setStandardErrorFile(m_folder.filePath(u"stderr.log"_s), QIODevice::Append);
    QElapsedTimer timer;
    timer.start();
    m_process->start(programPath(m_name), arguments);
    static const QRegularExpression ready(u"listening on https?://[^\\n]*:(\\d+)\\s*\\n"_s);
    while (timer.elapsed() < deadline.count()) {
        const auto match = ready.match(QString::fromUtf8(contentOf(out)));
        if (match.hasMatch()) {
            m_startMs = timer.elapsed();
            m_port = static_cast<quint16>(match.captured(1).toUInt());
            return true;
        }
        if (m_process->waitForFinished(2) || m_process->state() == QProcess::NotRunning) {
            return false;
        }
    }
    return false;
}

void RunningProgram::killHard()
{
    if (isRunning()) {
        signalProcess(m_process.get(), SIGKILL);
        m_process->waitForFinished();
    }
}

void RunningProgram::askToStop()
{
    signalProcess(m_process.get(), SIGTERM);
}

int RunningProgram::waitForEnd(Milliseconds deadline)
{
    if (!m_process) {
        return -1;
    }
    if (m_process->state() != QProcess::NotRunning &&
        !m_process->waitForFinished(static_cast<int>(deadline.count()))) {
        return -1;
    }
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
}

int RunningProgram::stop(Milliseconds deadline)
{
    askToStop();
    return waitForEnd(deadline);
}

bool RunningProgram::isRunning() const
{
    return m_process && m_process->state() != QProcess::NotRunning;
}

qint64 RunningProgram::pid() const
{
    return m_process ? m_process->processId() : 0;
}

ServerProcess::ServerProcess(QStringList arguments)
    : RunningProgram(u"holdfast-server"_s), m_arguments(std::move(arguments)),
      m_databaseUrl(newDatabaseUrl(folder()))
{}

ServerProcess::ServerProcess(const ServerProcess& other, QStringList arguments)
    : RunningProgram(u"holdfast-server"_s), m_arguments(std::move(arguments)),
      m_databaseUrl(other.m_databaseUrl)
{}

bool ServerProcess::start(Milliseconds deadline)
{
    const QStringList fixed{u"serve"_s,
                            u"--listen"_s,
                            u"127.0.0.1:0"_s,
                            u"--database"_s,
                            databaseUrl(),
                            u"--admin-token"_s,
                            QString::fromLatin1(adminToken)};
    return launch(fixed + m_arguments, deadline);
}

QString ServerProcess::databaseFile() const
{
    return folder() + u"/shop.db"_s;
}

QByteArray RunningProgram::standardOutput() const
{
    return contentOf(m_folder.filePath(u"stdout.log"_s));
}

QByteArray RunningProgram::standardError() const
{
    return contentOf(m_folder.filePath(u"stderr.log"_s));
}

HttpClient ServerProcess::client() const
{
    HttpClient client(port());
    client.setToken(adminToken);
    return client;
}

ProgramResult ServerProcess::tool(const QStringList& arguments) const
{
    QStringList all = arguments;
    all << u"--database"_s << databaseUrl();
    return runProgram(programPath(u"holdfast-server"_s), all, std::chrono::seconds(60));
}

} // namespace holdfast::test
