#include "server/http/front/answer_path.h"

#include <QSslSocket>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace holdfast::http {

namespace {

// What the kernel has not taken yet; with TLS, encrypting alone does not count as taken.
qint64 unsentBytes(const Connection& connection)
{
    const qint64 plain = connection.socket->bytesToWrite();
    return connection.isTls
               ? plain + static_cast<const QSslSocket*>(connection.socket)->encryptedBytesToWrite()
               : plain;
}

} // namespace

AnswerPath::AnswerPath(Shared& shared, ThreadTally& tally, const ThreadClock& clock,
                       std::function<void(Connection&)> readyForNext)
    : m_shared(shared), m_tally(tally), m_clock(clock), m_readyForNext(std::move(readyForNext)),
      m_ids(shared)
{}

void AnswerPath::refuse(Connection& connection, Refusal refusal, const Request* request)
{
    m_tally.refused[size_t(refusal)].add();
    connection.reader.discard();
    ++connection.serial;
    connection.isHead = request && request->method == Method::Head;
    connection.method = request ? request->method : Method::Other;
    connection.requestId =
        request && !request->requestId.isEmpty() ? request->requestId : makeRequestId();
    connection.route = nullptr;
    connection.startedNs = m_clock.nowNs();
    connection.keepAlive = false;
    connection.isRefused = true;
    Response response = Response::problem(refusalProblem(refusal), connection.requestId);
    if (response.status == 503) {
        response.with("Retry-After", "1");
    }
    answer(connection, response);
}

void AnswerPath::answer(Connection& connection, const Response& response)
{
    connection.reply.reset();
    if (connection.state == ConnectionState::Gone) {
        m_tally.answersAbandoned.add();
        return;
    }
    connection.keepAlive = connection.keepAlive && !m_isDraining;
    const auto parts = m_writer.assemble(
        response, {connection.requestId, connection.isHead, connection.keepAlive});
    send(connection, parts.head, parts.body);
    const auto statusClass = static_cast<size_t>(std::clamp(response.status / 100, 0, 5));
    m_tally.answersByClass[statusClass].add();
    log(connection, response.status);
    if (connection.state != ConnectionState::Gone) {
        finish(connection);
    }
}

void AnswerPath::log(const Connection& connection, int status) const
{
    if (m_shared.options.accessLog) {
        const qint64 nanos = m_clock.nowNs() - connection.startedNs;
        const QByteArrayView route =
            connection.route ? QByteArrayView(*connection.route) : QByteArrayView();
        m_shared.options.accessLog(
            {connection.method, route, status, nanos / 1000, connection.requestId});
    }
}

// One system call for the whole answer. What the kernel does not take at once goes through Qt's
// buffer, and so does everything when some is still there, or when it must be encrypted.
void AnswerPath::send(Connection& connection, QByteArrayView head, QByteArrayView body)
{
    QTcpSocket& socket = *connection.socket;
    qsizetype sent = 0;
    if (!connection.isTls && socket.bytesToWrite() == 0) {
        std::array<iovec, 2> parts{{{const_cast<char*>(head.data()), size_t(head.size())},
                                    {const_cast<char*>(body.data()), size_t(body.size())}}};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = body.isEmpty() ? 1 : 2;
        sent = ::sendmsg(connection.descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            socket.abort(); // the client is gone
            return;
        }
        sent = std::max<qsizetype>(sent, 0);
    }
    if (sent == head.size() + body.size()) {
        return;
    }
    if (sent < head.size()) {
        socket.write(head.data() + sent, head.size() - sent);
    }
    const qsizetype bodySent = std::max<qsizetype>(0, sent - head.size());
    if (bodySent < body.size()) {
        socket.write(body.data() + bodySent, body.size() - bodySent);
    }
    socket.flush();
}

void AnswerPath::finish(Connection& connection)
{
    if (unsentBytes(connection) == 0) {
        flushed(connection);
        return;
    }
    connection.state = ConnectionState::Flushing;
    m_clock.setDeadline(connection, m_shared.options.limits.writeStallDeadline);
    if (connection.watchesWrites) {
        return;
    }
    connection.watchesWrites = true;
    const auto moved = [this, &connection] { progress(connection); };
    QTcpSocket* socket = connection.socket;
    if (connection.isTls) {
        QObject::connect(static_cast<QSslSocket*>(socket), &QSslSocket::encryptedBytesWritten,
                         socket, moved);
    } else {
        QObject::connect(socket, &QTcpSocket::bytesWritten, socket, moved);
    }
}

void AnswerPath::progress(Connection& connection)
{
    if (connection.state != ConnectionState::Flushing) {
        return;
    }
    if (unsentBytes(connection) == 0) {
        flushed(connection);
    } else {
        m_clock.setDeadline(connection, m_shared.options.limits.writeStallDeadline);
    }
}

void AnswerPath::flushed(Connection& connection)
{
    if (connection.keepAlive) {
        m_readyForNext(connection);
    } else {
        closeGently(connection);
    }
}

// Half-closes and goes on reading for a while: closing with unread input would make the kernel
// send a reset, which may overtake the answer. TLS has no half-close: a refused client sees the end
// of the answer by its length, and closes.
void AnswerPath::closeGently(Connection& connection)
{
    connection.reader.discard();
    connection.state = ConnectionState::Lingering;
    m_clock.setDeadline(connection,
                        m_isDraining ? drainLinger : m_shared.options.limits.lingerDeadline);
    if (connection.isTls && !connection.isRefused) {
        connection.socket->disconnectFromHost();
    } else if (!connection.isTls) {
        ::shutdown(connection.descriptor, SHUT_WR);
    }
}

} // namespace holdfast::http
