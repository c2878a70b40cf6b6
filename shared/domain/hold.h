#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/quantity.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// active → consumed | released | expired: exactly one end.
enum class HoldState { Active, Consumed, Released, Expired };

[[nodiscard]] std::string_view toString(HoldState state);
[[nodiscard]] std::optional<HoldState> parseHoldState(std::string_view word);

struct HoldLine
{
    ProductId product = {};
    Units qty = 0;

    friend bool operator==(const HoldLine&, const HoldLine&) = default;
};

/// A time-limited claim on units: everything that promises stock is one.
struct Hold
{
    HoldId id = {};
    HoldState state = HoldState::Active;
    std::vector<HoldLine> lines = {}; ///< one per product, in the order of asking
    Instant expiresAt = {};
    Instant createdAt = {};
    CallerId owner = {};
    std::string terminal = {};
    std::string note = {};
    std::optional<OrderId> order = {}; ///< set when consumed

    /// The deadline decides, whether or not a timer has run.
    [[nodiscard]] bool overdueAt(Instant now) const
    {
        return state == HoldState::Active && expiresAt <= now;
    }
};

} // namespace holdfast
