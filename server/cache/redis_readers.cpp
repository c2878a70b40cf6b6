#include "server/cache/redis_readers.h"

#include "server/cache/product_codec.h"

namespace holdfast {

namespace {

/// "VERSION.STOCKVERSION " and the product; none for anything else.
std::optional<ProductView> viewIn(std::string_view value, ProductId id)
{
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos) {
        return std::nullopt;
    }
    auto view = decodeProduct(value.substr(space + 1));
    const bool ours =
        view && view->product.id == id && redis::versionsOf(*view) == value.substr(0, space);
    return ours ? std::move(view) : std::nullopt;
}

} // namespace

RedisCache::Found RedisReaders::find(ProductId id)
{
    const std::optional<std::string> runId = m_writer.admits(id);
    std::unique_ptr<Line> line = runId ? take(*runId) : nullptr;
    if (line == nullptr) {
        ++m_counters.skipped;
        return {};
    }
    RedisCache::Found found = read(*line, id);
    ++(found.view ? m_counters.hits : m_counters.misses);
    give(std::move(line));
    return found;
}

RedisCache::Found RedisReaders::read(Line& line, ProductId id)
{
    const std::string key = m_keys.value(id);
    const RedisReply reply =
        line.connection->call({"EVALSHA", line.scripts.find, "2", m_keys.state, key});
    if (reply == nullptr) {
        trouble(line.connection->trouble());
        return {};
    }
    const RedisValue answer(reply.get());
    const auto epoch = answer.at(0).text();
    const auto generation = answer.at(1).text();
    if (!epoch || !generation) { // no state
        m_writer.forget();
        return {};
    }
    RedisCache::Found found;
    found.token = {std::string(*epoch), std::string(*generation)};
    if (const auto value = answer.at(2).text()) {
        found.view = viewIn(*value, id);
        if (!found.view) {
            // Somebody else's, or of another version of ours: make room for the fill.
            ++m_counters.errors;
            [[maybe_unused]] const RedisReply deleted = line.connection->call({"DEL", key});
        }
    }
    return found;
}

std::unique_ptr<RedisReaders::Line> RedisReaders::take(const std::string& runId)
{
    {
        const std::lock_guard lock(m_mutex);
        while (!m_idle.empty()) {
            std::unique_ptr<Line> line = std::move(m_idle.back());
            m_idle.pop_back();
            if (line->connection->runId() == runId) {
                ++m_taken;
                return line;
            }
        }
        if (m_taken >= limits::redisReadConnectionsMax) {
            return nullptr;
        }
        ++m_taken;
    }
    std::unique_ptr<Line> line = open(runId);
    if (line == nullptr) {
        const std::lock_guard lock(m_mutex);
        --m_taken;
    }
    return line;
}

std::unique_ptr<RedisReaders::Line> RedisReaders::open(const std::string& runId)
{
    auto opened = RedisConnection::open(m_options.url, m_options.readTimeout);
    if (!opened) {
        trouble(opened.error());
        return nullptr;
    }
    auto line = std::make_unique<Line>();
    line->connection = std::move(*opened);
    if (!line->scripts.load(*line->connection)) {
        trouble(line->connection->trouble());
        return nullptr;
    }
    if (line->connection->runId() != runId) {
        trouble("Redis has been restarted");
        return nullptr;
    }
    return line;
}

void RedisReaders::give(std::unique_ptr<Line> line)
{
    const std::lock_guard lock(m_mutex);
    --m_taken;
    if (!line->connection->isBroken()) {
        m_idle.push_back(std::move(line));
    }
}

void RedisReaders::trouble(const std::string& what)
{
    ++m_counters.errors;
    m_writer.suspect(what);
}

} // namespace holdfast
