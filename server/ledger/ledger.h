#pragma once

#include "server/ledger/outcome.h"
#include "shared/domain/limits.h"

#include <span>
#include <vector>

namespace holdfast {

/// What a shop may set; fixed while the server runs.
struct LedgerRules
{
    Duration holdLife = Duration::seconds(120);
    Duration paymentDeadline = Duration::seconds(900);
    TaxMode taxMode = TaxMode::Inclusive;
    Minor cashRoundingStepMinor = 1; ///< 5 for CHF; 1 rounds nothing
};

/// Whether an event that came as long ago as limits::paymentEventRetention is of no use any more:
/// should it come once more, the state of its order alone makes it change nothing and tell nobody.
/// That is not so for what waits, for what was listed for people (a wrong amount, money too much,
/// goods that are gone), nor for refunds, which would count again: those are kept for good.
[[nodiscard]] bool mayBeForgotten(const InboxEvent& inbox, Instant now);

/// The heart: commands, the touched slice of state and a time go in; decisions come out and the
/// slice is changed accordingly. Pure: no clock, no randomness, no socket, no database. All
/// promises of stock are made and given back here and nowhere else.
class Ledger
{
public:
    explicit Ledger(LedgerRules rules) : m_rules(rules) {}

    [[nodiscard]] const LedgerRules& rules() const { return m_rules; }

    /// What must be fetched to decide these commands.
    [[nodiscard]] static SliceRequest touched(std::span<const Envelope> batch);

    /// Decides the commands in their order. Overdue holds of the slice end first; each command is
    /// all or nothing. One decision for each command.
    [[nodiscard]] std::vector<Decision> apply(std::span<const Envelope> batch, Slice& slice,
                                              Instant now) const;

private:
    LedgerRules m_rules;
};

} // namespace holdfast
