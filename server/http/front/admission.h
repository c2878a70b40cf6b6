// Who may come in: counts that all threads share.
#pragma once

#include "server/http/front/server.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

namespace holdfast::http {

using PeerKey = std::array<quint8, 16>; // an IPv6 address, or an IPv4 one mapped into IPv6

// Connections, in total and by peer. Taken once a connection, so a mutex is cheap enough.
class Admission
{
public:
    Admission(int connectionsMax, int perPeerMax)
        : m_connectionsMax(connectionsMax), m_perPeerMax(perPeerMax)
    {}
    // Nothing when the connection may stay; it must be released later.
    [[nodiscard]] std::optional<Refusal> admit(const PeerKey& peer, bool isExempt);
    void release(const PeerKey& peer);
    [[nodiscard]] int open() const;
    [[nodiscard]] int connectionsMax() const { return m_connectionsMax; }
    // False when some are still open at the deadline.
    [[nodiscard]] bool waitUntilEmpty(std::chrono::steady_clock::time_point deadline);

private:
    const int m_connectionsMax;
    const int m_perPeerMax;
    mutable std::mutex m_mutex;
    std::condition_variable m_emptied;
    int m_open = 0;
    std::map<PeerKey, int> m_byPeer;
};

// Memory that announced but unfinished bodies may take, over all connections.
class BodyBudget
{
public:
    explicit BodyBudget(qint64 bytes) : m_left(bytes) {}
    [[nodiscard]] bool take(qint64 bytes);
    void give(qint64 bytes) { m_left.fetch_add(bytes, std::memory_order_relaxed); }

private:
    std::atomic<qint64> m_left;
};

// The connections that this process can hold: `wanted`, or what the descriptor limit leaves after
// those that are open now and a reserve. accept() without a free descriptor would spin.
[[nodiscard]] int connectionsWithinDescriptors(int wanted);

} // namespace holdfast::http
