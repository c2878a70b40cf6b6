#pragma once

#include "tests/sim/verdict.h"

#include <optional>
#include <span>
#include <string_view>

namespace holdfast::sim {

/// Bugs planted into the fake database or the fake server, so that the auditor can show that it
/// would notice them. None of them is in a product source.
enum class Mutant {
    None,
    StaleStockUnguarded,
    HoldStaysActive,
    OrderLeavesHold,
    ExpiredLooksAlive,
    ExpiresEarly,
    MovementForgotten,
    HeldDrifts,
    ReleaseKeepsUnits,
    OrderRowStale,
    PaidTwice,
    PaidWithoutMoney,
    PaymentCountedTwice,
    RefundsForgotten,
    InboxForgotten,
    EventJournaledTwice,
    AnswersNotKept,
    RefusalsNotKept,
    AnswersForgottenEarly,
    StockLooksSmaller,
    ReplyBeforeCommit,
    CommitLostInCrash,
    UnknownCalledUndone,
    AnswerChanges,
    KeyScopeIgnored,
    JournalGap,
    PositionTwice,
    WaitingForgotten,
    NoSweeps,
    AnswerSwallowed,
    EventsForgottenEarly,
    RefundEventsForgotten,
    ForgottenRowStays,
};

struct MutantInfo
{
    Mutant mutant = Mutant::None;
    std::string_view name = {};
    Invariant caught = Invariant::AvailableNeverNegative; ///< by this invariant, first of all
};

[[nodiscard]] std::span<const MutantInfo> allMutants();
[[nodiscard]] std::optional<Mutant> mutantNamed(std::string_view name);

} // namespace holdfast::sim
