#include "tests/support/keeper_link.h"

#include <QDeadlineTimer>
#include <QList>

#include <array>
#include <vector>

#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::test {

namespace {

/// The servers and their set-up tools take no settings from the surroundings of the test.
bool concernsServers(const char* variable)
{
    const QByteArrayView text(variable);
    return text.startsWith("PG") || text.startsWith("MYSQL_") || text.startsWith("MARIADB_") ||
           text.startsWith("HOLDFAST_");
}

std::vector<char*> environment()
{
    std::vector<char*> kept;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!concernsServers(*variable)) {
            kept.push_back(*variable);
        }
    }
    kept.push_back(nullptr);
    return kept;
}

std::vector<char*> pointers(QList<QByteArray>& words)
{
    std::vector<char*> list;
    for (QByteArray& word : words) {
        list.push_back(word.data());
    }
    list.push_back(nullptr);
    return list;
}

} // namespace

std::unique_ptr<KeeperLink> KeeperLink::start(const Task& task)
{
    // Closed on exec: no other program of the test may keep the keeper waiting for the end.
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return nullptr;
    }
    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    QList<QByteArray> words{HOLDFAST_TEST_KEEPER,
                            QByteArray::number(task.user),
                            QByteArray::number(task.group),
                            task.folder.toLocal8Bit(),
                            QByteArray::number(task.stopSignal),
                            QByteArray::number(task.endSignal)};
    pid_t child = 0;
    const int error = ::posix_spawn(&child, words.front().constData(), &files, nullptr,
                                    pointers(words).data(), environment().data());
    ::posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    std::unique_ptr<KeeperLink> link(new KeeperLink(ends[0]));
    int status = 0;
    // It leaves our tree by a second fork, so this one ends at once.
    const bool started = error == 0 && ::waitpid(child, &status, 0) == child && status == 0;
    return started ? std::move(link) : nullptr;
}

KeeperLink::~KeeperLink()
{
    ::shutdown(m_socket, SHUT_WR);
    std::array<char, 256> ignored{};
    while (::recv(m_socket, ignored.data(), ignored.size(), 0) > 0) {
    }
    ::close(m_socket);
}

void KeeperLink::order(char what) const
{
    [[maybe_unused]] const auto written = ::send(m_socket, &what, 1, MSG_NOSIGNAL);
}

std::optional<QByteArray> KeeperLink::nextLine(Milliseconds deadline)
{
    const QDeadlineTimer timer(deadline);
    while (true) {
        if (const qsizetype end = m_received.indexOf('\n'); end >= 0) {
            const QByteArray line = m_received.first(end);
            m_received.remove(0, end + 1);
            return line;
        }
        pollfd source{m_socket, POLLIN, 0};
        if (::poll(&source, 1, static_cast<int>(timer.remainingTime())) <= 0) {
            return std::nullopt;
        }
        std::array<char, 256> part{};
        const auto size = ::recv(m_socket, part.data(), part.size(), 0);
        if (size <= 0) {
            return std::nullopt;
        }
        m_received.append(part.data(), size);
    }
}

} // namespace holdfast::test
