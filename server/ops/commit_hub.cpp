#include "server/ops/commit_hub.h"

namespace holdfast {

void CommitHub::committed(const Slice& slice, Instant /*now*/)
{
    for (const auto& [id, entry] : slice.products) {
        const bool stockMoved = entry.delta != StockLevel{};
        if (entry.isNew || entry.detailsChanged || stockMoved) {
            m_cache.put({entry.product, entry.stock, entry.stockVersion + (stockMoved ? 1 : 0)});
        }
    }
    m_tokens.update(slice.tokens);
    m_feed.changed();
}

void CommitHub::foreignWrites()
{
    m_cache.clear();
    // When the readers are too busy for it, the next foreign write tries again.
    static_cast<void>(m_readers.post([this](ShopReader& reader) {
        if (const auto tokens = reader.tokens.all()) {
            m_tokens.replace(*tokens);
        }
    }));
    m_feed.changed();
}

} // namespace holdfast
