#include "server/payments/canonical_webhook.h"

#include "server/payments/canonical_body.h"
#include "server/payments/header_lookup.h"
#include "shared/domain/limits.h"

#include <algorithm>
#include <optional>

namespace holdfast {

namespace {

Failure<WebhookFault> keyHeaderFault(std::string_view name, const std::string& what)
{
    return Failure<WebhookFault>(
        WebhookFault{WebhookFaultKind::KeyHeaderMalformed, std::string(name),
                     "The header " + std::string(name) + " " + what + "."});
}

/// Visible ASCII and spaces inside: other bytes of a header have no agreed meaning (RFC 9110 5.5).
bool isPlainText(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Result<std::optional<std::string>, WebhookFault> readKeyHeader(const WebhookRequest& request,
                                                               std::string_view name)
{
    const HeaderLookup found = findHeader(request, name);
    if (found.count > 1) {
        return keyHeaderFault(name, "stands there more than once");
    }
    if (found.value.empty()) {
        return std::nullopt;
    }
    if (found.value.size() > limits::eventKeyLengthMax) {
        return keyHeaderFault(name, "is longer than 255 characters");
    }
    if (!isPlainText(found.value)) {
        return keyHeaderFault(name, "must be visible ASCII");
    }
    return std::string(found.value);
}

Result<std::string, WebhookFault> chooseKey(const std::optional<std::string>& fromBody,
                                            const WebhookRequest& request)
{
    if (fromBody) {
        return *fromBody;
    }
    for (const std::string_view name : {"idempotency-key", "webhook-id"}) {
        auto key = readKeyHeader(request, name);
        if (!key) {
            return Failure<WebhookFault>(key.error());
        }
        if (*key) {
            return std::move(**key);
        }
    }
    return Failure<WebhookFault>(
        WebhookFault{WebhookFaultKind::FieldMissing, "event_id",
                     "The event has no key: send event_id or the header Idempotency-Key."});
}

} // namespace

Result<void, WebhookFault> CanonicalGateway::checkSender(const WebhookRequest& request,
                                                         Instant now) const
{
    const bool isSigned = findHeader(request, "webhook-signature").count > 0;
    const bool mayPass = m_policy == SignaturePolicy::UnsignedAccepted &&
                         (!isSigned || m_secrets.empty()) &&
                         request.body.size() <= limits::requestBodyBytesMax;
    if (mayPass) {
        return {};
    }
    return verifyStandardWebhook(request, m_secrets, now);
}

Result<PaymentEvent, WebhookFault> CanonicalGateway::read(const WebhookRequest& request,
                                                          Instant now) const
{
    if (const auto sender = checkSender(request, now); !sender) {
        return Failure<WebhookFault>(sender.error());
    }
    auto body = readCanonicalBody(request.body);
    if (!body) {
        return Failure<WebhookFault>(std::move(body.error()));
    }
    auto key = chooseKey(body->eventKey, request);
    if (!key) {
        return Failure<WebhookFault>(std::move(key.error()));
    }
    PaymentEvent event;
    event.gateway = name();
    event.key = std::move(*key);
    event.order = body->order;
    event.status = body->status;
    event.amountMinor = body->amountMinor;
    event.currency = body->currency;
    event.paymentRef = std::move(body->paymentRef);
    event.occurredAt = body->occurredAt;
    event.raw = request.body;
    return event;
}

} // namespace holdfast
