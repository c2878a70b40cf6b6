// Whose X-Forwarded-For is believed.
#pragma once

#include <tl/expected.hpp>

#include <QByteArrayView>
#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <vector>

namespace holdfast::http {

// A set of networks in CIDR form ("10.0.0.0/8", "::1"; a bare address is that one host). Empty
// trusts nobody. Immutable after parse, so it may be read by every thread.
class TrustedProxies
{
public:
    // The error is one line that names the bad text.
    [[nodiscard]] static tl::expected<TrustedProxies, QString> parse(const QStringList& networks);

    [[nodiscard]] bool isEmpty() const { return m_networks.empty(); }
    [[nodiscard]] bool contains(const QHostAddress& address) const;
    // The nearest address that no trusted proxy vouched for: X-Forwarded-For is read from the right
    // as long as the addresses are trusted. `peer` itself when it is not trusted or the text is
    // bad.
    [[nodiscard]] QHostAddress clientOf(const QHostAddress& peer, QByteArrayView forwarded) const;

private:
    std::vector<std::pair<QHostAddress, int>> m_networks;
};

// ::ffff:a.b.c.d as a.b.c.d, so that one caller has one name on dual-stack sockets.
[[nodiscard]] QHostAddress unmapped(const QHostAddress& address);

} // namespace holdfast::http
