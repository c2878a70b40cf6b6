#include "tests/support/engines.h"

#include "tests/support/engine_files.h"
#include "tests/support/keeper_link.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int portTriesMax = 20;
constexpr Milliseconds orderPatience{15000};

} // namespace

DatabaseServer::DatabaseServer(QByteArray name, QByteArray readyText, int stopSignal, int endSignal)
    : m_name(std::move(name)), m_readyText(std::move(readyText)), m_stopSignal(stopSignal),
      m_endSignal(endSignal)
{}

DatabaseServer::~DatabaseServer() = default;

bool DatabaseServer::failed(const QByteArray& why)
{
    m_problem = m_name + ": " + why.simplified();
    return false;
}

void DatabaseServer::handOver(const QString& path) const
{
    giveTo(serverAccount(), path);
}

QByteArray DatabaseServer::log() const
{
    return contentOf(m_folder + u"/server.log"_s);
}

QString DatabaseServer::nextName()
{
    return u"shop%1"_s.arg(++m_databases);
}

bool DatabaseServer::setUp()
{
    QTemporaryDir folder(QDir::tempPath() + u"/holdfast-XXXXXX"_s);
    if (!folder.isValid()) {
        return failed("no temporary folder: " + folder.errorString().toLocal8Bit());
    }
    folder.setAutoRemove(false); // from here on, the keeper's
    const ServerAccount account = serverAccount();
    m_keeper =
        KeeperLink::start({folder.path(), account.user, account.group, m_stopSignal, m_endSignal});
    if (!m_keeper) {
        QDir(folder.path()).removeRecursively();
        return failed("its keeper did not start");
    }
    m_folder = folder.path();
    if (!prepare()) {
        m_keeper.reset();
        m_folder.clear();
        return false;
    }
    handOver(m_folder);
    return true;
}

bool DatabaseServer::start(Milliseconds deadline)
{
    if (m_running) {
        return true;
    }
    const bool first = !m_keeper;
    if (first && !setUp()) {
        return false;
    }
    // Between the look for a free port and its use another program may take it.
    for (int tries = 0; tries < portTriesMax; ++tries) {
        if (m_port == 0) {
            m_port = freePort();
        }
        const qsizetype logStart = log().size();
        if (launch(deadline)) {
            return true;
        }
        if (!first || !log().mid(logStart).contains("ddress already in use")) {
            return false;
        }
        m_port = 0;
    }
    return false;
}

bool DatabaseServer::launch(Milliseconds deadline)
{
    const Program what = program();
    if (what.path.isEmpty()) {
        return false;
    }
    QByteArray words = what.path.toLocal8Bit() + '\0';
    for (const QString& argument : what.arguments) {
        words += argument.toLocal8Bit() + '\0';
    }
    QFile command(m_folder + u"/command"_s);
    if (!command.open(QIODevice::WriteOnly) || command.write(words) != words.size()) {
        return failed("no room in " + m_folder.toLocal8Bit());
    }
    command.close();
    const qsizetype logStart = log().size();
    m_keeper->order('s');
    const auto started = m_keeper->nextLine(orderPatience);
    if (!started || !started->startsWith("started ")) {
        return failed("its keeper does not answer");
    }
    m_pid = started->mid(8).toLongLong();
    m_running = true;
    return awaitReady(logStart, deadline);
}

bool DatabaseServer::awaitReady(qsizetype logStart, Milliseconds deadline)
{
    const QDeadlineTimer timer(deadline);
    while (!log().mid(logStart).contains(m_readyText)) {
        // This waits for its end, so that it is also the pause between two looks at the log.
        if (m_keeper->nextLine(Milliseconds(5))) {
            m_running = false;
            m_pid = 0;
            return failed("ended at its start, its log: " + log().mid(logStart).right(600));
        }
        if (timer.hasExpired()) {
            killHard();
            return failed("not ready in time, its log: " + log().mid(logStart).right(600));
        }
    }
    return true;
}

void DatabaseServer::awaitEnd()
{
    for (int patience = 0; m_running && patience < 4; ++patience) {
        const auto line = m_keeper->nextLine(orderPatience);
        m_running = !(line && line->startsWith("ended "));
    }
    m_running = false;
    m_pid = 0;
}

void DatabaseServer::killHard()
{
    if (m_running) {
        m_keeper->order('k');
        awaitEnd();
    }
}

void DatabaseServer::stop()
{
    if (m_running) {
        m_keeper->order('t');
        awaitEnd();
    }
}

void DatabaseServer::pause()
{
    if (m_running) {
        m_keeper->order('p');
        [[maybe_unused]] const auto paused = m_keeper->nextLine(orderPatience);
    }
}

void DatabaseServer::resume()
{
    if (m_running) {
        m_keeper->order('c');
        [[maybe_unused]] const auto continued = m_keeper->nextLine(orderPatience);
    }
}

} // namespace holdfast::test
