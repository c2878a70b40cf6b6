#include "server/cache/redis_cache.h"

#include "server/cache/redis_readers.h"
#include "server/cache/redis_writer.h"

namespace holdfast {

RedisCache::RedisCache(const RedisOptions& options)
    : m_options(options), m_writer(std::make_unique<RedisWriter>(m_options, m_counters)),
      m_readers(std::make_unique<RedisReaders>(m_options, *m_writer, m_counters))
{}

RedisCache::~RedisCache() = default;

RedisCache::Found RedisCache::find(ProductId id)
{
    return m_readers->find(id);
}

void RedisCache::fill(const ProductView& view, RedisToken token)
{
    m_writer->fill(view, std::move(token));
}

void RedisCache::announce(std::int64_t position)
{
    m_writer->announce(position);
}

void RedisCache::forget()
{
    m_writer->forget();
}

bool RedisCache::usable() const
{
    return m_writer->usable();
}

std::string RedisCache::trouble() const
{
    return m_writer->trouble();
}

RedisCache::Source::Source(RedisCache& cache) : m_cache(cache), m_known(cache.m_writer->known()) {}

void RedisCache::Source::put(std::span<const ProductView> changed)
{
    m_cache.m_writer->put(changed, m_known);
}

} // namespace holdfast
