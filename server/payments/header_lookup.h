#pragma once

#include "server/payments/gateway.h"

#include <cstddef>
#include <string_view>

namespace holdfast {

/// One header out of many. `count` tells a missing header from an empty one and shows repeats,
/// which an adapter refuses rather than choose between.
struct HeaderLookup
{
    std::string_view value;
    std::size_t count = 0;
};

/// `lowerCaseName` is compared without regard to case. The first value counts.
[[nodiscard]] HeaderLookup findHeader(const WebhookRequest& request,
                                      std::string_view lowerCaseName);

} // namespace holdfast
