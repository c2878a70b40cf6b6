#pragma once

#include "server/cache/product_cache.h"
#include "server/feed/change_feed.h"
#include "server/feed/journal_follower.h"
#include "server/http/token_directory.h"
#include "server/ops/redis_link.h"
#include "server/runtime/batch_runner.h"
#include "server/store/read_pool.h"

#include <atomic>

namespace holdfast {

/// Tells everything that follows the shop about each commit, our own and those of others: the
/// caches, the tokens, the feed.
class CommitHub final : public CommitObserver, public JournalListener
{
public:
    CommitHub(ProductCache& cache, TokenDirectory& tokens, ChangeFeed& feed, ReadPool& readers,
              JournalWatch& watch, RedisLink* redis = nullptr)
        : m_cache(cache), m_tokens(tokens), m_feed(feed), m_readers(readers), m_watch(watch),
          m_redis(redis)
    {}

    void committed(const Slice& slice, Instant now) override;
    void foreignWrites() override;

    // The follower's thread.
    void heard(const JournalNews& news) override;
    void journalReplaced() override;

    /// Reads all tokens, so that the first request finds them. False when the database cannot be
    /// read.
    [[nodiscard]] bool loadTokens(ShopReader& reader);

    /// Tries again what the readers were too busy for. Called by a timer, any thread.
    void tick();

private:
    ProductCache& m_cache;
    TokenDirectory& m_tokens;
    ChangeFeed& m_feed;
    ReadPool& m_readers;
    JournalWatch& m_watch;
    RedisLink* m_redis; ///< null: the shop has none
    std::atomic<bool> m_tokensStale{false};
    std::atomic<bool> m_tokensLoading = false;
};

} // namespace holdfast
