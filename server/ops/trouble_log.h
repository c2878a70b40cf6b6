#pragma once

#include "server/feed/journal_watch.h"
#include "server/ops/log.h"
#include "server/runtime/batch_runner.h"
#include "server/runtime/clock.h"
#include "server/store/sql_ledger_store.h"

#include <mutex>
#include <string>

namespace holdfast {

class RedisLink;

/// Says in the log that the database or Redis is away, or full, and why; and that it is back. Once
/// for each change, not for each try. Also hands on what the store knows of the journal.
class TroubleLog final : public StoreObserver
{
public:
    TroubleLog(Log& log, const Clock& clock, JournalWatch& watch)
        : m_log(log), m_clock(clock), m_watch(watch)
    {}

    // The writer's thread.
    void recorded(const JournalPlace& place) override { m_watch.recorded(place); }
    void replaced() override { m_watch.doubt(); }
    void failed(StoreError error, const std::string& said) override;

    /// Called by a timer. `redis` is null when the shop has none.
    void tick(Storage storage, const RedisLink* redis);

private:
    void noteStorage(Storage storage);
    void noteRedis(const RedisLink& redis);

    /// Redis is asked for a moment to begin anew now and then; that is no news.
    static constexpr int awayTicksMin = 10;

    Log& m_log;
    const Clock& m_clock;
    JournalWatch& m_watch;
    std::mutex m_mutex;
    std::string m_said;
    std::string m_refused; ///< of the writer's thread: what was logged last
    Storage m_storage = Storage::Well;
    int m_redisAwayTicks = 0;
    bool m_redisAway = false;
};

} // namespace holdfast
