#include "server/ledger/ledger.h"

#include "server/ledger/answers.h"
#include "server/ledger/batch.h"
#include "shared/domain/assert.h"

namespace holdfast {

namespace {

/// The ledger acts for nobody when a deadline ends a hold.
const Caller nobody{.id = {}, .role = Role::Admin, .name = {}};

void endOverdueHolds(Batch& batch)
{
    batch.actFor(nobody);
    for (const HoldId id : batch.slice().overdueHolds) {
        HoldEntry* entry = batch.hold(id);
        HOLDFAST_ASSERT(entry != nullptr);
        if (entry->hold.overdueAt(batch.now())) {
            endHold(batch, *entry, HoldState::Expired);
        }
    }
}

} // namespace

std::vector<Decision> Ledger::apply(std::span<const Envelope> commands, Slice& slice,
                                    Instant now) const
{
    Batch batch(m_rules, slice, now);
    endOverdueHolds(batch);
    AnswerBook answers(slice);
    std::vector<Decision> decisions;
    decisions.reserve(commands.size());
    for (std::size_t index = 0; index < commands.size(); ++index) {
        const Envelope& envelope = commands[index];
        Decision decision = answers.recall(envelope);
        if (!decision.known) {
            batch.actFor(envelope.caller);
            decision.outcome = std::visit(
                [&batch](const auto& command) { return decide(batch, command); }, envelope.command);
        }
        answers.remember(index, decision);
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

} // namespace holdfast
