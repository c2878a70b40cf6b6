#include "tests/support/http_client.h"

#include <QJsonDocument>
#include <QUuid>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::test {

using namespace Qt::StringLiterals;

QByteArray HttpReply::header(QByteArrayView name) const
{
    for (const auto& [key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0) {
            return value;
        }
    }
    return {};
}

bool HttpReply::hasHeader(QByteArrayView name) const
{
    for (const auto& [key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0) {
            return true;
        }
    }
    return false;
}

QJsonObject HttpReply::json() const
{
    return QJsonDocument::fromJson(body).object();
}

QJsonObject HttpReply::data() const
{
    return json().value("data"_L1).toObject();
}

QJsonArray HttpReply::list() const
{
    return json().value("data"_L1).toArray();
}

QString HttpReply::code() const
{
    return json().value("code"_L1).toString();
}

QByteArray HttpReply::summary() const
{
    return QByteArray::number(status) + ' ' + error + ' ' + body.left(600);
}

HttpClient::HttpClient(quint16 port, Milliseconds deadline) : m_port(port), m_deadline(deadline) {}

HttpClient::~HttpClient()
{
    close();
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : m_port(other.m_port), m_deadline(other.m_deadline), m_token(std::move(other.m_token)),
      m_buffer(std::move(other.m_buffer)), m_error(std::move(other.m_error)),
      m_socket(std::exchange(other.m_socket, -1))
{}

bool HttpClient::open()
{
    close();
    m_error.clear();
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_socket < 0) {
        m_error = "no socket";
        return false;
    }
    const int on = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(m_socket, where, sizeof(address)) == 0) {
        return true;
    }
    int failure = errno;
    if (failure == EINPROGRESS && waitFor(POLLOUT, Clock::now() + m_deadline)) {
        socklen_t size = sizeof(failure);
        ::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &failure, &size);
    }
    if (failure != 0) {
        m_error = "connect failed: errno " + QByteArray::number(failure);
        close();
    }
    return failure == 0;
}

void HttpClient::close()
{
    if (m_socket >= 0) {
        ::close(m_socket);
    }
    m_socket = -1;
    m_buffer.clear();
}

void HttpClient::reset()
{
    if (m_socket >= 0) {
        const linger hard{1, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    }
    close();
}

bool HttpClient::waitFor(short events, Clock::time_point until) const
{
    while (true) {
        const auto left = std::chrono::duration_cast<Milliseconds>(until - Clock::now()).count();
        if (left <= 0) {
            return false;
        }
        pollfd item{m_socket, events, 0};
        const int ready = ::poll(&item, 1, static_cast<int>(left));
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return false;
        }
    }
}

bool HttpClient::peerHasClosed() const
{
    char byte = 0;
    const ssize_t got = ::recv(m_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN);
}

bool HttpClient::sendBytes(const QByteArray& bytes)
{
    const auto until = Clock::now() + m_deadline;
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        const ssize_t now = ::send(m_socket, bytes.constData() + sent,
                                   static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (now > 0) {
            sent += now;
        } else if (now < 0 && errno == EAGAIN) {
            if (!waitFor(POLLOUT, until)) {
                m_error = "deadline while sending";
                return false;
            }
        } else if (now < 0 && errno != EINTR) {
            m_error = "send failed: errno " + QByteArray::number(errno);
            return false;
        }
    }
    return true;
}

bool HttpClient::fill(Clock::time_point until)
{
    char chunk[16384];
    while (true) {
        const ssize_t got = ::recv(m_socket, chunk, sizeof(chunk), 0);
        if (got > 0) {
            m_buffer.append(chunk, got);
            return true;
        }
        if (got == 0) {
            m_error = "closed by the server";
            return false;
        }
        if (errno == EAGAIN) {
            if (!waitFor(POLLIN, until)) {
                m_error = "deadline while reading";
                return false;
            }
        } else if (errno != EINTR) {
            m_error = "receive failed: errno " + QByteArray::number(errno);
            return false;
        }
    }
}

bool HttpClient::readHead(HttpReply& reply, Clock::time_point until)
{
    qsizetype end = -1;
    while ((end = m_buffer.indexOf("\r\n\r\n")) < 0) {
        if (!fill(until)) {
            return false;
        }
    }
    const QList<QByteArray> lines = m_buffer.left(end).replace("\r\n", "\n").split('\n');
    m_buffer.remove(0, end + 4);
    if (!lines.first().startsWith("HTTP/1.1 ")) {
        m_error = "not an HTTP/1.1 status line: " + lines.first();
        return false;
    }
    reply.status = lines.first().mid(9, 3).toInt();
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype colon = lines.at(i).indexOf(':');
        reply.headers.append(
            {lines.at(i).left(colon).trimmed().toLower(), lines.at(i).mid(colon + 1).trimmed()});
    }
    return true;
}

bool HttpClient::readBody(HttpReply& reply, Clock::time_point until)
{
    if (!reply.hasHeader("content-length")) {
        while (fill(until)) {
        }
        reply.body = m_buffer;
        m_buffer.clear();
        return m_error == "closed by the server";
    }
    const qsizetype length = reply.header("content-length").toLongLong();
    while (m_buffer.size() < length) {
        if (!fill(until)) {
            return false;
        }
    }
    reply.body = m_buffer.left(length);
    m_buffer.remove(0, length);
    return true;
}

HttpReply HttpClient::readReply(bool headOnly)
{
    HttpReply reply;
    const auto until = Clock::now() + m_deadline;
    bool whole = false;
    do { // Interim answers (RFC 9110 section 15.2) come before the real one.
        reply = {};
        whole = readHead(reply, until);
    } while (whole && reply.status >= 100 && reply.status < 200);
    const bool bodiless = headOnly || reply.status == 204 || reply.status == 304;
    if (whole && !bodiless) {
        whole = readBody(reply, until);
    }
    if (!whole) {
        reply.status = 0;
        reply.error = m_error;
        close();
    } else if (reply.header("connection").toLower() == "close") {
        close();
    }
    return reply;
}

QByteArray HttpClient::format(const QByteArray& method, const QByteArray& target,
                              const HeaderList& headers, const QByteArray& body) const
{
    QByteArray text = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!m_token.isEmpty()) {
        text += "Authorization: Bearer " + m_token + "\r\n";
    }
    bool typed = false;
    for (const auto& [name, value] : headers) {
        text += name + ": " + value + "\r\n";
        typed = typed || name.compare("content-type", Qt::CaseInsensitive) == 0;
    }
    if (!body.isEmpty() || method == "POST" || method == "PATCH" || method == "PUT") {
        if (!typed && !body.isEmpty()) {
            text += "Content-Type: application/json\r\n";
        }
        text += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    }
    return text + "\r\n" + body;
}

HttpReply HttpClient::request(const QByteArray& method, const QByteArray& target,
                              const HeaderList& headers, const QByteArray& body)
{
    if ((m_socket < 0 || peerHasClosed()) && !open()) {
        return {0, {}, {}, m_error};
    }
    if (!sendBytes(format(method, target, headers, body))) {
        close();
        return {0, {}, {}, m_error};
    }
    return readReply(method == "HEAD");
}

HttpReply HttpClient::get(const QByteArray& target, const HeaderList& headers)
{
    return request("GET", target, headers);
}

HttpReply HttpClient::send(const QByteArray& method, const QByteArray& target,
                           const QJsonObject& body, const HeaderList& headers)
{
    return request(method, target, headers, toBytes(body));
}

HttpReply HttpClient::post(const QByteArray& target, const QJsonObject& body,
                           const HeaderList& headers)
{
    return send("POST", target, body, headers);
}

QByteArray toBytes(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace holdfast::test
