#pragma once

#include "server/cache/redis_writer.h"

#include <mutex>
#include <vector>

namespace holdfast {

/// Look-ups on connections of their own, one for each thread that asks at the same moment.
class RedisReaders
{
public:
    RedisReaders(const RedisOptions& options, RedisWriter& writer, RedisCounters& counters)
        : m_options(options), m_keys(options.shop), m_writer(writer), m_counters(counters)
    {}

    [[nodiscard]] RedisCache::Found find(ProductId id);

private:
    struct Line
    {
        std::unique_ptr<RedisConnection> connection = {};
        redis::Scripts scripts = {};
    };

    /// An idle connection to this run of Redis, or a new one; null when there are too many, or it
    /// cannot be had.
    [[nodiscard]] std::unique_ptr<Line> take(const std::string& runId);
    [[nodiscard]] std::unique_ptr<Line> open(const std::string& runId);
    void give(std::unique_ptr<Line> line);
    void trouble(const std::string& what);
    [[nodiscard]] RedisCache::Found read(Line& line, ProductId id);

    const RedisOptions& m_options;
    const redis::Keys m_keys;
    RedisWriter& m_writer;
    RedisCounters& m_counters;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Line>> m_idle;
    std::size_t m_taken = 0;
};

} // namespace holdfast
