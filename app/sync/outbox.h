// Commands that are stored and not yet answered. A command leaves only when its answer is known.
//
// Passive: it owns no thread and no timer. `tick` sends what is due; something outside calls it
// when `nextDueMs` says so. One command per sale is under way at a time, in the order of storing;
// sales do not wait for each other.
#pragma once

#include "app/sync/backoff.h"
#include "app/sync/client_command.h"
#include "app/sync/transport.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace holdfast {

class CommandStore;

struct OutboxAge
{
    int count = 0;
    qint64 oldestStoredAtMs = 0; ///< wall clock; 0 when the outbox is empty

    friend bool operator==(const OutboxAge&, const OutboxAge&) = default;
};

class Outbox
{
public:
    struct Hooks
    {
        /// The answer is already on disk when this is called.
        std::function<void(const CommandAnswer&)> answered;
        std::function<void(const OutboxAge&)> ageChanged;
        /// Every reply, settled or not: it feeds the connection state and the server's clock.
        std::function<void(const ClientCommand&, const TransportReply&)> replied;
    };

    Outbox(CommandStore& store, Transport& transport, Backoff backoff, Hooks hooks);
    ~Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// Takes up what an earlier run has left.
    void restore(std::vector<ClientCommand> stored, std::vector<qint64> storedAtMs);
    /// The command is on disk already; send it as soon as its sale is free.
    void add(const ClientCommand& command, qint64 storedAtMs);
    void tick(qint64 nowMs);
    /// Forget the waiting times: the connection is back, or a person asked.
    void retryNow();
    /// Monotonic; nothing when there is nothing to wait for.
    [[nodiscard]] std::optional<qint64> nextDueMs() const;
    [[nodiscard]] OutboxAge age() const;

private:
    struct Entry
    {
        ClientCommand command;
        qint64 storedAtMs = 0;
        qint64 dueAtMs = 0;
        int attempts = 0;
        bool underWay = false;
    };

    void send(Entry& entry);
    void take(const QString& commandId, const TransportReply& reply);
    [[nodiscard]] bool isFirstOfSale(std::size_t position) const;

    CommandStore& m_store;
    Transport& m_transport;
    Backoff m_backoff;
    Hooks m_hooks;
    std::vector<Entry> m_entries;
    std::shared_ptr<bool> m_alive; ///< replies may outlive the outbox
};

/// The part of the local database that the outbox writes.
class CommandStore
{
public:
    CommandStore() = default;
    CommandStore(const CommandStore&) = delete;
    CommandStore& operator=(const CommandStore&) = delete;
    virtual ~CommandStore() = default;

    /// Durable when it returns true. False: the disk refused, the command stays unanswered.
    [[nodiscard]] virtual bool storeAnswer(const CommandAnswer& answer) = 0;
};

} // namespace holdfast
