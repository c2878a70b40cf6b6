#pragma once

#include "server/store/queries.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace holdfast {

/// Everything that can be read over one connection.
struct ShopReader
{
    explicit ShopReader(sql::Connection& connection)
        : products(connection), holds(connection), orders(connection), records(connection),
          tokens(connection), journal(connection)
    {}

    ProductQueries products;
    HoldQueries holds;
    OrderQueries orders;
    RecordQueries records;
    TokenQueries tokens;
    JournalQueries journal;
};

/// A few threads with a read-only connection each. Reads never enter the writer's queue, and
/// nothing blocks an HTTP thread. Thread-safe.
class ReadPool
{
public:
    using Job = std::function<void(ShopReader&)>;
    using Connect = std::function<std::unique_ptr<sql::Connection>()>;

    /// `connect` is called once on each thread and must not fail: the database has been opened
    /// and migrated before.
    ReadPool(Connect connect, int threads);
    ~ReadPool(); ///< stops

    ReadPool(const ReadPool&) = delete;
    ReadPool& operator=(const ReadPool&) = delete;

    /// False when limits::readQueueMax jobs are waiting or the pool has stopped; the job is then
    /// not run.
    [[nodiscard]] bool post(Job job);

    /// Works off what is queued, then takes no more. For the thread that owns the pool, before
    /// what the jobs use goes away.
    void stop();

private:
    void loop();

    Connect m_connect;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_stopped = false;
    std::vector<std::thread> m_threads; ///< last: they use all of the above
};

} // namespace holdfast
