#include "app/net/http_transport.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

#include <chrono>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

QUrl resolve(const QUrl& base, const QString& path)
{
    return QUrl(base.toString(QUrl::StripTrailingSlash) + path);
}

TransportReply readReply(QNetworkReply& reply, qint64 sentAtMs)
{
    TransportReply result;
    result.sentAtMs = sentAtMs;
    result.answeredAtMs = monotonicMs();
    // Content errors (201 to 299) and server errors (from 401) are whole answers with a status;
    // network, proxy and protocol errors are none.
    const int error = reply.error();
    const bool whole = error == 0 || (error > 200 && error < 300) || error > 400;
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (!whole || status == 0) {
        return result; // the answer did not arrive in one piece: its outcome is unknown
    }
    result.status = status;
    result.body = reply.readAll();
    result.date = reply.rawHeader("Date");
    result.retryAfterMs = reply.rawHeader("Retry-After").toInt() * 1000;
    return result;
}

} // namespace

qint64 monotonicMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

HttpTransport::HttpTransport(HttpPlaces places) : m_places(std::move(places))
{
    m_network.setAutoDeleteReplies(true);
    // The server and the card terminal stand in the shop; a desktop's web proxy knows nothing of
    // them.
    m_network.setProxy(QNetworkProxy::NoProxy);
}

HttpTransport::~HttpTransport() = default;

QNetworkRequest HttpTransport::requestFor(const TransportRequest& request) const
{
    const bool toServer = request.endpoint == Endpoint::Server;
    QNetworkRequest http(resolve(toServer ? m_places.server : m_places.gateway, request.path));
    http.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                      QNetworkRequest::ManualRedirectPolicy);
    http.setTransferTimeout(request.timeoutMs);
    http.setRawHeader("Accept", "application/json");
    // The default agent text is long, and the server pays for every header byte.
    http.setRawHeader("User-Agent", "holdfast");
    if (!request.body.isEmpty()) {
        http.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    }
    if (!request.idempotencyKey.isEmpty()) {
        http.setRawHeader("Idempotency-Key", request.idempotencyKey);
    }
    if (toServer && !m_places.token.isEmpty()) {
        http.setRawHeader("Authorization", "Bearer " + m_places.token);
    }
    return http;
}

void HttpTransport::send(const TransportRequest& request, Done done)
{
    const qint64 sentAtMs = monotonicMs();
    const QUrl& base = request.endpoint == Endpoint::Server ? m_places.server : m_places.gateway;
    if (base.isEmpty()) {
        QTimer::singleShot(0, &m_network, [done = std::move(done), sentAtMs] {
            TransportReply reply;
            reply.sentAtMs = sentAtMs;
            reply.answeredAtMs = monotonicMs();
            done(reply);
        });
        return;
    }
    QNetworkReply* reply =
        m_network.sendCustomRequest(requestFor(request), request.verb, request.body);
    QObject::connect(
        reply, &QNetworkReply::finished, &m_network,
        [reply, sentAtMs, done = std::move(done)] { done(readReply(*reply, sentAtMs)); });
}

} // namespace holdfast
