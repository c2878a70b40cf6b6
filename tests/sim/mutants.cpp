#include "tests/sim/mutants.h"

#include <algorithm>
#include <array>

namespace holdfast::sim {

namespace {

constexpr std::array all{
    MutantInfo{Mutant::StaleStockUnguarded, "stale-stock-unguarded",
               Invariant::AvailableNeverNegative},
    MutantInfo{Mutant::HoldStaysActive, "hold-stays-active", Invariant::HoldEndsOnce},
    MutantInfo{Mutant::OrderLeavesHold, "order-leaves-hold", Invariant::HoldEndsOnce},
    MutantInfo{Mutant::ExpiredLooksAlive, "expired-looks-alive", Invariant::DeadlineDecides},
    MutantInfo{Mutant::ExpiresEarly, "expires-early", Invariant::DeadlineDecides},
    MutantInfo{Mutant::MovementForgotten, "movement-forgotten", Invariant::StockConserved},
    MutantInfo{Mutant::HeldDrifts, "held-drifts", Invariant::CountersMatch},
    MutantInfo{Mutant::ReleaseKeepsUnits, "release-keeps-units", Invariant::CountersMatch},
    MutantInfo{Mutant::OrderRowStale, "order-row-stale", Invariant::TablesMatchJournal},
    MutantInfo{Mutant::PaidTwice, "paid-twice", Invariant::OrderPaidOnce},
    MutantInfo{Mutant::PaidWithoutMoney, "paid-without-money", Invariant::MoneyAddsUp},
    MutantInfo{Mutant::PaymentCountedTwice, "payment-counted-twice", Invariant::MoneyAddsUp},
    MutantInfo{Mutant::RefundsForgotten, "refunds-forgotten", Invariant::RefundWithinPaid},
    MutantInfo{Mutant::InboxForgotten, "inbox-forgotten", Invariant::EventAppliedOnce},
    MutantInfo{Mutant::EventJournaledTwice, "event-journaled-twice", Invariant::EventAppliedOnce},
    MutantInfo{Mutant::AnswersNotKept, "answers-not-kept", Invariant::EffectHappensOnce},
    MutantInfo{Mutant::RefusalsNotKept, "refusals-not-kept", Invariant::OneKeyOneAnswer},
    MutantInfo{Mutant::AnswersForgottenEarly, "answers-forgotten-early",
               Invariant::OneKeyOneAnswer},
    MutantInfo{Mutant::StockLooksSmaller, "stock-looks-smaller", Invariant::AnswerIsTrue},
    MutantInfo{Mutant::ReplyBeforeCommit, "reply-before-commit", Invariant::AnswerIsTrue},
    MutantInfo{Mutant::CommitLostInCrash, "commit-lost-in-crash", Invariant::AcknowledgedIsKept},
    MutantInfo{Mutant::UnknownCalledUndone, "unknown-called-undone", Invariant::AnswerIsTrue},
    MutantInfo{Mutant::AnswerChanges, "answer-changes", Invariant::OneKeyOneAnswer},
    MutantInfo{Mutant::KeyScopeIgnored, "key-scope-ignored", Invariant::KeyBelongsToItsCaller},
    MutantInfo{Mutant::JournalGap, "journal-gap", Invariant::JournalHasNoGap},
    MutantInfo{Mutant::PositionTwice, "position-twice", Invariant::JournalHasNoGap},
    MutantInfo{Mutant::WaitingForgotten, "waiting-forgotten", Invariant::EverythingDrains},
    MutantInfo{Mutant::NoSweeps, "no-sweeps", Invariant::EverythingDrains},
    MutantInfo{Mutant::AnswerSwallowed, "answer-swallowed", Invariant::EverythingDrains},
    MutantInfo{Mutant::EventsForgottenEarly, "events-forgotten-early",
               Invariant::AcknowledgedIsKept},
    MutantInfo{Mutant::RefundEventsForgotten, "refund-events-forgotten",
               Invariant::EventAppliedOnce},
    MutantInfo{Mutant::ForgottenRowStays, "forgotten-row-stays", Invariant::TablesMatchJournal},
};

} // namespace

std::span<const MutantInfo> allMutants()
{
    return all;
}

std::optional<Mutant> mutantNamed(std::string_view name)
{
    const auto* const at = std::find_if(
        all.begin(), all.end(), [name](const MutantInfo& info) { return info.name == name; });
    return at == all.end() ? std::nullopt : std::optional(at->mutant);
}

} // namespace holdfast::sim
