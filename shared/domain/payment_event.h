#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/money.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

/// A gateway and its own key of an event.
using EventName = std::pair<std::string, std::string>;

enum class PaymentEventStatus { Paid, Failed, Refunded };

[[nodiscard]] std::string_view toString(PaymentEventStatus status);
[[nodiscard]] std::optional<PaymentEventStatus> parsePaymentEventStatus(std::string_view word);

/// A verified message of a payment processor. It may repeat, come early, late or out of order.
struct PaymentEvent
{
    std::string gateway = {}; ///< "standard", "stripe", …: keys of different gateways do not meet
    std::string key = {};     ///< the processor's own name of this event, any text up to 255 bytes
    OrderId order = {};
    PaymentEventStatus status = PaymentEventStatus::Paid;
    std::optional<Minor> amountMinor = {}; ///< absent: the amount due
    std::optional<Currency> currency = {}; ///< absent: the order's
    std::string paymentRef = {};           ///< the payment itself; several events may name it
    std::optional<Instant> occurredAt = {};
    std::string raw = {}; ///< the body as it came; stored whole

    /// The same key must mean the same thing (contract section 6).
    [[nodiscard]] bool sameContent(const PaymentEvent& other) const
    {
        return order == other.order && status == other.status && amountMinor == other.amountMinor &&
               currency == other.currency;
    }
};

/// What became of an event. Every event ends in one; all but Applied and Waiting changed nothing.
enum class EventResult {
    Applied,     ///< changed the order
    Waiting,     ///< its order does not exist yet; applied when it is placed
    Ignored,     ///< told nothing new (failed after paid, paid again for the same payment)
    Mismatch,    ///< wrong amount or currency: listed for people
    Unfulfilled, ///< money came, the goods are gone: listed for refund
    Overpaid     ///< another payment for a paid order: listed for refund
};

[[nodiscard]] std::string_view toString(EventResult result);
[[nodiscard]] std::optional<EventResult> parseEventResult(std::string_view word);

/// An event as it stands in the inbox.
struct InboxEvent
{
    Uuid id = {}; ///< ours; the payment or refund that it makes gets the same
    PaymentEvent event = {};
    EventResult result = EventResult::Waiting;
    Instant receivedAt = {};
};

/// Things that a person must look at: money without goods, a key used twice.
enum class AlertKind { Mismatch, PaidUnfulfilled, Overpaid, EventKeyReused, RefundDue };

[[nodiscard]] std::string_view toString(AlertKind kind);
[[nodiscard]] std::optional<AlertKind> parseAlertKind(std::string_view word);

struct Alert
{
    AlertKind kind = AlertKind::Mismatch;
    std::optional<OrderId> order = {};
    std::string eventKey = {};
    Minor amountMinor = 0;
    std::string detail = {};
    std::string raw = {}; ///< the event that caused it, when it is not in the inbox under its key
    Instant at = {};
};

} // namespace holdfast
