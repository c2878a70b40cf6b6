#include "server/ops/commit_hub.h"

#include <vector>

namespace holdfast {

void CommitHub::committed(const Slice& slice, Instant /*now*/)
{
    std::vector<ProductView> changed;
    for (const auto& [id, entry] : slice.products) {
        const bool stockMoved = entry.delta != StockLevel{};
        if (entry.isNew || entry.detailsChanged || stockMoved) {
            changed.push_back(
                {entry.product, entry.stock, entry.stockVersion + (stockMoved ? 1 : 0)});
            m_cache.put(changed.back());
        }
    }
    const std::int64_t head = slice.journalHead + static_cast<std::int64_t>(slice.events.size());
    if (m_redis != nullptr && head > slice.journalHead) {
        m_redis->committed(changed, head);
    }
    m_tokens.update(slice.tokens);
    m_watch.committed(slice.journalHead, head);
    m_feed.changed();
}

void CommitHub::foreignWrites()
{
    m_watch.wake();
}

void CommitHub::heard(const JournalNews& news)
{
    for (const ProductView& view : news.products) {
        m_cache.put(view);
    }
    if (m_redis != nullptr) {
        m_redis->heard(news.products);
    }
    if (news.tokens) {
        m_tokensStale.store(true);
        tick();
    }
    m_feed.changed();
}

/// What was remembered may have versions that the other journal gives to something else.
void CommitHub::journalReplaced()
{
    m_cache.clear();
    if (m_redis != nullptr) {
        m_redis->forget();
    }
    m_tokensStale.store(true);
    tick();
    m_feed.changed();
}

bool CommitHub::loadTokens(ShopReader& reader)
{
    for (;;) {
        const std::uint64_t generation = m_tokens.generation();
        const auto tokens = reader.tokens.all();
        if (!tokens) {
            return false;
        }
        if (m_tokens.replace(*tokens, generation)) {
            return true;
        }
    }
}

void CommitHub::tick()
{
    // Whoever is cut off from what others write hears of no token that they revoke.
    if (!m_watch.isCurrent()) {
        m_tokensStale.store(true);
    }
    if (!m_tokensStale.load() || m_tokensLoading.exchange(true)) {
        return;
    }
    m_tokensStale.store(false);
    const bool posted = m_readers.post([this](ShopReader& reader) {
        if (!loadTokens(reader)) {
            m_tokensStale.store(true);
        }
        m_tokensLoading.store(false);
    });
    if (!posted) {
        m_tokensStale.store(true); // a revoked token must not stay good because readers are busy
        m_tokensLoading.store(false);
    }
}

} // namespace holdfast
