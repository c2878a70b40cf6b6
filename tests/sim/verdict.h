#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::sim {

/// What must hold in every run, whatever fails.
enum class Invariant {
    AvailableNeverNegative,
    HoldEndsOnce,
    DeadlineDecides,
    StockConserved,
    CountersMatch,
    TablesMatchJournal,
    OrderPaidOnce,
    MoneyAddsUp,
    RefundWithinPaid,
    EventAppliedOnce,
    EffectHappensOnce,
    AnswerIsTrue,
    AcknowledgedIsKept,
    OneKeyOneAnswer,
    KeyBelongsToItsCaller,
    JournalHasNoGap,
    EverythingDrains,
};

[[nodiscard]] std::string_view toString(Invariant invariant);

struct Violation
{
    Invariant invariant = Invariant::AvailableNeverNegative;
    std::string what = {};
};

/// Keeps the first thing that went wrong: what follows is mostly its consequence.
class Verdict
{
public:
    [[nodiscard]] bool good() const { return !m_violation; }
    [[nodiscard]] const std::optional<Violation>& violation() const { return m_violation; }

    void fail(Invariant invariant, std::string what)
    {
        if (good()) {
            m_violation = {invariant, std::move(what)};
        }
    }

private:
    std::optional<Violation> m_violation;
};

} // namespace holdfast::sim
