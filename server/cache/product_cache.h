#pragma once

#include "server/http/front/message.h"
#include "server/runtime/batch_runner.h"
#include "shared/domain/product.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace holdfast {

/// A product as it is sent: the answer to GET /api/products/{id}, made once for each version.
struct CachedProduct
{
    ProductView view = {};
    http::ReadyBlock answer = {};
    QByteArray etag = {};
};

using CachedProductPtr = std::shared_ptr<const CachedProduct>;

/// Products by id for every reader; may be called from any thread. Every commit puts what it has
/// changed before its answers go out, so a read after an answer sees it. A fill from the database
/// carries versions and never replaces newer ones: the reader may have been slow. Nothing is
/// decided from here.
class ProductCache
{
public:
    struct Counters
    {
        std::atomic<std::uint64_t> hits{0};
        std::atomic<std::uint64_t> misses{0};
        std::atomic<std::uint64_t> staleFills{0};
    };

    [[nodiscard]] CachedProductPtr find(ProductId id);

    /// What a fill has to bring along: taken before the database is read.
    [[nodiscard]] std::uint64_t generation() const { return m_generation.load(); }

    /// Gives back what the cache has afterwards: the newer of the two.
    CachedProductPtr fill(const ProductView& view, std::uint64_t generation);

    /// What has been committed, by us or by another server; the threads that bring the two may
    /// come late, so a newer version stays.
    void put(const ProductView& view);

    /// Forgets everything; fills that were read before are refused.
    void clear();

    /// Whether it would be found; counts as no use.
    [[nodiscard]] bool has(ProductId id);

    [[nodiscard]] const Counters& counters() const { return m_counters; }

private:
    struct Shard
    {
        std::shared_mutex mutex;
        std::unordered_map<ProductId, CachedProductPtr> products;
    };
    static constexpr std::size_t shardCount = 16;

    [[nodiscard]] Shard& shardOf(ProductId id)
    {
        return m_shards[static_cast<std::size_t>(id.value) % shardCount];
    }

    void makeRoom(Shard& shard, ProductId id);

    std::array<Shard, shardCount> m_shards;
    std::atomic<std::uint64_t> m_generation{0};
    Counters m_counters;
};

} // namespace holdfast
