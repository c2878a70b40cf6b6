#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/money.h"
#include "shared/domain/quantity.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// pending_payment → paid → partially_refunded → refunded; pending_payment → cancelled;
/// cancelled → paid (late payment, stock still there) or paid_unfulfilled (stock gone).
enum class OrderState {
    PendingPayment,
    Paid,
    PartiallyRefunded,
    Refunded,
    Cancelled,
    PaidUnfulfilled
};

[[nodiscard]] std::string_view toString(OrderState state);
[[nodiscard]] std::optional<OrderState> parseOrderState(std::string_view word);

enum class CancelCause { None, Staff, PaymentFailed, PaymentDeadline };

[[nodiscard]] std::string_view toString(CancelCause cause);
[[nodiscard]] std::optional<CancelCause> parseCancelCause(std::string_view word);

enum class PaymentMethod { Cash, Card, Voucher, Other };

[[nodiscard]] std::string_view toString(PaymentMethod method);
[[nodiscard]] std::optional<PaymentMethod> parsePaymentMethod(std::string_view word);

/// Prices are fixed when the order is placed; later changes of the product do not touch it.
struct OrderLine
{
    ProductId product = {};
    std::string sku = {};
    std::string name = {};
    Units qty = 0;
    Minor unitPriceMinor = 0;
    Minor discountMinor = 0;
    int taxRateBp = 0;
    Minor taxMinor = 0;
    Minor totalMinor = 0; ///< what the customer pays for the line, tax in
    Units refundedQty = 0;
    Minor refundedMinor = 0;
};

struct Payment
{
    PaymentId id = {};
    PaymentMethod method = PaymentMethod::Cash;
    Minor amountMinor = 0;   ///< what it settles of the order
    Minor tenderedMinor = 0; ///< what was handed over
    Minor changeMinor = 0;
    Minor roundingMinor = 0;    ///< cash rounding: handed over = amount + rounding + change
    std::string reference = {}; ///< the gateway's name of the payment, empty for cash
    Instant at = {};
};

/// What of a refund belongs to one line of its order; without units when money alone goes back.
struct RefundLine
{
    int line = 0; ///< index into Order::lines
    Units qty = 0;
    Minor amountMinor = 0;
};

struct Refund
{
    RefundId id = {};
    Minor amountMinor = 0;
    std::vector<RefundLine> lines = {};
    bool restock = false;
    std::string reason = {};
    Instant at = {};
};

struct Order
{
    OrderId id = {};
    std::int64_t number = 0; ///< for people; ascending
    OrderState state = OrderState::PendingPayment;
    CancelCause cancelCause = CancelCause::None;
    HoldId hold = {};
    std::vector<OrderLine> lines = {};
    Currency currency = {};
    Minor totalMinor = 0;
    Minor taxMinor = 0;
    Minor discountMinor = 0;
    Minor paidMinor = 0;
    Minor refundedMinor = 0;
    std::vector<Payment> payments = {};
    std::vector<Refund> refunds = {};
    std::string customerNote = {};
    CallerId owner = {};
    std::string terminal = {};
    Instant paymentDeadline = {};
    Instant createdAt = {};
    Instant updatedAt = {};

    [[nodiscard]] Minor dueMinor() const
    {
        return state == OrderState::PendingPayment ? totalMinor - paidMinor : 0;
    }
    [[nodiscard]] Minor refundableMinor() const { return paidMinor - refundedMinor; }
    [[nodiscard]] bool overdueAt(Instant now) const
    {
        return state == OrderState::PendingPayment && paymentDeadline <= now;
    }
};

} // namespace holdfast
