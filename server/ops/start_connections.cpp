#include "server/ops/start_connections.h"

namespace holdfast {

std::unique_ptr<sql::Connection> StartConnections::open(sql::Access access)
{
    auto opened = sql::Connection::open(m_url, access);
    {
        const std::lock_guard lock(m_mutex);
        --m_missing;
        if (!opened && m_refusal.empty()) {
            m_refusal = opened.error();
        }
    }
    m_opened.notify_all();
    return opened ? std::move(*opened) : sql::Connection::away(m_url, access);
}

Result<void, std::string> StartConnections::wait()
{
    std::unique_lock lock(m_mutex);
    m_opened.wait(lock, [this] { return m_missing == 0; });
    if (!m_refusal.empty()) {
        return Failure<std::string>(m_refusal);
    }
    return {};
}

} // namespace holdfast
