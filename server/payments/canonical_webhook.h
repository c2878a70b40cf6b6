#pragma once

#include "server/payments/gateway.h"
#include "server/payments/standard_webhooks.h"

#include <string_view>
#include <vector>

namespace holdfast {

/// POST /api/payments/webhook: the canonical body under a Standard Webhooks signature.
///
/// The event's key is the body's `event_id`, else its `idempotency_key`, else the header
/// `Idempotency-Key`, else `webhook-id`. It is compared byte for byte: whoever stores it must use a
/// binary collation, or two events could meet in one key.
class CanonicalGateway final : public PaymentGateway
{
public:
    CanonicalGateway(std::vector<WebhookSecret> secrets, SignaturePolicy policy)
        : m_secrets(std::move(secrets)), m_policy(policy)
    {}

    [[nodiscard]] std::string_view name() const override { return "standard"; }

    [[nodiscard]] Result<PaymentEvent, WebhookFault> read(const WebhookRequest& request,
                                                          Instant now) const override;

private:
    [[nodiscard]] Result<void, WebhookFault> checkSender(const WebhookRequest& request,
                                                         Instant now) const;

    std::vector<WebhookSecret> m_secrets;
    SignaturePolicy m_policy;
};

} // namespace holdfast
