#include "server/http/front/trusted_proxies.h"

#include <algorithm>

namespace holdfast::http {

QHostAddress unmapped(const QHostAddress& address)
{
    bool isMapped = false;
    const quint32 v4 = address.toIPv4Address(&isMapped);
    return isMapped && address.protocol() == QAbstractSocket::IPv6Protocol ? QHostAddress(v4)
                                                                           : address;
}

tl::expected<TrustedProxies, QString> TrustedProxies::parse(const QStringList& networks)
{
    TrustedProxies proxies;
    for (const QString& text : networks) {
        const std::pair<QHostAddress, int> network = QHostAddress::parseSubnet(text.trimmed());
        if (network.second < 0 || network.first.isNull()) {
            return tl::make_unexpected(
                QStringLiteral("\"%1\" is no network such as 10.0.0.0/8 or ::1").arg(text));
        }
        proxies.m_networks.push_back(network);
    }
    return proxies;
}

bool TrustedProxies::contains(const QHostAddress& address) const
{
    const QHostAddress plain = unmapped(address);
    return std::any_of(m_networks.begin(), m_networks.end(),
                       [&](const auto& network) { return plain.isInSubnet(network); });
}

QHostAddress TrustedProxies::clientOf(const QHostAddress& peer, QByteArrayView forwarded) const
{
    QHostAddress client = unmapped(peer);
    while (!forwarded.isEmpty() && contains(client)) {
        const qsizetype comma = forwarded.lastIndexOf(',');
        const QByteArrayView last = forwarded.sliced(comma + 1).trimmed();
        QHostAddress named;
        if (!named.setAddress(QString::fromLatin1(last))) {
            break; // nobody vouches for what stands further left
        }
        client = unmapped(named);
        forwarded = comma < 0 ? QByteArrayView() : forwarded.first(comma);
    }
    return client;
}

} // namespace holdfast::http
