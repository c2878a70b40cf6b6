// HTTP on the worker thread: the server and the card gateway by their base URLs.
#pragma once

#include "app/sync/transport.h"

#include <QNetworkAccessManager>
#include <QUrl>

namespace holdfast {

struct HttpPlaces
{
    QUrl server;
    QUrl gateway; ///< empty: there is no card terminal
    QByteArray token;
};

class HttpTransport final : public Transport
{
public:
    explicit HttpTransport(HttpPlaces places);
    ~HttpTransport() override;

    void send(const TransportRequest& request, Done done) override;

private:
    [[nodiscard]] QNetworkRequest requestFor(const TransportRequest& request) const;

    HttpPlaces m_places;
    QNetworkAccessManager m_network;
};

/// Milliseconds of a clock that never goes back. The same for all threads of the process.
[[nodiscard]] qint64 monotonicMs();

} // namespace holdfast
