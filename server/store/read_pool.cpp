#include "server/store/read_pool.h"

#include "shared/domain/assert.h"
#include "shared/sql/connection.h"

namespace holdfast {

ReadPool::ReadPool(Connect connect, int threads) : m_connect(std::move(connect))
{
    for (int index = 0; index < threads; ++index) {
        m_threads.emplace_back([this] { loop(); });
    }
}

ReadPool::~ReadPool()
{
    stop();
}

void ReadPool::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads) {
        thread.join();
    }
    m_threads.clear();
}

bool ReadPool::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopped || m_jobs.size() >= limits::readQueueMax) {
            return false;
        }
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
    return true;
}

void ReadPool::loop()
{
    const std::unique_ptr<sql::Connection> connection = m_connect();
    HOLDFAST_ASSERT(connection != nullptr);
    ShopReader reader(*connection);
    for (;;) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopped || !m_jobs.empty(); });
            if (m_jobs.empty()) {
                return;
            }
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job(reader);
    }
}

} // namespace holdfast
