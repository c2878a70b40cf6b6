// The server object that Qt's HTTP server of one I/O thread fetches its sockets from.
#pragma once

#include <QSslConfiguration>
#include <QTcpServer>

#include <functional>
#include <optional>

namespace holdfast::http {

// It listens on a duplicate of the acceptor's descriptor, since newer Qt binds nothing else, but
// never accepts: every socket comes by adopt(). The guard's slots are connected in
// nextPendingConnection(), through which Qt fetches plain and TLS sockets alike, and so run before
// Qt's own.
class SocketSource final : public QTcpServer
{
    Q_OBJECT
public:
    using Hook = std::function<void(QTcpSocket&)>;

    SocketSource(std::optional<QSslConfiguration> tls, Hook hook);

    [[nodiscard]] bool listenOnDuplicateOf(int descriptor);
    // Makes the socket object of a connected descriptor; null (and closed) when Qt refuses it. It
    // is handed to Qt's HTTP server by handOver(), at once or after the TLS handshake.
    [[nodiscard]] QTcpSocket* adopt(int descriptor);
    void handOver(QTcpSocket* socket);

    QTcpSocket* nextPendingConnection() override;

private:
    const std::optional<QSslConfiguration> m_tls;
    const Hook m_hook;
};

} // namespace holdfast::http
