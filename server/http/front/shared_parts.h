// What the acceptor and all I/O threads share; it outlives them.
#pragma once

#include "server/http/front/admission.h"
#include "server/http/front/server.h"

#include <atomic>
#include <memory>

namespace holdfast::http {

struct Shared
{
    Shared(ServerOptions serverOptions, std::shared_ptr<const Router> sharedRouter,
           int connectionsMax);

    const ServerOptions options;
    const std::shared_ptr<const Router> router;
    Admission admission;
    BodyBudget bodies;
    const quint32 idPrefix; // of the request ids that we make
    std::atomic<quint64> idSource = 1;
};

// Request ids for callers that send none: unique in this process, and most likely beyond it.
// One for each I/O thread, which takes numbers by the thousand.
class RequestIds
{
public:
    explicit RequestIds(Shared& shared) : m_shared(shared) {}
    [[nodiscard]] QByteArray next();

private:
    Shared& m_shared;
    quint64 m_next = 0;
    quint64 m_end = 0;
};

} // namespace holdfast::http
