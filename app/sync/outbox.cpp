#include "app/sync/outbox.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast {

bool isSettled(const TransportReply& reply)
{
    switch (reply.status) {
    case 401: // the till is not signed in: nothing was done, and a new token may help
    case 408:
    case 425:
    case 429:
        return false;
    case 409:
        return !reply.body.contains("\"idempotency_in_progress\"");
    default:
        return (reply.status >= 200 && reply.status < 300) ||
               (reply.status >= 400 && reply.status < 500);
    }
}

Outbox::Outbox(CommandStore& store, Transport& transport, Backoff backoff, Hooks hooks)
    : m_store(store), m_transport(transport), m_backoff(std::move(backoff)),
      m_hooks(std::move(hooks)), m_alive(std::make_shared<bool>(true))
{}

Outbox::~Outbox()
{
    *m_alive = false;
}

void Outbox::restore(std::vector<ClientCommand> stored, std::vector<qint64> storedAtMs)
{
    HOLDFAST_ASSERT(stored.size() == storedAtMs.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
        m_entries.push_back({std::move(stored[i]), storedAtMs[i], 0, 0, false});
    }
    m_hooks.ageChanged(age());
}

void Outbox::add(const ClientCommand& command, qint64 storedAtMs)
{
    m_entries.push_back({command, storedAtMs, 0, 0, false});
    m_hooks.ageChanged(age());
}

void Outbox::tick(qint64 nowMs)
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Entry& entry = m_entries[i];
        if (!entry.underWay && entry.dueAtMs <= nowMs && isFirstOfSale(i)) {
            send(entry);
        }
    }
}

void Outbox::retryNow()
{
    for (Entry& entry : m_entries) {
        entry.dueAtMs = 0;
    }
}

std::optional<qint64> Outbox::nextDueMs() const
{
    std::optional<qint64> next;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries[i];
        if (!entry.underWay && isFirstOfSale(i)) {
            next = next ? std::min(*next, entry.dueAtMs) : entry.dueAtMs;
        }
    }
    return next;
}

OutboxAge Outbox::age() const
{
    OutboxAge age{static_cast<int>(m_entries.size()), 0};
    for (const Entry& entry : m_entries) {
        if (age.oldestStoredAtMs == 0 || entry.storedAtMs < age.oldestStoredAtMs) {
            age.oldestStoredAtMs = entry.storedAtMs;
        }
    }
    return age;
}

void Outbox::send(Entry& entry)
{
    entry.underWay = true;
    ++entry.attempts;
    const ClientCommand& command = entry.command;
    const TransportRequest request{command.endpoint, command.verb, command.path, command.body,
                                   command.id.toLatin1()};
    m_transport.send(request,
                     [this, alive = m_alive, id = command.id](const TransportReply& reply) {
                         if (*alive) {
                             take(id, reply);
                         }
                     });
}

void Outbox::take(const QString& commandId, const TransportReply& reply)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.command.id == commandId;
    });
    HOLDFAST_ASSERT(found != m_entries.end());
    m_hooks.replied(found->command, reply);
    found->underWay = false;
    const ClientCommand command = found->command;
    const CommandAnswer answer{
        command.id,   command.saleId,
        command.kind, reply.status < 300 ? Outcome::Success : Outcome::Refusal,
        reply.status, reply.body};
    if (!isSettled(reply) || !m_store.storeAnswer(answer)) {
        found->dueAtMs =
            reply.answeredAtMs + std::max(m_backoff.delayMs(found->attempts), reply.retryAfterMs);
        return;
    }
    m_entries.erase(found);
    m_hooks.ageChanged(age());
    m_hooks.answered(answer);
}

bool Outbox::isFirstOfSale(std::size_t position) const
{
    const QString& sale = m_entries[position].command.saleId;
    return std::none_of(m_entries.begin(),
                        m_entries.begin() + static_cast<std::ptrdiff_t>(position),
                        [&](const Entry& earlier) { return earlier.command.saleId == sale; });
}

} // namespace holdfast
