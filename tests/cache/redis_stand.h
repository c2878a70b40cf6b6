#pragma once

#include "server/cache/redis_cache.h"
#include "server/cache/redis_connection.h"
#include "server/cache/redis_scripts.h"
#include "tests/support/engines.h"

#include <QTest>

#include <chrono>
#include <random>

/// What the tests of the shared cache have in common.
namespace holdfast::test {

inline ProductView productView(std::int64_t id, std::int64_t version, std::int64_t stockVersion)
{
    ProductView made;
    made.product.id = {id};
    made.product.version = version;
    made.product.details.sku = "SKU-" + std::to_string(id);
    made.product.details.name = "thing";
    made.stockVersion = stockVersion;
    made.stock.onHand = stockVersion;
    return made;
}

inline Uuid someId()
{
    static std::mt19937_64 random(std::random_device{}());
    Uuid id;
    for (std::uint8_t& byte : id.bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return id;
}

/// Options for one more server of the shop; patient, since the machine may be busy.
inline RedisOptions optionsFor(const QString& url, const Uuid& shop)
{
    RedisOptions options;
    options.url = RedisUrl::parse(url.toStdString()).value_or(RedisUrl{});
    options.shop = shop;
    options.server = someId();
    options.readTimeout = Duration::seconds(5);
    options.writeTimeout = Duration::seconds(5);
    options.retryPeriod = Duration{100};
    return options;
}

/// A database server of the test's own makes: somebody at Redis who does what he wants.
class Admin
{
public:
    Admin(const QString& url, const Uuid& shop)
        : m_keys(shop), m_url(RedisUrl::parse(url.toStdString()).value_or(RedisUrl{}))
    {}

    /// Runs a command on a connection of its own; false when Redis refused it.
    bool run(RedisConnection::Words words) const
    {
        const auto opened = RedisConnection::open(m_url, Duration::seconds(5));
        return opened && (*opened)->call(words) != nullptr;
    }
    [[nodiscard]] std::string get(const std::string& key) const
    {
        const auto opened = RedisConnection::open(m_url, Duration::seconds(5));
        const RedisReply reply = opened ? (*opened)->call({"GET", key}) : nullptr;
        return std::string(RedisValue(reply.get()).text().value_or("nothing"));
    }
    [[nodiscard]] std::string epoch() const
    {
        const auto opened = RedisConnection::open(m_url, Duration::seconds(5));
        const RedisReply reply = opened ? (*opened)->call({"HGET", m_keys.state, "e"}) : nullptr;
        return std::string(RedisValue(reply.get()).text().value_or("nothing"));
    }
    /// Takes the product's value away, as Redis does when its memory is full.
    bool evict(std::int64_t id) const { return run({"DEL", m_keys.value({id})}); }
    [[nodiscard]] const redis::Keys& keys() const { return m_keys; }

private:
    redis::Keys m_keys;
    RedisUrl m_url;
};

inline std::int64_t stockVersionOf(const RedisCache::Found& found)
{
    return found.view ? found.view->stockVersion : 0;
}

/// Puts one product and waits until Redis has answered.
inline bool putAndWait(RedisCache& cache, RedisCache::Source& source, const ProductView& view)
{
    const std::uint64_t before = cache.counters().writes;
    source.put(std::span(&view, 1));
    return QTest::qWaitFor([&] { return cache.counters().writes > before; }, 10000);
}

/// Fills and waits until Redis has answered; true when it was kept.
inline bool fillAndWait(RedisCache& cache, const ProductView& view, const RedisToken& token)
{
    const RedisCounters& counts = cache.counters();
    const std::uint64_t kept = counts.fillsKept;
    const std::uint64_t stale = counts.staleFills;
    cache.fill(view, token);
    const bool answered = QTest::qWaitFor(
        [&] { return counts.fillsKept > kept || counts.staleFills > stale; }, 10000);
    return answered && counts.fillsKept > kept;
}

inline bool awaitUsable(const RedisCache& cache)
{
    const bool usable = QTest::qWaitFor([&] { return cache.usable(); }, 15000);
    if (!usable) {
        qWarning("not usable: %s", cache.trouble().c_str());
    }
    return usable;
}

inline std::int64_t elapsedMs(std::chrono::steady_clock::time_point since)
{
    const auto time = std::chrono::steady_clock::now() - since;
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

} // namespace holdfast::test
