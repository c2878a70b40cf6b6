#include "server/http/front/socket_source.h"

#include <QSslSocket>
#include <QTcpSocket>

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::http {

namespace {

constexpr int pendingMax = 4096;
// Qt stops reading from the kernel here; each readyRead empties it.
constexpr qint64 readBufferBytes = 256 * 1024;

} // namespace

SocketSource::SocketSource(std::optional<QSslConfiguration> tls, Hook hook)
    : m_tls(std::move(tls)), m_hook(std::move(hook))
{
    setMaxPendingConnections(pendingMax);
    setListenBacklogSize(pendingMax);
}

bool SocketSource::listenOnDuplicateOf(int descriptor)
{
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return false;
    }
    if (!setSocketDescriptor(copy)) {
        ::close(copy);
        return false;
    }
    pauseAccepting();
    return true;
}

QTcpSocket* SocketSource::adopt(int descriptor)
{
    QSslSocket* tlsSocket = m_tls ? new QSslSocket(this) : nullptr;
    QTcpSocket* socket = tlsSocket ? tlsSocket : new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        socket->deleteLater();
        ::close(descriptor);
        return nullptr;
    }
    socket->setReadBufferSize(readBufferBytes);
    if (tlsSocket) {
        tlsSocket->setSslConfiguration(*m_tls);
        tlsSocket->startServerEncryption();
    }
    return socket;
}

void SocketSource::handOver(QTcpSocket* socket)
{
    addPendingConnection(socket);
}

QTcpSocket* SocketSource::nextPendingConnection()
{
    QTcpSocket* socket = QTcpServer::nextPendingConnection();
    pauseAccepting(); // the base class has switched accepting on again
    if (socket) {
        m_hook(*socket);
    }
    return socket;
}

} // namespace holdfast::http
