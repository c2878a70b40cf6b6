// The way out of the till. One implementation speaks HTTP; tests put their own network here.
#pragma once

#include "app/sync/client_command.h"

#include <functional>

namespace holdfast {

struct TransportRequest
{
    Endpoint endpoint = Endpoint::Server;
    QByteArray verb;
    QString path;
    QByteArray body;
    QByteArray idempotencyKey; ///< empty for reads
    int timeoutMs = 10'000;
};

struct TransportReply
{
    int status = 0; ///< 0: no complete answer arrived; what happened there is unknown
    QByteArray body;
    QByteArray date;      ///< the Date header, for the server's clock
    int retryAfterMs = 0; ///< from Retry-After
    qint64 sentAtMs = 0;  ///< monotonic
    qint64 answeredAtMs = 0;
};

/// Calls back exactly once, later, on the thread that sent. Destroying the transport drops what is
/// under way without calling back.
class Transport
{
public:
    using Done = std::function<void(const TransportReply&)>;

    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    virtual void send(const TransportRequest& request, Done done) = 0;
};

/// Whether an answer settles a command. Time-outs, a cut connection, 5xx, 429 and "still running"
/// leave it open: the same command is sent again.
[[nodiscard]] bool isSettled(const TransportReply& reply);

} // namespace holdfast
