#pragma once

#include "server/ledger/slice.h"

#include <optional>
#include <unordered_map>

namespace holdfast {

/// What the writer knows of products without asking: those of its last transactions, as these have
/// left them. Its owner vouches that nobody has written since (the newest record of the journal is
/// still its own), and says forget() when that is not so or not known. What was changed past the
/// journal, by hand in the database, is found too: nothing is remembered for longer than
/// limits::productMemory, and a guarded update that would leave less than nothing makes its owner
/// forget. One thread.
class ProductMemory
{
public:
    /// Forgets everything that is too old at `now`.
    void expire(Instant now);
    void forget();

    /// The entry of a new slice; empty when it is not known.
    [[nodiscard]] std::optional<ProductEntry> find(ProductId id) const;

    /// Takes over what `slice`, which has been committed, says of its products.
    void learn(const Slice& slice);

private:
    std::unordered_map<ProductId, ProductView> m_views;
    Instant m_since = {};
};

/// What a slice says of a product that has just been fetched.
[[nodiscard]] ProductEntry entryOf(ProductView view);

} // namespace holdfast
