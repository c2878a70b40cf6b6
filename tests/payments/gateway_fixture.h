#pragma once

#include "server/payments/canonical_webhook.h"
#include "tests/payments/gateway_process.h"
#include "tests/payments/webhook_receiver.h"

#include <QTest>

#include <optional>

namespace holdfast::test {

inline const QString orderText = QStringLiteral("018f3b1c-0000-7000-8000-000000000001");

/// A receiver, a gateway that tells it things quickly, and a till that makes payments.
class Trade
{
public:
    explicit Trade(WebhookReceiver::Script script = [](int) { return 200; })
        : receiver(std::move(script))
    {}

    bool start(const QStringList& more = {})
    {
        const QStringList quick{QStringLiteral("--webhook-url"),
                                url(),
                                QStringLiteral("--webhook-secret"),
                                GatewayProcess::secret,
                                QStringLiteral("--approve-delay-ms"),
                                QStringLiteral("50"),
                                QStringLiteral("--retry-base-ms"),
                                QStringLiteral("40"),
                                QStringLiteral("--seed"),
                                QStringLiteral("1")};
        if (!gateway.start(quick + more)) {
            return false;
        }
        till.emplace(gateway.port());
        return true;
    }

    /// The id of a new payment, empty when it was refused.
    QString pay(qint64 amount, const QJsonObject& more = {}, const HeaderList& headers = {})
    {
        QJsonObject body{{QStringLiteral("order_id"), orderText},
                         {QStringLiteral("amount_minor"), amount},
                         {QStringLiteral("currency"), QStringLiteral("EUR")}};
        for (auto member = more.begin(); member != more.end(); ++member) {
            body.insert(member.key(), member.value());
        }
        const HttpReply reply = till->post("/v1/payments", body, headers);
        return reply.status == 201 ? reply.data()[u"payment_id"].toString() : QString();
    }

    [[nodiscard]] static QByteArray path(const QString& payment, const char* action = "")
    {
        return "/v1/payments/" + payment.toUtf8() + action;
    }

    QString state(const QString& payment)
    {
        return till->get(path(payment)).data()[u"state"].toString();
    }

    HttpReply act(const QString& payment, const char* action, const QJsonObject& body = {},
                  const HeaderList& headers = {})
    {
        return till->post(path(payment, action), body, headers);
    }

    /// The webhooks as the gateway lists them, the newest first.
    QJsonArray listed() { return till->get("/v1/webhooks").list(); }

    /// The events in the order in which they arrived, each checked as the shop checks them.
    std::vector<PaymentEvent> events()
    {
        const auto secret = WebhookSecret::parse(GatewayProcess::secret.toStdString());
        const CanonicalGateway shop({*secret}, SignaturePolicy::Required);
        std::vector<PaymentEvent> events;
        for (const auto& [request, at] : receiver.received()) {
            std::vector<WebhookHeader> headers;
            for (qsizetype i = 0; i < request.headers.size(); ++i) {
                headers.push_back(
                    {view(request.headers.nameAt(i)), view(request.headers.valueAt(i))});
            }
            const auto sinceEpoch =
                std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
            const Instant now{sinceEpoch.count()};
            const std::string_view body(request.body.constData(), size_t(request.body.size()));
            auto event = shop.read({headers, body}, now);
            if (!event) {
                QTest::qFail(event.error().detail.c_str(), __FILE__, __LINE__);
                return {};
            }
            events.push_back(std::move(*event));
        }
        return events;
    }

    WebhookReceiver receiver;
    GatewayProcess gateway;
    std::optional<HttpClient> till;

private:
    static std::string_view view(QByteArrayView bytes)
    {
        return {bytes.data(), static_cast<std::size_t>(bytes.size())};
    }

    QString url()
    {
        if (receiver.port() == 0) {
            receiver.start();
        }
        return receiver.url();
    }
};

} // namespace holdfast::test
