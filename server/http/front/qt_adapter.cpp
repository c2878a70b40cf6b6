#include "server/http/front/qt_adapter.h"

#include <QTcpSocket>

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QHttpServerResponder>
#endif
#if QT_VERSION >= QT_VERSION_CHECK(6, 10, 0)
#include <QHttpServerConfiguration>
#endif

namespace holdfast::http {

QtFront::QtFront(std::function<void()> requestReady, QObject* parent)
    : QAbstractHttpServer(parent), m_requestReady(std::move(requestReady))
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 10, 0)
    // Qt's own idle deadline would cut a pending answer; the guard has one that does not.
    QHttpServerConfiguration own = configuration();
    own.setKeepAliveTimeout(std::chrono::hours(24));
    setConfiguration(own);
#endif
}

bool QtFront::take(QTcpServer* server)
{
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    bind(server);
    return true;
#else
    return bind(server);
#endif
}

void QtFront::feed(QTcpSocket& socket)
{
    // Backwards, since each character goes in front. An open transaction would refuse it.
    static constexpr QByteArrayView line = "GET / HTTP/1.1\r\n\r\n";
    if (socket.isTransactionStarted()) {
        socket.commitTransaction();
    }
    for (auto c = line.crbegin(); c != line.crend(); ++c) {
        socket.ungetChar(*c);
    }
}

// From 6.5 on the responder is left alone: the answer is written to the socket by ourselves, and
// one that was neither moved nor used leaves the connection free for the next request.

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
bool QtFront::handleRequest(const QHttpServerRequest& /*request*/, QTcpSocket* /*socket*/)
{
    m_requestReady();
    return true;
}

void QtFront::missingHandler(const QHttpServerRequest& /*request*/, QTcpSocket* /*socket*/) {}
#else
bool QtFront::handleRequest(const QHttpServerRequest& /*request*/,
                            QHttpServerResponder& /*responder*/)
{
    m_requestReady();
    return true;
}

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
void QtFront::missingHandler(const QHttpServerRequest& /*request*/,
                             QHttpServerResponder&& /*responder*/)
{}
#else
void QtFront::missingHandler(const QHttpServerRequest& /*request*/,
                             QHttpServerResponder& /*responder*/)
{}
#endif
#endif

} // namespace holdfast::http
