#include "server/ops/trouble_log.h"

#include "server/ops/redis_link.h"

namespace holdfast {

void TroubleLog::failed(StoreError error, const std::string& said)
{
    if (error == StoreError::Busy) {
        return; // somebody else was quicker
    }
    if (error == StoreError::Rejected) {
        if (said != m_refused) {
            m_refused = said;
            m_log.write(LogLevel::Error, "database_refused", m_clock.now(), {{"reason", said}});
        }
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_said = said;
}

void TroubleLog::tick(Storage storage, const RedisLink* redis)
{
    noteStorage(storage);
    if (redis != nullptr) {
        noteRedis(*redis);
    }
}

void TroubleLog::noteStorage(Storage storage)
{
    if (storage == m_storage) {
        return;
    }
    m_storage = storage;
    if (storage == Storage::Well) {
        m_log.write(LogLevel::Info, "database_back", m_clock.now());
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_log.write(LogLevel::Error, storage == Storage::Full ? "database_full" : "database_away",
                m_clock.now(), {{"reason", m_said}});
}

void TroubleLog::noteRedis(const RedisLink& redis)
{
    m_redisAwayTicks = redis.usable() ? 0 : m_redisAwayTicks + 1;
    if (m_redisAway && m_redisAwayTicks == 0) {
        m_redisAway = false;
        m_log.write(LogLevel::Info, "redis_back", m_clock.now());
    } else if (!m_redisAway && m_redisAwayTicks >= awayTicksMin) {
        m_redisAway = true;
        m_log.write(LogLevel::Warning, "redis_away", m_clock.now(), {{"reason", redis.trouble()}});
    }
}

} // namespace holdfast
