#pragma once

#include "server/ledger/ports.h"
#include "tests/sim/mutants.h"
#include "tests/sim/random.h"
#include "tests/support/memory_shop.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace holdfast::sim {

/// The bug of a mutant that lives in the database: what it shows to the ledger that is not so, and
/// what it writes that it was not told. Does nothing at all for Mutant::None.
class Planted
{
public:
    using Apply = std::function<void(const Slice&, std::span<const AnswerRecord>, Instant)>;

    Planted(Mutant mutant, Random& random) : m_mutant(mutant), m_random(random) {}

    void intoSlice(Slice& slice, const SliceRequest& request, const MemoryShop& shop, Instant now);

    /// True when it has written in its own way.
    [[nodiscard]] bool intoCommit(MemoryShop& shop, const Slice& slice,
                                  std::span<const AnswerRecord> records, Instant now);

    /// True when the commit was put off until the next transaction.
    [[nodiscard]] bool commitsLater(const Slice& slice, std::span<const AnswerRecord> records,
                                    Instant now);
    void beforeOpen(const Apply& apply);

    /// A commit that was done is said not to be.
    [[nodiscard]] bool deniesCommit();

    void loseLastCommit(MemoryShop& shop);

private:
    struct Later
    {
        Slice slice = {};
        std::vector<AnswerRecord> records = {};
        Instant now = {};
    };

    void intoHolds(Slice& slice, Instant now, bool onlyNamed) const;
    void intoOrders(Slice& slice) const;
    void intoAnswers(Slice& slice, const SliceRequest& request, const MemoryShop& shop) const;
    void intoOldEvents(Slice& slice, const MemoryShop& shop) const;
    void intoProducts(Slice& slice);
    void intoTables(MemoryShop& shop, const Slice& slice, std::size_t journalBefore);

    Mutant m_mutant;
    Random& m_random;
    std::map<ProductId, Units> m_mostOnHand;
    std::optional<Later> m_later;
    std::unique_ptr<MemoryShop> m_before; ///< the shop as it was before the last commit
};

} // namespace holdfast::sim
