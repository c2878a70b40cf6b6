#include "app/sync/change_feed.h"

#include <algorithm>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr int readTimeoutMs = 15'000;

} // namespace

ChangeFeed::ChangeFeed(Transport& transport, Backoff backoff, FeedTiming timing, Hooks hooks)
    : m_transport(transport), m_backoff(std::move(backoff)), m_timing(timing),
      m_hooks(std::move(hooks)), m_alive(std::make_shared<bool>(true))
{}

ChangeFeed::~ChangeFeed()
{
    *m_alive = false;
}

void ChangeFeed::start(const QString& cursor)
{
    m_cursor = cursor;
    m_step = cursor.isEmpty() ? Step::Snapshot : Step::Changes;
    m_dueAtMs = 0;
}

std::optional<qint64> ChangeFeed::nextDueMs() const
{
    if (m_step == Step::Idle || m_underWay) {
        return std::nullopt;
    }
    return m_dueAtMs;
}

void ChangeFeed::tick(qint64 nowMs)
{
    if (m_step == Step::Idle || m_underWay || nowMs < m_dueAtMs) {
        return;
    }
    switch (m_step) {
    case Step::Snapshot:
        get(u"/api/snapshot"_s, m_timing.snapshotTimeoutMs);
        break;
    case Step::Pages:
        get(m_pageCursor.isEmpty() ? u"/api/products?limit=500"_s
                                   : u"/api/products?limit=500&cursor="_s + m_pageCursor,
            readTimeoutMs);
        break;
    case Step::Changes: {
        // The first poll after a gap returns at once: it tells that the server is there.
        const int wait = m_live ? m_timing.waitSeconds : 0;
        get(u"/api/changes?cursor=%1&wait=%2"_s.arg(m_cursor).arg(wait),
            wait * 1000 + readTimeoutMs);
        break;
    }
    case Step::Idle:
        break;
    }
}

void ChangeFeed::get(const QString& path, int timeoutMs)
{
    m_underWay = true;
    m_transport.send({Endpoint::Server, "GET", path, {}, {}, timeoutMs},
                     [this, alive = m_alive](const TransportReply& reply) {
                         if (*alive) {
                             take(reply);
                         }
                     });
}

void ChangeFeed::take(const TransportReply& reply)
{
    m_underWay = false;
    m_hooks.replied(reply);
    bool taken = false;
    switch (m_step) {
    case Step::Snapshot:
        taken = takeSnapshot(reply);
        break;
    case Step::Pages:
        taken = takePage(reply);
        break;
    case Step::Changes:
        taken = takeChanges(reply);
        break;
    case Step::Idle:
        break;
    }
    if (taken) {
        m_failures = 0;
        m_dueAtMs = 0;
        return;
    }
    m_live = false;
    ++m_failures;
    m_dueAtMs = reply.answeredAtMs + std::max(m_backoff.delayMs(m_failures), reply.retryAfterMs);
}

bool ChangeFeed::takeSnapshot(const TransportReply& reply)
{
    if (reply.status == 404) {
        m_step = Step::Pages;
        m_pages.clear();
        m_pageCursor.clear();
        return true;
    }
    std::optional<ChangeBatch> batch =
        reply.status == 200 ? wire::readSnapshot(reply.body) : std::nullopt;
    if (!batch) {
        return false;
    }
    m_cursor = batch->nextCursor;
    m_step = Step::Changes;
    m_hooks.replaced(std::move(batch->products), m_cursor);
    return true;
}

bool ChangeFeed::takePage(const TransportReply& reply)
{
    std::optional<ProductPage> page =
        reply.status == 200 ? wire::readProducts(reply.body) : std::nullopt;
    if (!page) {
        return false;
    }
    std::move(page->products.begin(), page->products.end(), std::back_inserter(m_pages));
    m_pageCursor = page->nextCursor;
    if (!m_pageCursor.isEmpty()) {
        return true;
    }
    m_step = Step::Changes;
    m_hooks.replaced(std::exchange(m_pages, {}), m_cursor);
    return true;
}

bool ChangeFeed::takeChanges(const TransportReply& reply)
{
    if (reply.status == 410) {
        start({});
        return true;
    }
    const std::optional<ChangeBatch> batch =
        reply.status == 200 ? wire::readChanges(reply.body) : std::nullopt;
    if (!batch) {
        return false;
    }
    m_live = true;
    m_cursor = batch->nextCursor;
    m_hooks.changed(*batch);
    return true;
}

} // namespace holdfast
