#pragma once

#include "server/ledger/ports.h"

#include <deque>
#include <functional>
#include <map>
#include <set>

namespace holdfast {

/// A shop in memory behind the ledger's port: closes slices like the SQL store and refuses what
/// its guards would. It can fail on demand.
class MemoryStore final : public LedgerStore
{
public:
    Result<void, StoreError> open() override;
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override;
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override;
    void rollback() override;
    bool takeForeignWrites() override { return std::exchange(m_foreign, false); }

    // What happens next: one entry for each call; none is success.
    std::deque<std::optional<StoreError>> openFaults;
    std::deque<std::optional<StoreError>> beginFaults;
    std::deque<std::optional<StoreError>> commitFaults;
    /// A commit whose slice this refuses is Rejected, every time.
    std::function<bool(const Slice&)> poisoned;
    std::function<void()> whileOpening; ///< what goes on while others have the database
    void pretendForeignWrites() { m_foreign = true; }

    std::vector<std::string> calls; ///< "open", "begin", "commit", "rollback"
    std::map<ProductId, ProductEntry> products;
    std::map<HoldId, Hold> holds;
    std::map<OrderId, Order> orders;
    std::map<AnswerKey, StoredAnswer> answers;
    std::map<EventName, InboxEvent> inbox;
    std::vector<EventName> inboxOrder;
    std::map<std::int64_t, TokenEntry> tokens;
    std::vector<Event> journal;
    std::vector<StockMovement> movements;
    std::vector<Alert> alerts;

private:
    void addOverdueHolds(Slice& slice, std::set<ProductId>& wanted, const SliceRequest& request,
                         Instant now) const;
    void addOrders(Slice& slice, std::set<ProductId>& wanted, const SliceRequest& request,
                   Instant now) const;
    void addHold(Slice& slice, std::set<ProductId>& wanted, HoldId id) const;
    void addNames(Slice& slice, std::set<ProductId>& wanted, const SliceRequest& request) const;
    [[nodiscard]] bool guardsHold(const Slice& slice) const;
    void takeOver(const Slice& slice);

    bool m_open = false;
    bool m_foreign = false;
};

} // namespace holdfast
