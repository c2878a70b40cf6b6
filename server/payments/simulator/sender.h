#pragma once

#include "server/payments/simulator/outbox.h"
#include "server/payments/standard_webhooks.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>
#include <optional>

namespace holdfast::cardsim {

/// Brings webhooks to the shop over HTTP, signed at the moment of sending: a webhook that waited
/// for its tenth try still has a fresh timestamp, as the specification wants it.
class WebhookSender : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const AttemptResult&)>;

    WebhookSender(QUrl receiver, std::optional<WebhookSecret> secret);

    /// `done` is called once, later, on this thread; never after the sender is gone.
    void send(const Shipment& shipment, Instant now, Done done);

private:
    QUrl m_receiver;
    std::optional<WebhookSecret> m_secret;
    QNetworkAccessManager m_network;
};

} // namespace holdfast::cardsim
