// The only file that knows which Qt it is built with.
//
// Qt's HTTP server keeps its place in the middle: it owns the connections and calls
// handleRequest(). But what its parser reads is a fixed request line that we put in front of it
// once the guard has taken the whole request off the socket, checked it and copied it into a
// value. So no byte from outside reaches that parser, which drops headers it cannot read, takes
// doubtful lengths and costs some 300 instructions for each byte.
#pragma once

#include <QAbstractHttpServer>
#include <QTcpServer>

#include <functional>

namespace holdfast::http {

class QtFront final : public QAbstractHttpServer
{
    Q_OBJECT
public:
    // `requestReady` is called within the readyRead signal of the socket that was fed.
    explicit QtFront(std::function<void()> requestReady, QObject* parent = nullptr);

    // False when Qt refuses the server object. It must listen; it becomes our child.
    [[nodiscard]] bool take(QTcpServer* server);

    // Puts the fixed request in front of the socket's read buffer, which must be empty.
    static void feed(QTcpSocket& socket);

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest& request, QTcpSocket* socket) override;
    void missingHandler(const QHttpServerRequest& request, QTcpSocket* socket) override;
#else
    bool handleRequest(const QHttpServerRequest& request, QHttpServerResponder& responder) override;
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    void missingHandler(const QHttpServerRequest& request,
                        QHttpServerResponder&& responder) override;
#else
    void missingHandler(const QHttpServerRequest& request,
                        QHttpServerResponder& responder) override;
#endif
#endif

private:
    std::function<void()> m_requestReady;
};

} // namespace holdfast::http
