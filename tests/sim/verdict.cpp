#include "tests/sim/verdict.h"

#include "shared/domain/assert.h"

namespace holdfast::sim {

std::string_view toString(Invariant invariant)
{
    switch (invariant) {
    case Invariant::AvailableNeverNegative:
        return "available never negative";
    case Invariant::HoldEndsOnce:
        return "a hold ends once";
    case Invariant::DeadlineDecides:
        return "the deadline decides";
    case Invariant::StockConserved:
        return "stock is conserved";
    case Invariant::CountersMatch:
        return "counters match holds and orders";
    case Invariant::TablesMatchJournal:
        return "tables match the journal";
    case Invariant::OrderPaidOnce:
        return "an order is paid once";
    case Invariant::MoneyAddsUp:
        return "money adds up";
    case Invariant::RefundWithinPaid:
        return "refunds stay within what was paid";
    case Invariant::EventAppliedOnce:
        return "a payment event is applied once";
    case Invariant::EffectHappensOnce:
        return "an effect happens once";
    case Invariant::AnswerIsTrue:
        return "an answer is true";
    case Invariant::AcknowledgedIsKept:
        return "what is acknowledged is kept";
    case Invariant::OneKeyOneAnswer:
        return "one key, one answer";
    case Invariant::KeyBelongsToItsCaller:
        return "a key belongs to its caller";
    case Invariant::JournalHasNoGap:
        return "the journal has no gap";
    case Invariant::EverythingDrains:
        return "everything drains";
    }
    HOLDFAST_ASSERT(false);
}

} // namespace holdfast::sim
