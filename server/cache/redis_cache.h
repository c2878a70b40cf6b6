#pragma once

#include "server/cache/redis_options.h"
#include "shared/domain/product.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

/// The product cache that all servers of a shop share, behind the one in memory. Nothing is decided
/// from it, and the server answers the same without it, only slower.
///
/// Why no value that misses a committed change is served for long, whatever fails:
///
/// 1. *Versions.* A value carries the versions of the product and of its stock and is replaced only
///    by a newer pair; the script in Redis that compares is also the one that writes.
/// 2. *Markers against eviction.* What was evicted cannot be compared with. So each committed
/// change
///    also leaves a marker (product: versions) in the shop's state, which is one key: Redis evicts
///    all of it or nothing. A slow fill with versions below the marker is refused even when the
///    newer value is gone. When there are too many markers they are dropped together, and the
///    state's generation goes up.
/// 3. *Tokens.* Every look-up that misses brings back a token: epoch and generation of the state at
///    that moment. The database is read after it. When the fill arrives and the state still has
///    this epoch and generation, every marker since is still there; and what was committed and
///    written to Redis before was visible to the read. So (1) and (2) judge it rightly. With
///    another epoch or generation it cannot be judged, and is refused. A change that is committed
///    but not written to Redis yet will come, and is newer.
/// 4. *The same for commits.* A committed change may be late as well, behind another server's newer
///    one that was evicted since. It carries the token that its source knew before the change was
///    committed or read. When that is no longer the state's, the value is deleted instead of
///    written, and the marker set: in doubt, nobody is served.
/// 5. *Epochs.* A value counts only in the epoch that it was written under. An epoch is a random
///    number, so that none comes back. A server that could not write a change (Redis away,
///    time-out, queue full), or that cannot know (it starts, it reconnects: Redis may have
///    restarted from an old copy), makes a new epoch before it uses Redis again: every value of
///    before is void, for all servers, and every token as well. When the state itself is lost or
///    evicted, nothing counts until somebody has made a new epoch.
/// 6. *One run of Redis.* A connection is used for reading only if it talks to the same run of
/// Redis
///    (run_id) that this server has made or checked its epoch with: so nobody reads from a
///    restarted one before (5) has happened.
/// 7. *Read your writes.* Between a commit and the answer of Redis to its write this server does
/// not
///    ask Redis for the product, or at all when the write was dropped. Other servers may find the
///    older value meanwhile: a round trip and limits::redisPublishPeriod, usually.
///
/// What this does not cover is a Redis whose address moves to a copy that lags while connections
/// stay open. The damage ends with the next change of the product, or after limits::redisValueLife.
namespace holdfast {

class RedisWriter;
class RedisReaders;

/// A moment in the life of the shop's state in Redis. Empty: none is known, and nothing that
/// carries it is kept.
struct RedisToken
{
    std::string epoch = {};
    std::string generation = {};

    friend bool operator==(const RedisToken&, const RedisToken&) = default;
};

/// May be called from any thread. Only find() waits for Redis, never longer than the time-out of
/// the options; when Redis is away it does not wait at all.
class RedisCache
{
public:
    /// Starts the thread that connects, writes and connects again. Does not wait for Redis.
    explicit RedisCache(const RedisOptions& options);
    ~RedisCache();
    RedisCache(const RedisCache&) = delete;
    RedisCache& operator=(const RedisCache&) = delete;

    struct Found
    {
        std::optional<ProductView> view = {}; ///< none: read the database, then fill()
        RedisToken token = {};
    };

    /// For a thread that would read the database next and may wait.
    [[nodiscard]] Found find(ProductId id);

    /// What was read from the database after find() gave the token. Written later, or not at all.
    void fill(const ProductView& view, RedisToken token);

    /// Somebody who learns of committed changes: the writer, the follower of the journal. Each has
    /// a source of its own and uses it from one thread. What is given to put() must have been
    /// committed by us, or read from the database, after the previous put() of this source (or
    /// since it was made).
    class Source
    {
    public:
        explicit Source(RedisCache& cache);
        void put(std::span<const ProductView> changed);

    private:
        RedisCache& m_cache;
        RedisToken m_known;
    };

    /// Tells the other servers that the journal has come to this position, after what was put.
    /// Only the newest position is kept while Redis is busy or away.
    void announce(std::int64_t position);

    /// What is in Redis may be old, for a reason that we were not told: a new epoch.
    void forget();

    /// Whether look-ups ask Redis at this moment.
    [[nodiscard]] bool usable() const;
    /// The last trouble in one line, without passwords; empty when there was none.
    [[nodiscard]] std::string trouble() const;
    [[nodiscard]] const RedisCounters& counters() const { return m_counters; }

private:
    const RedisOptions m_options;
    RedisCounters m_counters;
    std::unique_ptr<RedisWriter> m_writer;
    std::unique_ptr<RedisReaders> m_readers;
};

} // namespace holdfast
