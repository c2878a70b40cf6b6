#include "server/payments/simulator/sender.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

namespace holdfast::cardsim {

namespace {

constexpr int answerDeadlineMs = 10'000;

QByteArray viewBytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::optional<Duration> retryAfterOf(const QNetworkReply& reply)
{
    bool ok = false;
    const int seconds = reply.rawHeader("Retry-After").toInt(&ok);
    return ok && seconds >= 0 ? std::optional(Duration::seconds(seconds)) : std::nullopt;
}

AttemptResult resultOf(const QNetworkReply& reply)
{
    AttemptResult result;
    result.httpStatus = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (result.httpStatus == 0) {
        result.error = reply.errorString().toStdString();
    }
    result.retryAfter = retryAfterOf(reply);
    return result;
}

} // namespace

WebhookSender::WebhookSender(QUrl receiver, std::optional<WebhookSecret> secret)
    : m_receiver(std::move(receiver)), m_secret(std::move(secret))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_network.setAutoDeleteReplies(true);
}

void WebhookSender::send(const Shipment& shipment, Instant now, Done done)
{
    const std::string timestamp = std::to_string(now.ms / 1000);
    QNetworkRequest request(m_receiver);
    request.setTransferTimeout(answerDeadlineMs);
    // A redirect is no 2xx: the shop's address was configured wrongly.
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setRawHeader("User-Agent", "holdfast-gateway/" HOLDFAST_VERSION);
    request.setRawHeader("webhook-id", viewBytes(shipment.webhookId));
    request.setRawHeader("webhook-timestamp", viewBytes(timestamp));
    if (m_secret) {
        request.setRawHeader("webhook-signature",
                             viewBytes(signStandardWebhook(*m_secret, shipment.webhookId, timestamp,
                                                           shipment.body)));
    }
    QNetworkReply* const reply = m_network.post(request, viewBytes(shipment.body));
    const bool loseAnswer = shipment.loseAnswer;
    connect(reply, &QNetworkReply::finished, this, [reply, loseAnswer, done = std::move(done)] {
        done(loseAnswer ? AttemptResult{0, "answer lost on the way"} : resultOf(*reply));
    });
}

} // namespace holdfast::cardsim
