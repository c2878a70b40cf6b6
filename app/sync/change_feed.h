// Keeps the catalogue of the till equal to the server's: a snapshot once, then the change feed by
// long poll (contract, section 7). Passive like the outbox; one request at a time.
#pragma once

#include "app/net/wire.h"
#include "app/sync/backoff.h"
#include "app/sync/transport.h"

#include <functional>
#include <memory>
#include <optional>

namespace holdfast {

struct FeedTiming
{
    int waitSeconds = 25; ///< how long the server may keep a poll; at most 30
    int readTimeoutMs = 15'000;
};

class ChangeFeed
{
public:
    struct Hooks
    {
        /// The whole catalogue; what was known before is void.
        std::function<void(std::vector<TillProduct>, QString cursor)> replaced;
        std::function<void(const ChangeBatch&)> changed;
        std::function<void(const TransportReply&)> replied;
    };

    ChangeFeed(Transport& transport, Backoff backoff, FeedTiming timing, Hooks hooks);
    ~ChangeFeed();
    ChangeFeed(const ChangeFeed&) = delete;
    ChangeFeed& operator=(const ChangeFeed&) = delete;

    /// `cursor` as stored with the catalogue; empty loads everything.
    void start(const QString& cursor);
    void tick(qint64 nowMs);
    void retryNow() { m_dueAtMs = 0; }
    [[nodiscard]] std::optional<qint64> nextDueMs() const;

private:
    enum class Step { Idle, Snapshot, Changes };

    void get(const QString& path, int timeoutMs);
    void take(const TransportReply& reply);
    [[nodiscard]] bool takeSnapshot(const TransportReply& reply);
    [[nodiscard]] bool takeChanges(const TransportReply& reply);

    Transport& m_transport;
    Backoff m_backoff;
    FeedTiming m_timing;
    Hooks m_hooks;
    Step m_step = Step::Idle;
    QString m_cursor;
    QString m_pageCursor;     ///< of the snapshot under way
    QString m_snapshotCursor; ///< where its changes begin
    std::vector<TillProduct> m_pages;
    qint64 m_dueAtMs = 0;
    int m_failures = 0;
    bool m_underWay = false;
    bool m_live = false; ///< the last poll was answered: the next one may wait
    std::shared_ptr<bool> m_alive;
};

} // namespace holdfast
