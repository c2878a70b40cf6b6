#include "server/http/front/admission.h"

#include <QDir>

#include <algorithm>

#include <sys/resource.h>

namespace holdfast::http {

std::optional<Refusal> Admission::admit(const PeerKey& peer, bool isExempt)
{
    const std::lock_guard lock(m_mutex);
    if (m_open >= m_connectionsMax) {
        return Refusal::TooManyConnections;
    }
    int& fromPeer = m_byPeer[peer];
    if (!isExempt && fromPeer >= m_perPeerMax) {
        return Refusal::TooManyFromPeer;
    }
    ++fromPeer;
    ++m_open;
    return std::nullopt;
}

void Admission::release(const PeerKey& peer)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byPeer.find(peer);
    if (found != m_byPeer.end() && --found->second == 0) {
        m_byPeer.erase(found);
    }
    if (--m_open == 0) {
        m_emptied.notify_all();
    }
}

int Admission::open() const
{
    const std::lock_guard lock(m_mutex);
    return m_open;
}

bool Admission::waitUntilEmpty(std::chrono::steady_clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    return m_emptied.wait_until(lock, deadline, [this] { return m_open == 0; });
}

bool BodyBudget::take(qint64 bytes)
{
    if (m_left.fetch_sub(bytes, std::memory_order_relaxed) >= bytes) {
        return true;
    }
    give(bytes);
    return false;
}

int connectionsWithinDescriptors(int wanted)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return wanted;
    }
    const auto total = static_cast<qint64>(limit.rlim_cur);
    const qint64 inUse = QDir(QStringLiteral("/proc/self/fd")).count();
    const qint64 reserve = std::clamp<qint64>(total / 16, 8, 512);
    return static_cast<int>(std::clamp<qint64>(total - inUse - reserve, 0, wanted));
}

int raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 0;
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1'000'000'000));
}

} // namespace holdfast::http
