#pragma once

#include "tests/support/memory_shop.h"

#include <deque>
#include <functional>
#include <string>

namespace holdfast {

/// A shop in memory behind the ledger's port. It can fail on demand.
class MemoryStore final : public LedgerStore, public MemoryShop
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

private:
    /// Nobody else writes: what the ledger has counted is what there will be.
    [[nodiscard]] bool sumsFit(const Slice& slice) const;

    bool m_open = false;
    bool m_foreign = false;
};

} // namespace holdfast
