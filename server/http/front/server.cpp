#include "server/http/front/server.h"

#include "server/http/front/acceptor.h"
#include "shared/domain/assert.h"

#include <QSslSocket>

#include <algorithm>
#include <vector>

namespace holdfast::http {

class HttpServer::Impl
{
public:
    Impl(ServerOptions options, std::shared_ptr<const Router> router)
        : shared(withinDescriptors(std::move(options), std::move(router))),
          acceptor(shared, acceptorTally)
    {}

    tl::expected<quint16, QString> start();

    // Destroyed from below: the acceptor goes first, then the threads, then what they share.
    Shared shared;
    ThreadTally acceptorTally;
    std::vector<std::unique_ptr<IoThread>> threads;
    Acceptor acceptor;
    quint16 port = 0;

private:
    static Shared withinDescriptors(ServerOptions options, std::shared_ptr<const Router> router)
    {
        const int connectionsMax = connectionsWithinDescriptors(options.limits.connectionsMax);
        return Shared(std::move(options), std::move(router), connectionsMax);
    }
};

tl::expected<quint16, QString> HttpServer::Impl::start()
{
    HOLDFAST_ASSERT(threads.empty() && shared.router);
    if (shared.admission.connectionsMax() < 1) {
        return tl::make_unexpected(
            QStringLiteral("the limit of open files leaves no room for connections"));
    }
    const tl::expected<quint16, QString> listening = acceptor.listen();
    if (!listening) {
        return listening;
    }
    // Qt starts OpenSSL with the first HTTP server object. Here, not in whichever I/O thread comes
    // first: what OpenSSL keeps for that thread would outlive it.
    QSslSocket::supportsSsl();
    const int count = std::max(1, shared.options.threads);
    for (int number = 0; number < count; ++number) {
        auto thread = std::make_unique<IoThread>(shared, number);
        if (!thread->begin(acceptor.descriptor())) {
            return tl::make_unexpected(QStringLiteral("cannot set up an HTTP thread"));
        }
        threads.push_back(std::move(thread));
    }
    port = *listening;
    acceptor.begin(threads);
    return port;
}

HttpServer::HttpServer(ServerOptions options, std::shared_ptr<const Router> router)
    : m_impl(std::make_unique<Impl>(std::move(options), std::move(router)))
{}

HttpServer::~HttpServer() = default;

tl::expected<quint16, QString> HttpServer::start()
{
    return m_impl->start();
}

void HttpServer::stopAccepting()
{
    m_impl->acceptor.stop();
}

void HttpServer::beginDrain()
{
    stopAccepting();
    for (const auto& thread : m_impl->threads) {
        thread->drain();
    }
}

bool HttpServer::drain(std::chrono::milliseconds deadline)
{
    beginDrain();
    const auto end = std::chrono::steady_clock::now() + deadline;
    const bool wasClean = m_impl->shared.admission.waitUntilEmpty(end);
    for (const auto& thread : m_impl->threads) {
        thread->end();
    }
    return wasClean;
}

Counters HttpServer::counters() const
{
    Counters sum;
    sum.connectionsAccepted = m_impl->acceptor.accepted();
    sum.connectionsOpen = static_cast<quint64>(m_impl->shared.admission.open());
    m_impl->acceptorTally.addTo(sum);
    for (const auto& thread : m_impl->threads) {
        thread->tally().addTo(sum);
    }
    return sum;
}

quint16 HttpServer::port() const
{
    return m_impl->port;
}

int HttpServer::connectionsMax() const
{
    return m_impl->shared.admission.connectionsMax();
}

} // namespace holdfast::http
