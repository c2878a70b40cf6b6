#pragma once

#include "shared/domain/instant.h"
#include "shared/domain/money.h"
#include "shared/domain/payment_event.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The words of the card simulator. It stands outside the shop: it shares no state with the server
/// and tells it things by webhook only, as a real gateway does.
namespace holdfast::cardsim {

namespace sim_limits {
inline constexpr std::size_t orderIdBytesMax = 255;
inline constexpr std::size_t paymentIdBytesMax = 64;
inline constexpr std::size_t keyBytesMax = 255;
inline constexpr std::size_t reasonBytesMax = 200;
inline constexpr std::size_t paymentsMax = 100'000;
inline constexpr int copiesMax = 100;
inline constexpr int attemptsMax = 100;
} // namespace sim_limits

/// What a payment does, chosen when it is created.
enum class Behaviour {
    Approve,
    Decline,
    Silent,     ///< says nothing and does not know, until it is asked after a while
    Late,       ///< approves; the webhook comes late
    Duplicate,  ///< approves; the webhook comes three times
    Reorder,    ///< a first try fails, a second is approved; the news of the failure comes last
    Mismatch,   ///< approves; the webhook names another amount
    LateCancel, ///< approves; a cancel always comes too late, even while processing
    Early,      ///< approves at once: the webhook leaves before the creation is answered
    Lossy,      ///< approves; the first two sendings of the webhook are lost
    Manual      ///< waits for a person
};

[[nodiscard]] std::string_view toString(Behaviour behaviour);
[[nodiscard]] std::optional<Behaviour> parseBehaviour(std::string_view word);

/// processing → approved | declined | cancelled | unknown; unknown → approved | declined |
/// cancelled; approved → partially_refunded → refunded.
enum class PaymentState {
    Processing,
    Unknown,
    Approved,
    Declined,
    Cancelled,
    PartiallyRefunded,
    Refunded
};

[[nodiscard]] std::string_view toString(PaymentState state);
[[nodiscard]] std::optional<PaymentState> parsePaymentState(std::string_view word);

struct SimPayment
{
    std::string id = {};
    std::string orderId = {}; ///< taken blindly; the gateway does not know the shop's orders
    Minor amountMinor = 0;
    std::string currency = {};
    Behaviour behaviour = Behaviour::Approve;
    PaymentState state = PaymentState::Processing;
    std::string reason = {}; ///< why it was declined or cancelled
    Minor refundedMinor = 0;
    Instant createdAt = {};
    std::optional<Instant> decidesAt = {}; ///< when it will decide by itself
    std::optional<Instant> decidedAt = {};

    [[nodiscard]] bool isOpen() const
    {
        return state == PaymentState::Processing || state == PaymentState::Unknown;
    }
};

/// Something that the shop shall be told.
struct Notice
{
    PaymentEventStatus status = PaymentEventStatus::Paid;
    Minor amountMinor = 0;
    Instant occurredAt = {};
    std::string reason = {};
    Duration delay = {}; ///< held back this long before the first sending
    int copies = 1;
    int losses = 0; ///< this many sendings are lost on the way
};

enum class DeliveryState { Waiting, Sending, Delivered, GivenUp, NotSent };

[[nodiscard]] std::string_view toString(DeliveryState state);
[[nodiscard]] std::optional<DeliveryState> parseDeliveryState(std::string_view word);

/// One try to bring a webhook to the shop.
struct Attempt
{
    Instant at = {};
    int httpStatus = 0;     ///< 0: no answer
    std::string error = {}; ///< why there was none, or what was lost
};

/// One webhook on its way. Duplicates are deliveries with the same webhook and event id.
struct Delivery
{
    std::string id = {};
    std::string webhookId = {};
    std::string eventId = {};
    std::string paymentId = {};
    PaymentEventStatus status = PaymentEventStatus::Paid;
    std::string body = {};
    DeliveryState state = DeliveryState::Waiting;
    Instant createdAt = {};
    Instant dueAt = {};
    int losses = 0;
    std::vector<Attempt> attempts = {};
};

} // namespace holdfast::cardsim
