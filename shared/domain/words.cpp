#include "shared/domain/caller.h"
#include "shared/domain/event.h"
#include "shared/domain/refusal.h"

#include "shared/domain/assert.h"

#include <array>
#include <utility>

/// The words of the closed sets, as they stand in JSON, in the database and in the journal.
namespace holdfast {

namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

template <class E, std::size_t N>
std::string_view wordOf(const Words<E, N>& words, E value)
{
    for (const auto& [member, word] : words) {
        if (member == value) {
            return word;
        }
    }
    HOLDFAST_ASSERT(false);
}

template <class E, std::size_t N>
std::optional<E> memberOf(const Words<E, N>& words, std::string_view text)
{
    for (const auto& [member, word] : words) {
        if (word == text) {
            return member;
        }
    }
    return std::nullopt;
}

constexpr Words<Role, 4> roles{{{Role::Kiosk, "kiosk"},
                                {Role::Cashier, "cashier"},
                                {Role::Manager, "manager"},
                                {Role::Admin, "admin"}}};

constexpr Words<MovementKind, 6> movementKinds{{{MovementKind::Receipt, "receipt"},
                                                {MovementKind::Adjustment, "adjustment"},
                                                {MovementKind::Count, "count"},
                                                {MovementKind::WriteOff, "write_off"},
                                                {MovementKind::Sale, "sale"},
                                                {MovementKind::Return, "return"}}};

constexpr Words<HoldState, 4> holdStates{{{HoldState::Active, "active"},
                                          {HoldState::Consumed, "consumed"},
                                          {HoldState::Released, "released"},
                                          {HoldState::Expired, "expired"}}};

constexpr Words<OrderState, 6> orderStates{{{OrderState::PendingPayment, "pending_payment"},
                                            {OrderState::Paid, "paid"},
                                            {OrderState::PartiallyRefunded, "partially_refunded"},
                                            {OrderState::Refunded, "refunded"},
                                            {OrderState::Cancelled, "cancelled"},
                                            {OrderState::PaidUnfulfilled, "paid_unfulfilled"}}};

constexpr Words<CancelCause, 4> cancelCauses{{{CancelCause::None, "none"},
                                              {CancelCause::Staff, "staff"},
                                              {CancelCause::PaymentFailed, "payment_failed"},
                                              {CancelCause::PaymentDeadline, "payment_deadline"}}};

constexpr Words<PaymentMethod, 4> paymentMethods{{{PaymentMethod::Cash, "cash"},
                                                  {PaymentMethod::Card, "card"},
                                                  {PaymentMethod::Voucher, "voucher"},
                                                  {PaymentMethod::Other, "other"}}};

constexpr Words<PaymentEventStatus, 3> eventStatuses{{{PaymentEventStatus::Paid, "paid"},
                                                      {PaymentEventStatus::Failed, "failed"},
                                                      {PaymentEventStatus::Refunded, "refunded"}}};

constexpr Words<EventResult, 6> eventResults{{{EventResult::Applied, "applied"},
                                              {EventResult::Waiting, "waiting"},
                                              {EventResult::Ignored, "ignored"},
                                              {EventResult::Mismatch, "mismatch"},
                                              {EventResult::Unfulfilled, "paid_unfulfilled"},
                                              {EventResult::Overpaid, "overpaid"}}};

constexpr Words<AlertKind, 5> alertKinds{{{AlertKind::Mismatch, "mismatch"},
                                          {AlertKind::PaidUnfulfilled, "paid_unfulfilled"},
                                          {AlertKind::Overpaid, "overpaid"},
                                          {AlertKind::EventKeyReused, "event_key_reused"},
                                          {AlertKind::RefundDue, "refund_due"}}};

constexpr Words<EventKind, 20> eventKinds{
    {{EventKind::ProductAdded, "product_added"},
     {EventKind::ProductChanged, "product_changed"},
     {EventKind::ProductArchived, "product_archived"},
     {EventKind::StockMoved, "stock_moved"},
     {EventKind::HoldPlaced, "hold_placed"},
     {EventKind::HoldChanged, "hold_changed"},
     {EventKind::HoldExtended, "hold_extended"},
     {EventKind::HoldReleased, "hold_released"},
     {EventKind::HoldExpired, "hold_expired"},
     {EventKind::OrderPlaced, "order_placed"},
     {EventKind::OrderCancelled, "order_cancelled"},
     {EventKind::PaymentTaken, "payment_taken"},
     {EventKind::OrderPaid, "order_paid"},
     {EventKind::OrderPaidUnfulfilled, "order_paid_unfulfilled"},
     {EventKind::RefundMade, "refund_made"},
     {EventKind::PaymentEventReceived, "payment_event_received"},
     {EventKind::AlertRaised, "alert_raised"},
     {EventKind::TokenCreated, "token_created"},
     {EventKind::TokenRevoked, "token_revoked"},
     {EventKind::PaymentEventsForgotten, "payment_events_forgotten"}}};

constexpr Words<RefusalCode, 24> refusalCodes{
    {{RefusalCode::IdempotencyKeyReused, "idempotency_key_reused"},
     {RefusalCode::IdempotencyInProgress, "idempotency_in_progress"},
     {RefusalCode::IdConflict, "id_conflict"},
     {RefusalCode::EventKeyReused, "event_key_reused"},
     {RefusalCode::ProductNotFound, "product_not_found"},
     {RefusalCode::HoldNotFound, "hold_not_found"},
     {RefusalCode::OrderNotFound, "order_not_found"},
     {RefusalCode::TokenNotFound, "token_not_found"},
     {RefusalCode::InvalidField, "validation_failed"},
     {RefusalCode::HoldExpired, "hold_expired"},
     {RefusalCode::HoldConsumed, "hold_consumed"},
     {RefusalCode::HoldReleased, "hold_released"},
     {RefusalCode::InsufficientStock, "insufficient_stock"},
     {RefusalCode::StockInUse, "stock_in_use"},
     {RefusalCode::StockLimit, "stock_limit"},
     {RefusalCode::OrderNotPayable, "order_not_payable"},
     {RefusalCode::OrderNotCancellable, "order_not_cancellable"},
     {RefusalCode::Overpaid, "overpaid"},
     {RefusalCode::RefundTooMuch, "refund_too_much"},
     {RefusalCode::NothingToRefund, "nothing_to_refund"},
     {RefusalCode::VersionConflict, "version_conflict"},
     {RefusalCode::PreconditionFailed, "precondition_failed"},
     {RefusalCode::SkuTaken, "sku_taken"},
     {RefusalCode::BarcodeTaken, "barcode_taken"}}};

} // namespace

std::string_view toString(Role role)
{
    return wordOf(roles, role);
}
std::optional<Role> parseRole(std::string_view word)
{
    return memberOf(roles, word);
}

std::string_view toString(MovementKind kind)
{
    return wordOf(movementKinds, kind);
}
std::optional<MovementKind> parseMovementKind(std::string_view word)
{
    return memberOf(movementKinds, word);
}

std::string_view toString(HoldState state)
{
    return wordOf(holdStates, state);
}
std::optional<HoldState> parseHoldState(std::string_view word)
{
    return memberOf(holdStates, word);
}

std::string_view toString(OrderState state)
{
    return wordOf(orderStates, state);
}
std::optional<OrderState> parseOrderState(std::string_view word)
{
    return memberOf(orderStates, word);
}

std::string_view toString(CancelCause cause)
{
    return wordOf(cancelCauses, cause);
}
std::optional<CancelCause> parseCancelCause(std::string_view word)
{
    return memberOf(cancelCauses, word);
}

std::string_view toString(PaymentMethod method)
{
    return wordOf(paymentMethods, method);
}
std::optional<PaymentMethod> parsePaymentMethod(std::string_view word)
{
    return memberOf(paymentMethods, word);
}

std::string_view toString(PaymentEventStatus status)
{
    return wordOf(eventStatuses, status);
}
std::optional<PaymentEventStatus> parsePaymentEventStatus(std::string_view word)
{
    return memberOf(eventStatuses, word);
}

std::string_view toString(EventResult result)
{
    return wordOf(eventResults, result);
}
std::optional<EventResult> parseEventResult(std::string_view word)
{
    return memberOf(eventResults, word);
}

std::string_view toString(AlertKind kind)
{
    return wordOf(alertKinds, kind);
}
std::optional<AlertKind> parseAlertKind(std::string_view word)
{
    return memberOf(alertKinds, word);
}

std::string_view toString(EventKind kind)
{
    return wordOf(eventKinds, kind);
}
std::optional<EventKind> parseEventKind(std::string_view word)
{
    return memberOf(eventKinds, word);
}

std::string_view toString(RefusalCode code)
{
    return wordOf(refusalCodes, code);
}

} // namespace holdfast
