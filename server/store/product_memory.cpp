#include "server/store/product_memory.h"

#include "shared/domain/limits.h"

#include <utility>

namespace holdfast {

void ProductMemory::expire(Instant now)
{
    // The clock may have been set back.
    if (now < m_since || now - m_since >= limits::productMemory) {
        m_views.clear();
        m_since = now;
    }
}

void ProductMemory::forget()
{
    m_views.clear();
}

std::optional<ProductEntry> ProductMemory::find(ProductId id) const
{
    const auto at = m_views.find(id);
    return at == m_views.end() ? std::nullopt : std::optional(entryOf(at->second));
}

void ProductMemory::learn(const Slice& slice)
{
    if (m_views.size() + slice.products.size() > limits::productMemoryEntriesMax) {
        m_views.clear();
    }
    for (const auto& [id, entry] : slice.products) {
        const auto at = m_views.find(id);
        if (entry.isNew || entry.detailsChanged) {
            m_views.erase(id);
            continue;
        }
        const std::int64_t version = entry.stockVersion + (entry.delta == StockLevel{} ? 0 : 1);
        if (at == m_views.end()) {
            m_views.emplace(id, ProductView{entry.product, entry.stock, version});
        } else {
            at->second.stock = entry.stock;
            at->second.stockVersion = version;
        }
    }
}

ProductEntry entryOf(ProductView view)
{
    return {
        .product = std::move(view.product), .stock = view.stock, .stockVersion = view.stockVersion};
}

} // namespace holdfast
