#include "server/http/front/shared_parts.h"

#include <QRandomGenerator>

#include <array>
#include <charconv>

namespace holdfast::http {

namespace {

constexpr quint64 idsPerGrant = 4096;

} // namespace

Shared::Shared(ServerOptions serverOptions, std::shared_ptr<const Router> sharedRouter,
               int connectionsMax)
    : options(std::move(serverOptions)), router(std::move(sharedRouter)),
      admission(connectionsMax, options.limits.connectionsPerPeerMax),
      bodies(options.limits.bodyBytesInFlightMax), idPrefix(QRandomGenerator::system()->generate())
{}

QByteArray RequestIds::next()
{
    if (m_next == m_end) {
        m_next = m_shared.idSource.fetch_add(idsPerGrant, std::memory_order_relaxed);
        m_end = m_next + idsPerGrant;
    }
    std::array<char, 32> text{};
    char* at = std::to_chars(text.data(), text.data() + 8, m_shared.idPrefix, 16).ptr;
    *at++ = '-';
    at = std::to_chars(at, text.data() + text.size(), m_next++, 16).ptr;
    return QByteArray(text.data(), at - text.data());
}

} // namespace holdfast::http
