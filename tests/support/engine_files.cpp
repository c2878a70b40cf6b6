#include "tests/support/engine_files.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QLockFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>

#include <array>
#include <chrono>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int toolPatienceMs = 120000;

std::optional<QByteArray> runTool(QProcess& tool)
{
    tool.setProcessChannelMode(QProcess::MergedChannels);
    tool.start();
    if (!tool.waitForFinished(toolPatienceMs) || tool.exitStatus() != QProcess::NormalExit ||
        tool.exitCode() != 0) {
        return tool.program().toLocal8Bit() + " failed: " + tool.errorString().toLocal8Bit() +
               ": " + tool.readAll().right(600);
    }
    return std::nullopt;
}

std::optional<QByteArray> copyTree(const QString& from, const QString& to)
{
    QProcess copy;
    copy.setProgram(u"cp"_s);
    copy.setArguments({u"-a"_s, u"--reflink=auto"_s, from, to});
    return runTool(copy);
}

} // namespace

ServerAccount serverAccount()
{
    if (::geteuid() != 0) {
        return {};
    }
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> room{};
    ::getpwnam_r("nobody", &entry, room.data(), room.size(), &found);
    constexpr qint64 usualId = 65534;
    return found == nullptr ? ServerAccount{usualId, usualId}
                            : ServerAccount{found->pw_uid, found->pw_gid};
}

void giveTo(const ServerAccount& account, const QString& path)
{
    if (account.user < 0) {
        return;
    }
    const auto give = [&account](const QString& one) {
        [[maybe_unused]] const int given =
            ::lchown(one.toLocal8Bit().constData(), static_cast<uid_t>(account.user),
                     static_cast<gid_t>(account.group));
    };
    give(path);
    QDirIterator each(path, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                      QDirIterator::Subdirectories);
    while (each.hasNext()) {
        give(each.next());
    }
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

quint16 freePort()
{
    constexpr int first = 15000;
    constexpr int behind = 32000; // Linux takes outgoing ports from 32768 on
    QTcpServer probe;
    while (true) {
        const auto port = static_cast<quint16>(QRandomGenerator::system()->bounded(first, behind));
        if (probe.listen(QHostAddress::LocalHost, port)) {
            return port;
        }
    }
}

QString findProgram(const QStringList& candidates)
{
    for (const QString& candidate : candidates) {
        QString found = QStandardPaths::findExecutable(candidate);
        if (found.isEmpty() && !candidate.contains(u'/')) {
            found = QStandardPaths::findExecutable(
                candidate, {u"/usr/bin"_s, u"/usr/sbin"_s, u"/usr/local/bin"_s});
        }
        if (!found.isEmpty()) {
            return found;
        }
    }
    return {};
}

std::optional<QByteArray> runAs(const ServerAccount& account, const QString& program,
                                const QStringList& arguments)
{
    QProcess tool;
    tool.setProgram(program);
    tool.setArguments(arguments);
    tool.setWorkingDirectory(u"/"_s);
    tool.setChildProcessModifier([account] {
        if (account.user < 0) {
            return;
        }
        const bool changed = ::setgroups(0, nullptr) == 0 &&
                             ::setgid(static_cast<gid_t>(account.group)) == 0 &&
                             ::setuid(static_cast<uid_t>(account.user)) == 0;
        if (!changed) {
            ::_exit(1);
        }
    });
    return runTool(tool);
}

std::optional<QByteArray>
copyTemplate(const QString& name, const QString& target,
             const std::function<std::optional<QByteArray>(const QString& folder)>& make)
{
    const QDir templates(QStringLiteral(HOLDFAST_TEST_TEMPLATES));
    if (!templates.mkpath(u"."_s)) {
        return "cannot write " + templates.path().toLocal8Bit();
    }
    QLockFile lock(templates.filePath(name + u".lock"_s));
    lock.setStaleLockTime(std::chrono::minutes(5));
    if (!lock.tryLock(toolPatienceMs)) {
        return "another test is making " + templates.filePath(name).toLocal8Bit();
    }
    if (!templates.exists(name)) {
        // Made where the server's account may write, and put in place in one step when complete.
        const QTemporaryDir workshop(QDir::tempPath() + u"/holdfast-XXXXXX"_s);
        giveTo(serverAccount(), workshop.path());
        const QString made = workshop.filePath(u"data"_s);
        const QString part = templates.filePath(name + u".part"_s);
        QDir(part).removeRecursively();
        auto problem = make(made);
        problem = problem ? problem : copyTree(made, part);
        if (problem || !QDir().rename(part, templates.filePath(name))) {
            return problem.value_or("cannot write " + templates.filePath(name).toLocal8Bit());
        }
    }
    lock.unlock();
    return copyTree(templates.filePath(name), target);
}

} // namespace holdfast::test
