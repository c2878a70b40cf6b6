#pragma once

#include "server/ledger/ports.h"
#include "server/store/journal_codec.h"
#include "shared/sql/connection.h"
#include "shared/sql/write_lock.h"

#include <memory>
#include <string>

namespace holdfast {

/// The ledger's store in SQL. Owns the one connection of this process that writes; lives on the
/// writer thread. Every transaction holds the ledger's lock from its first statement to its end,
/// so that the servers of one database decide one after the other, the journal has one order, and
/// whoever reads position n reads all before it (docs/decisions/0008-one-lock-for-the-ledger.md).
class SqlLedgerStore final : public LedgerStore
{
public:
    SqlLedgerStore(std::unique_ptr<sql::Connection> connection,
                   std::unique_ptr<sql::WriteLock> lock);
    ~SqlLedgerStore() override;

    [[nodiscard]] Result<void, StoreError> open() override;
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override;
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override;
    void rollback() override;
    bool takeForeignWrites() override;

    /// What the database said at the last failure; one line, for the log.
    [[nodiscard]] const std::string& lastFailure() const { return m_lastFailure; }

private:
    struct Head
    {
        std::int64_t position = 0;
        JournalHash hash = {};
    };

    /// Takes the ledger's lock and so waits for the transaction of any other server. False when
    /// the connection has an error.
    bool lockLedger();
    [[nodiscard]] Head readHead();
    [[nodiscard]] Head appendJournal(std::span<const Event> events, Instant now);
    /// After a COMMIT whose answer did not come: whether it has happened.
    [[nodiscard]] Result<void, StoreError> settle(const Head& head,
                                                  std::span<const AnswerRecord> answers);
    [[nodiscard]] bool hasHappened(const Head& head, std::span<const AnswerRecord> answers);
    /// Rolls back and tells why in the store's words.
    [[nodiscard]] Failure<StoreError> fail();

    std::unique_ptr<sql::Connection> m_connection;
    std::unique_ptr<sql::WriteLock> m_lock;
    Head m_head;
    std::string m_lastFailure;
    bool m_open = false;
    bool m_headKnown = false;
    bool m_foreignWrites = false;
};

} // namespace holdfast
