#pragma once

#include "server/payments/webhook_fault.h"
#include "shared/domain/instant.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/result.h"

#include <span>
#include <string_view>

namespace holdfast {

struct WebhookHeader
{
    std::string_view name; ///< in any case: header names are case-insensitive (RFC 9110 5.1)
    std::string_view value;
};

/// A webhook as it came in. Views only: the caller keeps the bytes until the call has returned.
/// The body must be the raw bytes, since a signature covers exactly those.
struct WebhookRequest
{
    std::span<const WebhookHeader> headers;
    std::string_view body;
};

/// What to do with a webhook that carries no signature at all.
enum class SignaturePolicy {
    Required,
    UnsignedAccepted ///< demo mode on loopback only; a signature that is there must still be right
};

/// The port that every payment gateway plugs into. An adapter checks that the message is from its
/// gateway and turns it into the one event type that the ledger knows. It holds its secrets from
/// construction, decides from its arguments alone, and may be called from any thread at once.
class PaymentGateway
{
public:
    PaymentGateway() = default;
    PaymentGateway(const PaymentGateway&) = delete;
    PaymentGateway& operator=(const PaymentGateway&) = delete;
    virtual ~PaymentGateway() = default;

    /// "standard", "stripe": the name that PaymentEvent::gateway and the metrics carry.
    [[nodiscard]] virtual std::string_view name() const = 0;

    [[nodiscard]] virtual Result<PaymentEvent, WebhookFault> read(const WebhookRequest& request,
                                                                  Instant now) const = 0;
};

} // namespace holdfast
