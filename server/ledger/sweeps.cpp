#include "server/ledger/batch.h"

#include <utility>

/// Commands that the runtime sends on its timers, and access tokens.
namespace holdfast {

Outcome decide(Batch& batch, const ExpireHolds& /*command*/)
{
    // The overdue holds of the slice have ended before the first command of the batch.
    const std::size_t count = batch.slice().overdueHolds.size();
    return SweepOutcome{count, count >= limits::expiryChunkMax};
}

Outcome decide(Batch& batch, const CancelOverdueOrders& /*command*/)
{
    std::size_t count = 0;
    for (const OrderId id : batch.slice().overdueOrders) {
        OrderEntry* entry = batch.order(id);
        if (entry != nullptr && entry->order.overdueAt(batch.now())) {
            cancelOrder(batch, *entry, CancelCause::PaymentDeadline);
            ++count;
        }
    }
    return SweepOutcome{count, batch.slice().overdueOrders.size() >= limits::expiryChunkMax};
}

Outcome decide(Batch& batch, const ForgetAnswers& /*command*/)
{
    batch.slice().forgetAnswersBefore = batch.now() - limits::answerRetention;
    return SweepOutcome{};
}

Outcome decide(Batch& batch, const ForgetPaymentEvents& /*command*/)
{
    Event forgotten{.kind = EventKind::PaymentEventsForgotten};
    for (const EventName& name : batch.slice().oldEvents) {
        InboxEntry& entry = batch.slice().inbox.at(name);
        if (!entry.forgotten && mayBeForgotten(entry.inbox, batch.now())) {
            entry.forgotten = true;
            forgotten.names.push_back(name);
        }
    }
    const std::size_t count = forgotten.names.size();
    if (count > 0) {
        batch.record(std::move(forgotten));
    }
    const auto& lookedAt = batch.slice().oldEventsLookedAt;
    return SweepOutcome{
        .count = count, .more = lookedAt.has_value(), .behind = lookedAt.value_or(0)};
}

Outcome decide(Batch& batch, const CreateToken& command)
{
    Slice& slice = batch.slice();
    const std::int64_t id = ++slice.lastTokenId;
    TokenEntry token{.id = id,
                     .name = command.name,
                     .role = command.role,
                     .secretHash = command.secretHash,
                     .createdAt = batch.now(),
                     .revokedAt = std::nullopt,
                     .isNew = true};
    batch.record({.kind = EventKind::TokenCreated, .number = id, .text = token.name});
    slice.tokens.emplace(id, token);
    return TokenOutcome{std::move(token)};
}

Outcome decide(Batch& batch, const RevokeToken& command)
{
    const auto at = batch.slice().tokens.find(command.id.value);
    if (at == batch.slice().tokens.end()) {
        return Refused{.code = RefusalCode::TokenNotFound};
    }
    TokenEntry& token = at->second;
    if (!token.revokedAt) {
        token.revokedAt = batch.now();
        token.changed = true;
        batch.record({.kind = EventKind::TokenRevoked, .number = token.id, .text = token.name});
    }
    return TokenOutcome{token};
}

} // namespace holdfast
