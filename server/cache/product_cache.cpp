#include "server/cache/product_cache.h"

#include "shared/domain/limits.h"
#include "shared/protocol/encode.h"

#include <utility>

namespace holdfast {

namespace {

CachedProductPtr render(const ProductView& view)
{
    auto cached = std::make_shared<CachedProduct>();
    cached->view = view;
    cached->etag = QByteArray::fromStdString(productEtag(view.product.version, view.stockVersion));
    const std::string body = dataAnswer([&view](JsonWriter& json) { writeProduct(json, view); });
    cached->answer = http::ReadyBlock::make(
        "application/json", QByteArrayView(body.data(), static_cast<qsizetype>(body.size())),
        {{QByteArrayLiteral("ETag"), cached->etag}});
    return cached;
}

bool isOlder(const ProductView& a, const ProductView& b)
{
    return std::pair(a.product.version, a.stockVersion) <
           std::pair(b.product.version, b.stockVersion);
}

} // namespace

CachedProductPtr ProductCache::find(ProductId id)
{
    Shard& shard = shardOf(id);
    CachedProductPtr found;
    {
        const std::shared_lock lock(shard.mutex);
        const auto at = shard.products.find(id);
        if (at != shard.products.end()) {
            found = at->second;
        }
    }
    if (found == nullptr) {
        ++m_counters.misses;
        return nullptr;
    }
    ++m_counters.hits;
    if (!found->answer.isEmpty()) {
        return found;
    }
    // Put by a commit and read for the first time since: commits do not pay for the rendering.
    CachedProductPtr rendered = render(found->view);
    const std::unique_lock lock(shard.mutex);
    const auto at = shard.products.find(id);
    if (at != shard.products.end() && at->second == found) {
        at->second = rendered;
    }
    return rendered;
}

CachedProductPtr ProductCache::fill(const ProductView& view, std::uint64_t generation)
{
    CachedProductPtr rendered = render(view);
    Shard& shard = shardOf(view.product.id);
    const std::unique_lock lock(shard.mutex);
    if (generation != m_generation.load()) {
        ++m_counters.staleFills;
        return rendered;
    }
    makeRoom(shard, view.product.id);
    CachedProductPtr& place = shard.products[view.product.id];
    if (place != nullptr && isOlder(view, place->view)) {
        ++m_counters.staleFills;
        return place->answer.isEmpty() ? render(place->view) : place;
    }
    place = rendered;
    return rendered;
}

void ProductCache::put(const ProductView& view)
{
    auto cached = std::make_shared<CachedProduct>();
    cached->view = view;
    Shard& shard = shardOf(view.product.id);
    const std::unique_lock lock(shard.mutex);
    makeRoom(shard, view.product.id);
    CachedProductPtr& place = shard.products[view.product.id];
    if (place == nullptr || !isOlder(view, place->view)) {
        place = std::move(cached);
    }
}

void ProductCache::makeRoom(Shard& shard, ProductId id)
{
    if (shard.products.size() >= limits::productCacheEntriesMax / shardCount &&
        !shard.products.contains(id)) {
        // What goes could be filled again by a reader that is still under way with an older
        // version: the new generation refuses it.
        shard.products.erase(shard.products.begin());
        ++m_generation;
    }
}

bool ProductCache::has(ProductId id)
{
    Shard& shard = shardOf(id);
    const std::shared_lock lock(shard.mutex);
    return shard.products.contains(id);
}

void ProductCache::clear()
{
    ++m_generation;
    for (Shard& shard : m_shards) {
        const std::unique_lock lock(shard.mutex);
        shard.products.clear();
    }
}

} // namespace holdfast
