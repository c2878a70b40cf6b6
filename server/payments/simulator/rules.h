#pragma once

#include "server/payments/simulator/sim_types.h"

#include <optional>
#include <vector>

namespace holdfast::cardsim {

/// How the gateway behaves where a payment asks for nothing special.
struct SimRules
{
    Duration approveDelay{700};   ///< from creation to decision
    Duration lateDelay{10'000};   ///< Behaviour::Late holds its webhook back this long
    Duration silence{15'000};     ///< Behaviour::Silent answers nothing for this long
    Duration reorderDelay{1'500}; ///< Behaviour::Reorder: the stale news comes this much later
    bool amountRules = true;      ///< the last two digits of the amount choose the behaviour
    bool manual = false;          ///< payments without a behaviour of their own wait for a person
};

/// What was asked for counts first, then --manual, then the ending of the amount:
///   …01 decline   …02 silent     …03 late   …04 duplicate   …05 reorder
///   …06 mismatch  …07 late_cancel …08 early …09 lossy       all others approve
[[nodiscard]] Behaviour chooseBehaviour(const SimRules& rules, Minor amountMinor,
                                        std::optional<Behaviour> asked);

/// When a new payment decides by itself; nothing when it waits for a person.
[[nodiscard]] std::optional<Instant> decisionTime(const SimRules& rules, Behaviour behaviour,
                                                  Instant createdAt);

/// What the shop hears about an approval, in order of occurrence.
[[nodiscard]] std::vector<Notice> approvalNotices(const SimRules& rules, const SimPayment& payment,
                                                  Instant now);

} // namespace holdfast::cardsim
