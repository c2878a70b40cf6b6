#pragma once

#include "server/ledger/ports.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace holdfast {

/// One record of the journal, at its position.
struct JournalRecord
{
    std::int64_t position = 0;
    Instant at = {};
    Event event = {};
};

/// What the tables of a shop hold, in memory: closed into slices like the SQL store does it, and
/// changed by what a slice says has changed and nothing else. Knows no transactions and no faults.
class MemoryShop
{
public:
    [[nodiscard]] Slice fetch(const SliceRequest& request, Instant now) const;

    /// What the guards of the SQL store would let through.
    [[nodiscard]] bool guardsHold(const Slice& slice) const;

    void takeOver(const Slice& slice, std::span<const AnswerRecord> records, Instant now);

    /// 0 while nothing has happened.
    [[nodiscard]] std::int64_t headPosition() const
    {
        return journal.empty() ? 0 : journal.back().position;
    }

    struct KeptAnswer
    {
        StoredAnswer answer = {};
        Instant at = {};
    };

    std::map<ProductId, ProductEntry> products;
    std::map<HoldId, Hold> holds;
    std::map<OrderId, Order> orders;
    std::map<AnswerKey, KeptAnswer> answers;
    std::map<EventName, InboxEvent> inbox;
    std::map<std::int64_t, EventName> inboxOrder; ///< by their numbers
    std::map<std::int64_t, TokenEntry> tokens;
    std::vector<JournalRecord> journal;
    std::vector<StockMovement> movements;
    std::vector<Alert> alerts;

private:
    using Wanted = std::set<ProductId>;

    void addHold(Slice& slice, Wanted& wanted, HoldId id) const;
    void addOrders(Slice& slice, Wanted& wanted, const SliceRequest& request, Instant now) const;
    void addEvents(Slice& slice, const SliceRequest& request, Instant now) const;
    void addOldEvents(Slice& slice, const SliceRequest& request, Instant now) const;
    void addNames(Slice& slice, Wanted& wanted, const SliceRequest& request) const;
    void addOverdueHolds(Slice& slice, Wanted& wanted, const SliceRequest& request,
                         Instant now) const;
    void addCounters(Slice& slice) const;
    void takeHolds(const Slice& slice);
    void takeOrders(const Slice& slice);
    void takeInbox(const Slice& slice);

    // What can become overdue, the first deadline first.
    std::set<std::pair<Instant, HoldId>> m_activeHolds;
    std::set<std::pair<Instant, OrderId>> m_pendingOrders;
    std::map<OrderId, std::vector<EventName>> m_waiting;
    std::int64_t m_lastOrderNumber = 0;
    std::int64_t m_lastEventNumber = 0;
};

} // namespace holdfast
