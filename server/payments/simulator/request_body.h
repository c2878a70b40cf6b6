#pragma once

#include "server/payments/simulator/desk.h"
#include "shared/domain/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cardsim {

/// Why a request to the simulator was not understood.
struct RequestFault
{
    int httpStatus = 400;
    std::string code;
    std::string detail;
};

/// {order_id, amount_minor, currency, id?, behaviour?}. `payment_id` is another name of `id`;
/// currency is EUR when absent. Unknown members are passed over.
[[nodiscard]] Result<PaymentRequest, RequestFault> readPaymentRequest(std::string_view json);

/// {amount_minor?}; an empty body asks for all that is left.
[[nodiscard]] Result<std::optional<Minor>, RequestFault> readRefundRequest(std::string_view json);

/// {reason?}; "card_declined" when there is none.
[[nodiscard]] Result<std::string, RequestFault> readDeclineRequest(std::string_view json);

} // namespace holdfast::cardsim
