// The HTTP server: one acceptor, N I/O threads, one shared router.
#pragma once

#include "server/http/front/limits.h"
#include "server/http/front/router.h"
#include "server/http/front/trusted_proxies.h"

#include <tl/expected.hpp>

#include <QSslConfiguration>
#include <QString>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace holdfast::http {

struct AccessRecord
{
    Method method;
    QByteArrayView route; // the pattern, never the path; empty when no route matched
    int status;
    qint64 durationMicros; // from the complete request to the answer being written
    QByteArrayView requestId;
};

// Called on the I/O thread of the connection, after the answer; must be quick and thread-safe.
using AccessLog = std::function<void(const AccessRecord&)>;

struct ServerOptions
{
    QString host = QStringLiteral("127.0.0.1"); // an address, "localhost" or "*"
    quint16 port = 0;                           // 0: a free one
    int threads = 1;
    Limits limits;
    std::optional<QSslConfiguration> tls; // with certificate and key: HTTPS only
    TrustedProxies trustedProxies;
    AccessLog accessLog; // unset: costs nothing
};

// Why a connection was refused or cut by the front; also the index of Counters::refused.
enum class Refusal : quint8 {
    BadRequest,
    HeaderTooLarge,
    BodyTooLarge,
    LengthRequired,
    ExpectationFailed,
    VersionNotSupported,
    HeaderTimeout,
    BodyTimeout,
    IdleTimeout,
    HandshakeTimeout,
    HandshakeFailed,
    WriteStall,
    PipelineOverflow,
    TooManyBodies,
    TooManyConnections,
    TooManyFromPeer,
    Count
};

[[nodiscard]] QByteArrayView refusalName(Refusal refusal); // snake_case, for metrics

struct Counters
{
    quint64 connectionsAccepted = 0;
    quint64 connectionsOpen = 0;
    quint64 requests = 0;
    quint64 answersAbandoned = 0;            // the client was gone
    std::array<quint64, 6> answersByClass{}; // [2] is 2xx; [0] stays 0
    std::array<quint64, size_t(Refusal::Count)> refused{};
};

// Threading: construct, start, stop and destroy on one thread; counters() may be called on any.
// That thread needs no event loop. Replies that come after the end are dropped.
class HttpServer
{
public:
    HttpServer(ServerOptions options, std::shared_ptr<const Router> router);
    ~HttpServer(); // ends at once: open connections are cut
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // The bound port, or one line that says why not.
    [[nodiscard]] tl::expected<quint16, QString> start();

    // Graceful end: stopAccepting() refuses new connections at once; beginDrain() lets idle ones go
    // and every other one after its answer; drain() is both and waits, at most `deadline`, then
    // cuts what is left. True when nothing had to be cut.
    void stopAccepting();
    void beginDrain();
    bool drain(std::chrono::milliseconds deadline = std::chrono::seconds(10));

    [[nodiscard]] Counters counters() const;
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] int connectionsMax() const; // after lowering to the descriptor limit

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

// Raises the soft descriptor limit to the hard one and returns it; programs call it before start.
int raiseDescriptorLimit();

} // namespace holdfast::http
