#include "app/sync/till_engine.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr int diskRetryMs = 1'000;

/// RFC 9110 section 5.6.7, the only form that servers send: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<qint64> parseHttpDate(const QByteArray& text)
{
    // Qt's own reader of such dates takes "+0000", but not the "GMT" that HTTP prescribes.
    QDateTime at =
        QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    at.setTimeSpec(Qt::UTC);
    return at.isValid() ? std::optional(at.toMSecsSinceEpoch()) : std::nullopt;
}

} // namespace

TillEngine::TillEngine(MakeParts makeParts) : m_makeParts(std::move(makeParts)), m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TillEngine::tick);
}

TillEngine::~TillEngine() = default;

void TillEngine::start()
{
    m_parts = m_makeParts();
    if (!m_parts.store) {
        Q_EMIT storeFailed(m_parts.storeFault);
        return;
    }
    Backoff backoff(m_parts.random, m_parts.backoff);
    m_outbox = std::make_unique<Outbox>(
        *m_parts.store, *m_parts.transport, backoff,
        Outbox::Hooks{[this](const CommandAnswer& answer) { Q_EMIT answered(answer); },
                      [this](const OutboxAge& age) { Q_EMIT ageChanged(age); },
                      [this](const ClientCommand& command, const TransportReply& reply) {
                          if (command.endpoint == Endpoint::Server) {
                              heard(reply);
                          }
                          m_timer.start(0);
                      }});
    m_feed = std::make_unique<ChangeFeed>(
        *m_parts.transport, backoff, m_parts.feed,
        ChangeFeed::Hooks{[this](std::vector<TillProduct> products, const QString& cursor) {
                              replaceCatalogue(std::move(products), cursor);
                          },
                          [this](const ChangeBatch& batch) { applyChanges(batch); },
                          [this](const TransportReply& reply) {
                              heard(reply);
                              m_timer.start(0);
                          }});
    auto till = std::make_shared<RestoredTill>(m_parts.store->restore());
    m_outbox->restore(till->unanswered, till->unansweredStoredAtMs);
    Q_EMIT restored(till);
    if (!m_parts.store->bindToServer(m_parts.serverUrl)) {
        Q_EMIT storeFailed(m_parts.store->lastError());
    }
    const QString cursor = m_parts.store->cursor();
    const auto goods = std::make_shared<const LoadedGoods>(m_parts.store->catalogue());
    if (!goods->products.empty()) {
        Q_EMIT catalogueReplaced(goods);
    }
    m_feed->start(goods->products.empty() ? QString() : cursor);
    plan();
}

void TillEngine::stop()
{
    m_timer.stop();
    m_parts.transport.reset(); // its replies must not meet a dead outbox
    m_feed.reset();
    m_outbox.reset();
    m_parts.store.reset();
}

void TillEngine::store(const SaleStep& step)
{
    if (!m_parts.store) {
        Q_EMIT storeFailed(m_parts.storeFault); // a person who goes on is told again
        return;
    }
    if (!m_unstored.empty() || !storeNow(step)) {
        m_unstored.push_back(step);
        Q_EMIT storeFailed(m_parts.store->lastError());
        plan();
        return;
    }
    tick();
}

bool TillEngine::storeNow(const SaleStep& step)
{
    const qint64 wallMs = m_parts.wallMs();
    if (!m_parts.store->storeStep(step, wallMs)) {
        return false;
    }
    if (step.command) {
        m_outbox->add(*step.command, wallMs);
    }
    return true;
}

void TillEngine::query(const ReadQuery& query)
{
    const bool order = query.kind == ReadQuery::Kind::Order;
    const QString path =
        order ? u"/api/orders/"_s + query.subjectId : wire::cardPath(query.subjectId);
    if (!m_parts.transport) {
        return;
    }
    m_parts.transport->send(
        {order ? Endpoint::Server : Endpoint::Gateway, "GET", path, {}, {}, 5'000},
        [this, query, order](const TransportReply& reply) {
            if (order) {
                heard(reply);
            }
            Q_EMIT queried({query, reply.status, reply.body});
        });
}

void TillEngine::retryNow()
{
    if (!m_outbox) {
        return;
    }
    m_outbox->retryNow();
    m_feed->retryNow();
    tick();
}

void TillEngine::tick()
{
    while (!m_unstored.empty() && storeNow(m_unstored.front())) {
        m_unstored.pop_front();
    }
    const qint64 nowMs = m_parts.monotonicMs();
    m_outbox->tick(nowMs);
    m_feed->tick(nowMs);
    plan();
}

void TillEngine::plan()
{
    std::optional<qint64> due = m_outbox->nextDueMs();
    if (const std::optional<qint64> feed = m_feed->nextDueMs()) {
        due = due ? std::min(*due, *feed) : *feed;
    }
    if (!m_unstored.empty()) {
        const qint64 again = m_parts.monotonicMs() + diskRetryMs;
        due = due ? std::min(*due, again) : again;
    }
    if (!due) {
        m_timer.stop();
        return;
    }
    const qint64 inMs = std::clamp<qint64>(*due - m_parts.monotonicMs(), 0, 60'000);
    m_timer.start(static_cast<int>(inMs));
}

void TillEngine::heard(const TransportReply& reply)
{
    const LinkState before = m_link;
    if (reply.status == 0) {
        m_link = LinkState::Offline;
    } else {
        m_link = reply.status == 401 ? LinkState::NotAllowed : LinkState::Online;
    }
    if (const std::optional<qint64> at = parseHttpDate(reply.date)) {
        // The header is cut to the second; it was written between sending and answering.
        Q_EMIT clockSeen(*at - reply.answeredAtMs, *at + 1000 - reply.sentAtMs);
    }
    if (m_link != before) {
        if (m_link == LinkState::Online) {
            m_outbox->retryNow();
        }
        Q_EMIT linkChanged(m_link);
    }
}

void TillEngine::replaceCatalogue(std::vector<TillProduct> products, const QString& cursor)
{
    const auto goods = std::make_shared<const LoadedGoods>(std::move(products));
    Q_EMIT catalogueReplaced(goods);
    if (!m_parts.store->replaceCatalogue(goods->products, cursor)) {
        Q_EMIT storeFailed(m_parts.store->lastError());
    }
}

void TillEngine::applyChanges(const ChangeBatch& batch)
{
    if (batch.isEmpty()) {
        return;
    }
    Q_EMIT changed(std::make_shared<const ChangeBatch>(batch));
    if (!m_parts.store->applyChanges(batch.products, batch.removed, batch.stocks,
                                     batch.nextCursor)) {
        Q_EMIT storeFailed(m_parts.store->lastError());
    }
}

} // namespace holdfast
