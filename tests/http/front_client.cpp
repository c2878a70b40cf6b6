#include "tests/http/front_client.h"

#include <QFile>

#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::test {

using Clock = std::chrono::steady_clock;

QByteArray RawAnswer::header(QByteArrayView name) const
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).compare(name, Qt::CaseInsensitive) == 0) {
            return line.mid(colon + 1).trimmed();
        }
    }
    return {};
}

RawClient::RawClient(quint16 port) : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close();
    }
}

RawClient::~RawClient()
{
    close();
}

RawClient::RawClient(RawClient&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_buffer(std::move(other.m_buffer))
{}

RawClient& RawClient::operator=(RawClient&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_buffer, other.m_buffer);
    return *this;
}

bool RawClient::send(const QByteArray& bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t sent = ::send(m_descriptor, bytes.constData() + done,
                                    static_cast<size_t>(bytes.size() - done), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        done += sent;
    }
    return true;
}

RawClient::Got RawClient::receive(Clock::time_point end)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd wait{m_descriptor, POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) != 1) {
        return Got::Nothing;
    }
    char bytes[65536];
    const ssize_t size = ::recv(m_descriptor, bytes, sizeof bytes, 0);
    if (size <= 0) {
        m_wasReset = size < 0;
        return Got::End;
    }
    m_buffer.append(bytes, size);
    return Got::Bytes;
}

RawAnswer RawClient::read(std::chrono::milliseconds deadline, bool head)
{
    const auto end = Clock::now() + deadline;
    qsizetype headEnd = m_buffer.indexOf("\r\n\r\n");
    while (headEnd < 0) {
        if (receive(end) != Got::Bytes) {
            return {};
        }
        headEnd = m_buffer.indexOf("\r\n\r\n");
    }
    RawAnswer answer;
    answer.head = m_buffer.left(headEnd + 2);
    const qsizetype bodySize = head ? 0 : answer.header("Content-Length").toLongLong();
    while (m_buffer.size() < headEnd + 4 + bodySize) {
        if (receive(end) != Got::Bytes) {
            return {};
        }
    }
    answer.status = answer.head.mid(9, 3).toInt();
    answer.body = m_buffer.mid(headEnd + 4, bodySize);
    m_buffer.remove(0, headEnd + 4 + bodySize);
    return answer;
}

RawAnswer RawClient::get(const QByteArray& path, std::chrono::milliseconds deadline)
{
    return send(getRequest(path)) ? read(deadline) : RawAnswer();
}

bool RawClient::closesWithin(std::chrono::milliseconds deadline)
{
    const auto end = Clock::now() + deadline;
    while (true) {
        const Got got = receive(end);
        if (got != Got::Bytes) {
            return got == Got::End;
        }
    }
}

void RawClient::close()
{
    if (m_descriptor >= 0) {
        ::close(std::exchange(m_descriptor, -1));
    }
}

void RawClient::reset()
{
    const linger hard{1, 0};
    setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void RawClient::shrinkReceiveBuffer(int bytes)
{
    setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

QByteArray getRequest(const QByteArray& path, const QByteArray& moreHeaders)
{
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + moreHeaders + "\r\n";
}

qint64 residentBytes(qint64 pid)
{
    QFile status(QStringLiteral("/proc/%1/status")
                     .arg(pid == 0 ? QStringLiteral("self") : QString::number(pid)));
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("VmRSS:");
    return at < 0 ? 0 : text.mid(at + 6).trimmed().split(' ').value(0).toLongLong() * 1024;
}

qint64 cpuMillis()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

} // namespace holdfast::test
