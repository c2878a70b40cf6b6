#pragma once

#include "server/payments/webhook_fault.h"
#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/money.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// The body of POST /api/payments/webhook (contract section 6), read and judged field by field.
///
/// What is taken beyond the letter of the contract, because gateways send it:
///  - null counts as absent, except for `status`: an event that says nothing about its outcome
///    must not mark an order paid, so a null status is refused and only a missing one means paid;
///  - an empty event_id, idempotency_key or payment_ref counts as absent;
///  - keys and references may be whole numbers: their decimal text counts;
///  - amount_minor may be digits in a string, or a number with a zero fraction (1200.0);
///  - currency may be in small letters; status in any case;
///  - occurred_at may be Unix time, in milliseconds from 100,000,000,000 on, else in seconds.
/// A field of ours that stands twice is refused; fields that we do not know are passed over.
struct CanonicalBody
{
    std::optional<std::string> eventKey; ///< event_id, else idempotency_key
    OrderId order;
    PaymentEventStatus status = PaymentEventStatus::Paid;
    std::optional<Minor> amountMinor;
    std::optional<Currency> currency;
    std::string paymentRef;
    std::optional<Instant> occurredAt;
};

/// Reads without recursion, so nesting costs no stack, and checks that all text is UTF-8.
[[nodiscard]] Result<CanonicalBody, WebhookFault> readCanonicalBody(std::string_view json);

/// The status words that gateways use, in any case (contract section 6).
[[nodiscard]] std::optional<PaymentEventStatus> understandStatusWord(std::string_view word);

} // namespace holdfast
