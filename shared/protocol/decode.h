#pragma once

#include "shared/domain/command.h"
#include "shared/domain/result.h"
#include "shared/protocol/problem.h"

#include <string_view>

/// Request bodies of the API as commands (contract sections 3 to 5). Everything that can be judged
/// without knowing the shop is judged here. Ids that the caller may choose are nil when it did
/// not; fields that come from the path are left for the route to fill.
namespace holdfast {

struct RequestFault
{
    RequestProblem problem = RequestProblem::ValidationFailed; ///< or MalformedJson
    FieldErrors errors = {};
};

template <class T>
using Decoded = Result<T, RequestFault>;

[[nodiscard]] Decoded<PlaceHold> decodePlaceHold(std::string_view body);
[[nodiscard]] Decoded<ChangeHold> decodeChangeHold(std::string_view body);
[[nodiscard]] Decoded<ExtendHold> decodeExtendHold(std::string_view body); ///< may be empty
[[nodiscard]] Decoded<PlaceOrder> decodePlaceOrder(std::string_view body);
[[nodiscard]] Decoded<TakePayment> decodeTakePayment(std::string_view body);
[[nodiscard]] Decoded<RefundOrder> decodeRefundOrder(std::string_view body);
[[nodiscard]] Decoded<MoveStock> decodeMoveStock(std::string_view body);
[[nodiscard]] Decoded<CreateProduct> decodeCreateProduct(std::string_view body);
[[nodiscard]] Decoded<ChangeProduct> decodeChangeProduct(std::string_view body);

struct NewToken
{
    std::string name;
    Role role = Role::Cashier;
};
[[nodiscard]] Decoded<NewToken> decodeNewToken(std::string_view body);

} // namespace holdfast
