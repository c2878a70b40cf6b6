#include "server/http/front/acceptor.h"

#include "server/http/front/answer_writer.h"
#include "server/http/front/front_log.h"
#include "server/http/front/head_parser.h"
#include "shared/domain/assert.h"

#include <QHostAddress>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::http {

namespace {

constexpr int noDescriptorPauseMs = 50;

struct Endpoint
{
    sockaddr_storage address{};
    socklen_t size = 0;
};

std::optional<Endpoint> endpointOf(const QString& host, quint16 port)
{
    QHostAddress address(host);
    if (host == QStringLiteral("localhost")) {
        address = QHostAddress(QHostAddress::LocalHost);
    } else if (host == QStringLiteral("*")) {
        address = QHostAddress(QHostAddress::AnyIPv6); // dual-stack
    }
    Endpoint endpoint;
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.toIPv4Address());
        std::memcpy(&endpoint.address, &v4, sizeof v4);
        endpoint.size = sizeof v4;
        return endpoint;
    }
    if (address.protocol() != QAbstractSocket::IPv6Protocol &&
        address.protocol() != QAbstractSocket::AnyIPProtocol) {
        return std::nullopt;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&v6.sin6_addr, &bytes, sizeof v6.sin6_addr);
    std::memcpy(&endpoint.address, &v6, sizeof v6);
    endpoint.size = sizeof v6;
    return endpoint;
}

const sockaddr* generic(const sockaddr_storage& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

sockaddr* generic(sockaddr_storage& address)
{
    return reinterpret_cast<sockaddr*>(&address);
}

PeerKey keyOf(const sockaddr_storage& address)
{
    PeerKey key{};
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::memcpy(key.data(), &v6.sin6_addr, key.size());
    } else {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        key[10] = key[11] = 0xff;
        std::memcpy(key.data() + 12, &v4.sin_addr, 4);
    }
    return key;
}

quint16 portOf(int descriptor)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(descriptor, generic(address), &size) != 0) {
        return 0;
    }
    sockaddr_in6 v6{}; // the port stands at the same place in both
    std::memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port);
}

void setFlag(int descriptor, int level, int name, int value)
{
    setsockopt(descriptor, level, name, &value, sizeof value);
}

} // namespace

Acceptor::~Acceptor()
{
    stop();
}

tl::expected<quint16, QString> Acceptor::listen()
{
    const ServerOptions& options = m_shared.options;
    const std::optional<Endpoint> endpoint = endpointOf(options.host, options.port);
    if (!endpoint) {
        return tl::make_unexpected(
            QStringLiteral("\"%1\" is no address to listen on").arg(options.host));
    }
    const auto failed = [&](const char* what) {
        return tl::make_unexpected(QStringLiteral("cannot %1 %2 port %3: %4")
                                       .arg(QString::fromLatin1(what), options.host)
                                       .arg(options.port)
                                       .arg(qt_error_string(errno)));
    };
    m_stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    m_listening =
        ::socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_listening < 0 || m_stop < 0) {
        return failed("open a socket for");
    }
    setFlag(m_listening, SOL_SOCKET, SO_REUSEADDR, 1);
    if (endpoint->address.ss_family == AF_INET6) {
        setFlag(m_listening, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    }
    if (::bind(m_listening, generic(endpoint->address), endpoint->size) != 0) {
        return failed("listen on");
    }
    if (::listen(m_listening, options.limits.listenBacklog) != 0) {
        return failed("listen on");
    }
    return portOf(m_listening);
}

void Acceptor::begin(const std::vector<std::unique_ptr<IoThread>>& threads)
{
    m_thread = std::thread([this, &threads] { run(threads); });
}

void Acceptor::run(const std::vector<std::unique_ptr<IoThread>>& threads)
{
    while (true) {
        std::array<pollfd, 2> waits{{{m_stop, POLLIN, 0}, {m_listening, POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), -1);
        Step step = Step::Accepted;
        while (step == Step::Accepted) { // also at the end: who got through is not cut
            step = acceptOne(threads);
        }
        if (waits[0].revents != 0) {
            return;
        }
        if (step == Step::NoDescriptor) {
            // The connection stays in the backlog and poll() would return at once.
            ::poll(waits.data(), 1, noDescriptorPauseMs);
        }
    }
}

Acceptor::Step Acceptor::acceptOne(const std::vector<std::unique_ptr<IoThread>>& threads)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int descriptor =
        ::accept4(m_listening, generic(address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        const bool isFull =
            errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        if (errno == ECONNABORTED || errno == EINTR) {
            return Step::Accepted; // that one is gone, the next may not be
        }
        return isFull ? Step::NoDescriptor : Step::Nothing;
    }
    m_accepted.add();
    const PeerKey peer = keyOf(address);
    const TrustedProxies& proxies = m_shared.options.trustedProxies;
    const bool isExempt = !proxies.isEmpty() && proxies.contains(QHostAddress(peer.data()));
    if (const auto refusal = m_shared.admission.admit(peer, isExempt)) {
        turnAway(descriptor, *refusal);
        return Step::Accepted;
    }
    setFlag(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    const auto idlest =
        std::min_element(threads.begin(), threads.end(), [](const auto& left, const auto& right) {
            return left->load() < right->load();
        });
    if (!(*idlest)->hand({descriptor, peer})) {
        ::close(descriptor);
        m_shared.admission.release(peer);
    }
    return Step::Accepted;
}

// Best effort: the client may not have sent its request yet, and is not waited for.
void Acceptor::turnAway(int descriptor, Refusal refusal)
{
    m_tally.refused[size_t(refusal)].add();
    if (!m_shared.options.tls) {
        const QByteArray id = "refused-" + QByteArray::number(m_accepted.value());
        const Response response =
            Response::problem(refusalProblem(refusal), id).with("Retry-After", "1");
        AnswerWriter writer;
        const auto parts = writer.assemble(response, {id, false, false});
        const QByteArray all = parts.head.toByteArray() + parts.body.toByteArray();
        [[maybe_unused]] const auto ignored =
            ::send(descriptor, all.constData(), size_t(all.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    ::close(descriptor);
}

void Acceptor::stop()
{
    if (m_thread.joinable()) {
        const quint64 one = 1;
        HOLDFAST_ASSERT(::write(m_stop, &one, sizeof one) == sizeof one);
        m_thread.join();
    }
    if (m_listening >= 0) {
        // The I/O threads hold duplicates, so closing ours would leave the port open.
        ::shutdown(m_listening, SHUT_RDWR);
        ::close(m_listening);
        m_listening = -1;
    }
    if (m_stop >= 0) {
        ::close(m_stop);
        m_stop = -1;
    }
}

} // namespace holdfast::http
