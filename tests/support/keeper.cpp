/// The process that stands between a test and a database server of its own, so that nothing is
/// left behind however the test ends: it has left the test's process tree (CTest kills the whole
/// tree of a test that takes too long), and the end of its standard input, which the kernel brings
/// about when the test is gone, makes it end the server and remove the folder.
///
/// Called as `keeper USER GROUP FOLDER STOP END`: the ids that the server runs under (-1: as they
/// are), its folder, the signals for a polite stop and for the end of everything. One byte on the
/// standard input is one order; what it answers is one line each:
///   s  start the command in FOLDER/command (words end with a zero byte)    "started PID"
///   t  polite stop          k  SIGKILL to the whole process tree          (nothing)
///   p  SIGSTOP to the tree  c  SIGCONT to it                  "paused" / "continued"
/// Whenever the server has ended and its whole tree with it: "ended STATUS" (as of waitpid).

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Task
{
    uid_t user;
    gid_t group;
    std::string folder;
    int stopSignal;
    int endSignal;
};

constexpr int endPatienceMs = 10000; // a server that takes longer to end is killed
constexpr std::array ignoredSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

void answer(const std::string& line)
{
    const std::string text = line + '\n';
    // A test that is gone does not listen; that shows at the standard input.
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

std::vector<pid_t> childrenOf(pid_t parent)
{
    const std::string id = std::to_string(parent);
    std::ifstream list("/proc/" + id + "/task/" + id + "/children");
    return {std::istream_iterator<pid_t>(list), std::istream_iterator<pid_t>()};
}

void signalTree(pid_t root, int number)
{
    ::kill(root, number); // first the one that could still make children
    for (const pid_t child : childrenOf(root)) {
        signalTree(child, number);
    }
}

std::vector<std::string> commandIn(const std::string& folder)
{
    std::ifstream file(folder + "/command", std::ios::binary);
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');) {
        words.push_back(word);
    }
    return words;
}

/// Between fork and exec: nothing that allocates.
[[noreturn]] void becomeServer(const Task& task, char** words, int log)
{
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    for (const int number : ignoredSignals) {
        ::signal(number, SIG_DFL); // what is ignored stays so in the new program otherwise
    }
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const bool sameUser = task.user == static_cast<uid_t>(-1);
    const bool ready = (sameUser || (::setgroups(0, nullptr) == 0 && ::setgid(task.group) == 0 &&
                                     ::setuid(task.user) == 0)) &&
                       ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::chdir(task.folder.c_str()) == 0;
    if (ready) {
        ::execv(words[0], words);
    }
    constexpr int couldNotStart = 127;
    ::_exit(couldNotStart);
}

class Keeper
{
public:
    explicit Keeper(const Task& task) : m_task(task) {}

    void run(int childSignals)
    {
        std::array<pollfd, 2> sources{{{STDIN_FILENO, POLLIN, 0}, {childSignals, POLLIN, 0}}};
        while (true) {
            if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) {
                break;
            }
            if (sources[1].revents != 0) {
                signalfd_siginfo ignored{};
                [[maybe_unused]] const auto size = ::read(childSignals, &ignored, sizeof ignored);
                reap();
            }
            char order = 0;
            if (sources[0].revents != 0 && (::read(STDIN_FILENO, &order, 1) != 1 || !obey(order))) {
                break;
            }
        }
        endEverything(childSignals);
    }

private:
    bool obey(char order)
    {
        switch (order) {
        case 's':
            start();
            return true;
        case 't':
            m_server > 0 && ::kill(m_server, m_task.stopSignal);
            return true;
        case 'k':
            m_server > 0 && ::kill(m_server, SIGKILL);
            return true;
        case 'p':
            signalServer(SIGSTOP);
            answer("paused");
            return true;
        case 'c':
            signalServer(SIGCONT);
            answer("continued");
            return true;
        default:
            return false;
        }
    }

    void signalServer(int number) const
    {
        if (m_server > 0) {
            signalTree(m_server, number);
        }
    }

    void start()
    {
        std::vector<std::string> words = commandIn(m_task.folder);
        std::vector<char*> pointers;
        pointers.reserve(words.size() + 1);
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        const int log = ::open((m_task.folder + "/server.log").c_str(),
                               O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        m_server = ::fork();
        if (m_server == 0) {
            becomeServer(m_task, pointers.data(), log);
        }
        ::close(log);
        answer("started " + std::to_string(m_server));
    }

    /// Takes note of children that ended; the end of the server takes its children along, as the
    /// loss of a machine would.
    void reap()
    {
        int status = 0;
        for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (ended == m_server) {
                killAll();
                m_server = 0;
                answer("ended " + std::to_string(status));
                return;
            }
        }
    }

    /// Orphans become children of this process (PR_SET_CHILD_SUBREAPER), so this finds everyone.
    static void killAll()
    {
        do {
            for (const pid_t child : childrenOf(::getpid())) {
                ::kill(child, SIGKILL);
            }
        } while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
    }

    void endEverything(int childSignals)
    {
        signalServer(SIGCONT);
        if (m_server > 0) {
            ::kill(m_server, m_task.endSignal);
        }
        pollfd source{childSignals, POLLIN, 0};
        while (m_server > 0 && ::poll(&source, 1, endPatienceMs) > 0) {
            signalfd_siginfo ignored{};
            [[maybe_unused]] const auto size = ::read(childSignals, &ignored, sizeof ignored);
            reap();
        }
        killAll();
        removeSharedMemory();
        std::error_code ignored;
        std::filesystem::remove_all(m_task.folder, ignored);
    }

    /// PostgreSQL keeps a small System V segment as a lock; one that was killed leaves it. The
    /// seventh line of its postmaster.pid is "KEY ID".
    void removeSharedMemory() const
    {
        std::ifstream file(m_task.folder + "/data/postmaster.pid");
        std::string line;
        for (int number = 0; number < 6; ++number) {
            std::getline(file, line);
        }
        unsigned long key = 0;
        int id = -1;
        shmid_ds segment{};
        if (file >> key >> id && ::shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_nattch == 0) {
            ::shmctl(id, IPC_RMID, nullptr);
        }
    }

    const Task m_task;
    pid_t m_server = 0;
};

int childSignalSource()
{
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &child, nullptr);
    return ::signalfd(-1, &child, SFD_CLOEXEC);
}

/// Out of the test's process tree, session and terminal, with nothing of its open files: CTest
/// waits until everyone has closed the standard error that it gave to the test.
void leaveTree()
{
    if (::fork() != 0) {
        ::_exit(0);
    }
    ::setsid();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::dup2(::open("/dev/null", O_RDWR | O_CLOEXEC), STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    for (const int number : ignoredSignals) {
        ::signal(number, SIG_IGN);
    }
    [[maybe_unused]] const int atRoot = ::chdir("/"); // hold no folder
}

} // namespace

int main(int count, char** words)
{
    if (count != 6) {
        return 2;
    }
    const Task task{static_cast<uid_t>(std::atol(words[1])),
                    static_cast<gid_t>(std::atol(words[2])), words[3], std::atoi(words[4]),
                    std::atoi(words[5])};
    leaveTree();
    Keeper(task).run(childSignalSource());
    return 0;
}
