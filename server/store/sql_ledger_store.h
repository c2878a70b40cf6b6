#pragma once

#include "server/ledger/ports.h"
#include "server/store/journal_codec.h"
#include "server/store/product_memory.h"
#include "server/store/queries.h"
#include "shared/sql/connection.h"
#include "shared/sql/write_lock.h"

#include <memory>
#include <string>

namespace holdfast {

/// Is told what only the store knows, on the writer thread.
class StoreObserver
{
public:
    virtual ~StoreObserver() = default;
    /// We have committed, and the newest record is ours.
    virtual void recorded(const JournalPlace& place) = 0;
    /// The journal has not got what was its newest record: it is another one.
    virtual void replaced() = 0;
    /// What the database said; one line.
    virtual void failed(StoreError error, const std::string& said) = 0;
};

/// The ledger's store in SQL. Owns the one connection of this process that writes; lives on the
/// writer thread. Every transaction holds the ledger's lock from its first statement to its end,
/// so that the servers of one database decide one after the other, the journal has one order, and
/// whoever reads position n reads all before it (docs/decisions/0008-one-lock-for-the-ledger.md).
class SqlLedgerStore final : public LedgerStore
{
public:
    SqlLedgerStore(std::unique_ptr<sql::Connection> connection,
                   std::unique_ptr<sql::WriteLock> lock, StoreObserver* observer = nullptr);
    ~SqlLedgerStore() override;

    [[nodiscard]] Result<void, StoreError> open() override;
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override;
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override;
    void rollback() override;
    bool takeForeignWrites() override;

    /// What the database said at the last failure; one line for people.
    [[nodiscard]] const std::string& lastFailure() const { return m_lastFailure; }

private:
    struct Head
    {
        std::int64_t position = 0;
        JournalHash hash = {};

        friend bool operator==(const Head&, const Head&) = default;
    };

    /// Takes the ledger's lock, and so waits for the transaction of any other server, and reads
    /// m_opened. False when the connection has an error.
    bool lockLedger();
    void takeHead(const sql::Statement& row);
    [[nodiscard]] bool journalHas(const Head& head);
    void noteHead();
    void close();
    [[nodiscard]] Head appendJournal(std::span<const Event> events, Instant now);
    /// After a COMMIT that was not answered with success: whether it has happened all the same.
    /// `failure` when it has not.
    [[nodiscard]] Result<void, StoreError>
    settle(const Head& head, std::span<const AnswerRecord> answers, StoreError failure);
    [[nodiscard]] bool hasHappened(const Head& head, std::span<const AnswerRecord> answers);
    /// Rolls back and tells why in the store's words.
    [[nodiscard]] Failure<StoreError> fail();

    std::unique_ptr<sql::Connection> m_connection;
    std::unique_ptr<sql::WriteLock> m_lock;
    StoreObserver* m_observer; ///< null: nobody wants to know
    ProductMemory m_products;  ///< as m_head has left them
    Head m_opened;             ///< of the journal, as the open transaction has found it
    Head m_head;
    std::string m_lastFailure;
    bool m_open = false;
    bool m_headKnown = false;
    bool m_foreignWrites = false;
};

} // namespace holdfast
