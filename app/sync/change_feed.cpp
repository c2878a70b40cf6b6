#include "app/sync/change_feed.h"

#include <QUrl>

#include <algorithm>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

QString snapshotPath(const QString& from, const QString& cursor)
{
    const QString path = u"/api/snapshot?limit=500"_s;
    return cursor.isEmpty() ? path : path + u"&from="_s + from + u"&cursor="_s + cursor;
}

QString escaped(const QString& cursor)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(cursor));
}

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
    m_pageCursor.clear();
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
        get(snapshotPath(escaped(m_snapshotCursor), escaped(m_pageCursor)), m_timing.readTimeoutMs);
        break;
    case Step::Changes: {
        // The first poll after a gap returns at once: it tells that the server is there.
        const int wait = m_live ? m_timing.waitSeconds : 0;
        get(u"/api/changes?cursor=%1&wait=%2"_s.arg(escaped(m_cursor)).arg(wait),
            wait * 1000 + m_timing.readTimeoutMs);
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
    std::optional<SnapshotPage> page =
        reply.status == 200 ? wire::readSnapshot(reply.body) : std::nullopt;
    if (!page) {
        if (reply.status >= 400 && reply.status < 500) {
            start({}); // a page that is gone: begin anew
        }
        return false;
    }
    if (m_pageCursor.isEmpty()) {
        m_pages.clear();
        m_snapshotCursor = page->changesCursor;
    }
    std::move(page->products.begin(), page->products.end(), std::back_inserter(m_pages));
    m_pageCursor = page->nextCursor;
    if (!m_pageCursor.isEmpty()) {
        return true;
    }
    m_cursor = m_snapshotCursor;
    m_step = Step::Changes;
    m_hooks.replaced(std::exchange(m_pages, {}), m_cursor);
    return true;
}

bool ChangeFeed::takeChanges(const TransportReply& reply)
{
    if (reply.status == 410 || reply.status == 422) {
        // Too old, or not of this server: its database was replaced.
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
