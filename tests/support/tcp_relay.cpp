#include "tests/support/tcp_relay.h"

#include "shared/domain/assert.h"

#include <QUrl>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <fcntl.h>
#include <mutex>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace holdfast::test {

/// A file descriptor that is closed with its object.
class RelayDescriptor
{
public:
    explicit RelayDescriptor(int number = -1) : m_number(number) {}
    ~RelayDescriptor() { reset(); }
    RelayDescriptor(RelayDescriptor&& other) noexcept : m_number(std::exchange(other.m_number, -1))
    {}
    RelayDescriptor& operator=(RelayDescriptor&& other) noexcept
    {
        reset();
        m_number = std::exchange(other.m_number, -1);
        return *this;
    }
    RelayDescriptor(const RelayDescriptor&) = delete;
    RelayDescriptor& operator=(const RelayDescriptor&) = delete;

    [[nodiscard]] int number() const { return m_number; }
    void reset()
    {
        if (m_number != -1) {
            ::close(std::exchange(m_number, -1));
        }
    }

private:
    int m_number;
};

namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

RelayDescriptor newSocket()
{
    RelayDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    HOLDFAST_ASSERT(socket.number() != -1);
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

RelayDescriptor listenAnywhere()
{
    RelayDescriptor socket = newSocket();
    const sockaddr_in address = loopback(0);
    const bool listens =
        ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::listen(socket.number(), SOMAXCONN) == 0;
    HOLDFAST_ASSERT(listens);
    return socket;
}

quint16 portOf(const RelayDescriptor& socket)
{
    sockaddr_in address = {};
    socklen_t size = sizeof address;
    const int result = ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size);
    HOLDFAST_ASSERT(result == 0);
    return ntohs(address.sin_port);
}

/// Whoever does not read is a program that hangs: in a test of cuts that is a failure anyway.
bool sendAll(int socket, QByteArray bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t sent =
            ::send(socket, bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes = bytes.mid(sent);
    }
    return true;
}

} // namespace

class TcpRelay::Loop
{
public:
    explicit Loop(quint16 serverPort)
        : m_serverPort(serverPort), m_door(listenAnywhere()),
          m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          m_thread([this](const std::stop_token& stop) { run(stop); })
    {}

    ~Loop()
    {
        m_thread.request_stop();
        wake();
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] quint16 port() const { return portOf(m_door); }

    void plan(const Plan& plan)
    {
        const std::lock_guard lock(m_mutex);
        m_plan = plan;
        m_hasCut = false;
    }
    void close()
    {
        m_open = false;
        m_closing = true;
        wake();
    }
    void letIn() { m_open = true; }
    [[nodiscard]] bool hasCut() const { return m_hasCut; }

private:
    struct Pair
    {
        RelayDescriptor program;
        RelayDescriptor server;
        bool answered = true;    ///< what comes from the program next is a new request
        bool loseAnswer = false; ///< cut when it comes
        QByteArray late = {};    ///< for the server, when its time has come
        std::optional<Clock::time_point> endsAt = {};
    };

    void wake() const
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(m_wake.number(), &one, sizeof one);
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::vector<pollfd> sources{{m_door.number(), POLLIN, 0}, {m_wake.number(), POLLIN, 0}};
            for (const Pair& pair : m_pairs) {
                // One that is gone is not looked at (poll(2)).
                sources.push_back({pair.program.number(), POLLIN, 0});
                sources.push_back({pair.endsAt ? -1 : pair.server.number(), POLLIN, 0});
            }
            ::poll(sources.data(), sources.size(), 20);
            if (sources[1].revents != 0) {
                std::uint64_t count = 0;
                [[maybe_unused]] const auto got = ::read(m_wake.number(), &count, sizeof count);
            }
            for (std::size_t index = 0; index < m_pairs.size(); ++index) {
                serve(m_pairs[index], sources[2 + 2 * index].revents != 0,
                      sources[3 + 2 * index].revents != 0);
            }
            if (m_closing.exchange(false)) {
                m_pairs.clear();
            }
            std::erase_if(m_pairs, [](const Pair& pair) { return pair.server.number() == -1; });
            if (sources[0].revents != 0) {
                welcome();
            }
        }
    }

    void welcome()
    {
        Pair pair{.program =
                      RelayDescriptor(::accept4(m_door.number(), nullptr, nullptr, SOCK_CLOEXEC)),
                  .server = newSocket()};
        const sockaddr_in address = loopback(m_serverPort);
        if (m_open && ::connect(pair.server.number(), reinterpret_cast<const sockaddr*>(&address),
                                sizeof address) == 0) {
            m_pairs.push_back(std::move(pair));
        }
    }

    void serve(Pair& pair, bool programSpoke, bool serverSpoke)
    {
        if (pair.endsAt && *pair.endsAt <= Clock::now()) {
            sendAll(pair.server.number(), pair.late);
            pair.server.reset();
            return;
        }
        std::array<char, 65'536> room{};
        if (serverSpoke) {
            const ssize_t size = ::recv(pair.server.number(), room.data(), room.size(), 0);
            passAnswer(pair, QByteArray(room.data(), std::max<ssize_t>(size, 0)));
        }
        if (programSpoke && pair.server.number() != -1) {
            const ssize_t size = ::recv(pair.program.number(), room.data(), room.size(), 0);
            passRequest(pair, QByteArray(room.data(), std::max<ssize_t>(size, 0)));
        }
    }

    void passAnswer(Pair& pair, const QByteArray& bytes)
    {
        pair.answered = true;
        if (bytes.isEmpty() || pair.loseAnswer || !sendAll(pair.program.number(), bytes)) {
            cutBoth(pair);
        }
    }

    void passRequest(Pair& pair, const QByteArray& bytes)
    {
        const auto moment = bytes.isEmpty() ? std::nullopt : momentFor(pair, bytes);
        pair.answered = false;
        if (!moment) {
            if (bytes.isEmpty() || !sendAll(pair.server.number(), bytes)) {
                cutBoth(pair);
            }
            return;
        }
        switch (*moment) {
        case Moment::BeforeRequest:
            cutBoth(pair);
            break;
        case Moment::AfterRequest:
            sendAll(pair.server.number(), bytes);
            cutBoth(pair);
            break;
        case Moment::AfterAnswer:
            pair.loseAnswer = true;
            sendAll(pair.server.number(), bytes);
            break;
        case Moment::RequestComesLater:
            pair.late = bytes;
            [[fallthrough]];
        case Moment::ServerHearsLater:
            pair.program.reset();
            pair.endsAt = Clock::now() + later;
            break;
        }
    }

    /// When the plan is about this request, how to cut it off; the plan is done then.
    std::optional<Moment> momentFor(const Pair& pair, const QByteArray& bytes)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_plan || !pair.answered || !bytes.contains(m_plan->text) || m_plan->skipped-- > 0) {
            return std::nullopt;
        }
        const Plan plan = *std::exchange(m_plan, std::nullopt);
        m_open = !plan.stayAway;
        m_hasCut = true;
        return plan.moment;
    }

    static void cutBoth(Pair& pair)
    {
        pair.program.reset();
        pair.server.reset();
    }

    const quint16 m_serverPort;
    const RelayDescriptor m_door;
    const RelayDescriptor m_wake;
    std::mutex m_mutex;
    std::optional<Plan> m_plan;
    std::atomic<bool> m_hasCut{false};
    std::atomic<bool> m_open{true};
    std::atomic<bool> m_closing{false};
    std::vector<Pair> m_pairs; ///< of the thread
    std::jthread m_thread;     ///< last: it uses all of the above
};

TcpRelay::TcpRelay(quint16 serverPort) : m_loop(std::make_unique<Loop>(serverPort)) {}

TcpRelay::~TcpRelay() = default;

quint16 TcpRelay::port() const
{
    return m_loop->port();
}

QString TcpRelay::through(const QString& url) const
{
    QUrl address(url);
    address.setPort(port());
    return address.toString(QUrl::FullyEncoded);
}

void TcpRelay::cut(const Plan& plan)
{
    m_loop->plan(plan);
}

bool TcpRelay::hasCut() const
{
    return m_loop->hasCut();
}

void TcpRelay::close()
{
    m_loop->close();
}

void TcpRelay::letIn()
{
    m_loop->letIn();
}

} // namespace holdfast::test
