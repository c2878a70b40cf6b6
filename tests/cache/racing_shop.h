#pragma once

#include "tests/cache/redis_stand.h"

#include <QString>

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace holdfast::test {

/// A database that knows nothing but versions, two servers that commit to it and read from it, and
/// their shared cache in between. Each pauses where others may come first.
class RacingShop
{
public:
    static constexpr std::int64_t productCount = 5;

    RacingShop(RedisCache& a, RedisCache& b) : m_servers{&a, &b} {}
    ~RacingShop() { end(); }
    RacingShop(const RacingShop&) = delete;
    RacingShop& operator=(const RacingShop&) = delete;

    /// Four threads: on each server one that commits and reads, and one that only reads.
    void begin()
    {
        std::uint64_t seed = 0;
        for (RedisCache* server : m_servers) {
            m_threads.emplace_back([this, server, own = ++seed] { sell(*server, own); });
            m_threads.emplace_back([this, server, own = ++seed] { look(*server, own); });
        }
    }
    void end()
    {
        m_over = true;
        m_threads.clear();
    }

    /// How often a server found less than it had put itself.
    [[nodiscard]] int oldReads() const { return m_oldReads; }

    /// When all is quiet: the products of which a server finds anything but the newest. First
    /// waits until each server asks Redis about each product: then none has anything left to tell.
    [[nodiscard]] QString staleProducts()
    {
        QString stale;
        for (const bool told : {false, true}) {
            for (std::int64_t id = 0; id < productCount; ++id) {
                for (RedisCache* server : m_servers) {
                    stale += told ? staleness(*server, id) : untold(*server, id);
                }
            }
        }
        return stale;
    }

private:
    [[nodiscard]] std::int64_t now(std::int64_t id) const
    {
        return m_versions.at(static_cast<std::size_t>(id));
    }

    [[nodiscard]] static QString untold(RedisCache& server, std::int64_t id)
    {
        const auto asks = [&] { return !server.find({id}).token.epoch.empty(); };
        return QTest::qWaitFor(asks, 20000) ? QString() : QStringLiteral("%1 untold; ").arg(id);
    }

    [[nodiscard]] QString staleness(RedisCache& server, std::int64_t id) const
    {
        const RedisCache::Found found = server.find({id});
        const bool stale = found.view && found.view->stockVersion != now(id);
        return !stale ? QString()
                      : QStringLiteral("%1: %2 of %3; ")
                            .arg(id)
                            .arg(stockVersionOf(found))
                            .arg(now(id));
    }

    void commit(RedisCache::Source& source, std::int64_t id)
    {
        const std::int64_t version = ++m_versions.at(static_cast<std::size_t>(id));
        std::this_thread::yield(); // between the commit and the news of it
        const ProductView view = productView(id, 1, version);
        source.put(std::span(&view, 1));
    }

    /// As a reading thread does it. What it found, by whatever way.
    [[nodiscard]] std::int64_t read(RedisCache& server, std::int64_t id)
    {
        const RedisCache::Found found = server.find({id});
        if (found.view) {
            return found.view->stockVersion;
        }
        const std::int64_t version = now(id);
        std::this_thread::yield();
        server.fill(productView(id, 1, version), found.token);
        return version;
    }

    void sell(RedisCache& server, std::uint64_t seed)
    {
        std::mt19937_64 random(seed);
        RedisCache::Source source(server);
        std::array<std::int64_t, productCount> mine{};
        while (!m_over) {
            const auto id = static_cast<std::int64_t>(random() % productCount);
            auto& own = mine.at(static_cast<std::size_t>(id));
            if (random() % 4 == 0) {
                own = now(id) + 1; // at least
                commit(source, id);
            }
            m_oldReads += read(server, id) < own;
        }
    }

    void look(RedisCache& server, std::uint64_t seed)
    {
        std::mt19937_64 random(seed);
        while (!m_over) {
            m_seen += read(server, static_cast<std::int64_t>(random() % productCount)) > 0;
        }
    }

    std::array<RedisCache*, 2> m_servers;
    std::array<std::atomic<std::int64_t>, productCount> m_versions{};
    std::atomic<int> m_oldReads = 0;
    std::atomic<std::uint64_t> m_seen = 0;
    std::atomic<bool> m_over = false;
    std::vector<std::jthread> m_threads; ///< last: they end before anything that they use
};

} // namespace holdfast::test
