#include "server/store/sql_ledger_store.h"

#include "server/store/slice_fetch.h"
#include "server/store/slice_write.h"
#include "shared/domain/assert.h"
#include "shared/sql/bulk.h"

#include <utility>
#include <vector>

namespace holdfast {

namespace {

StoreError storeError(sql::SqlError error)
{
    switch (error) {
    case sql::SqlError::Busy:
        return StoreError::Busy;
    case sql::SqlError::Constraint:
    case sql::SqlError::Defect:
        return StoreError::Rejected;
    case sql::SqlError::Full:
        return StoreError::Full;
    case sql::SqlError::Unavailable:
        return StoreError::Unavailable;
    }
    HOLDFAST_ASSERT(false);
}

struct JournalRow
{
    std::int64_t position = 0;
    std::string payload = {};
    JournalHash hash = {};
};

} // namespace

SqlLedgerStore::SqlLedgerStore(std::unique_ptr<sql::Connection> connection,
                               std::unique_ptr<sql::WriteLock> lock)
    : m_connection(std::move(connection)), m_lock(std::move(lock))
{}

SqlLedgerStore::~SqlLedgerStore()
{
    rollback();
}

Result<void, StoreError> SqlLedgerStore::open()
{
    HOLDFAST_ASSERT(!m_open);
    m_connection->clearError();
    m_lock->lock();
    m_open = true;
    const bool opened = m_connection->restore() && lockLedger();
    // Nothing has been done yet: a connection that went away meanwhile is made anew at once.
    if (!opened && m_connection->error() == sql::SqlError::Unavailable && m_connection->restore()) {
        lockLedger();
    }
    if (m_connection->error()) {
        return fail();
    }
    return {};
}

bool SqlLedgerStore::lockLedger()
{
    const sql::Engine engine = m_connection->engine();
    m_connection->execute(sql::beginWrite(engine));
    if (engine != sql::Engine::Sqlite) {
        int rows = 0;
        m_connection->statement("SELECT id FROM shop" + std::string(sql::rowLock(engine)))
            .each([&rows](const sql::Statement&) { ++rows; });
        if (rows != 1 && !m_connection->error()) {
            m_connection->fail(sql::SqlError::Defect, "the table shop has not got its one row");
        }
    }
    return !m_connection->error();
}

Result<Slice, StoreError> SqlLedgerStore::begin(const SliceRequest& request, Instant now)
{
    if (!m_open) {
        if (const auto opened = open(); !opened) {
            return Failure<StoreError>(opened.error());
        }
    }
    const Head head = readHead();
    if (m_headKnown && head.position != m_head.position) {
        m_foreignWrites = true;
    }
    m_head = head;
    m_headKnown = true;
    Slice slice = fetchSlice(*m_connection, request, now);
    slice.journalHead = head.position;
    if (m_connection->error()) {
        return fail();
    }
    return slice;
}

Result<void, StoreError> SqlLedgerStore::commit(const Slice& slice,
                                                std::span<const AnswerRecord> answers, Instant now)
{
    HOLDFAST_ASSERT(m_open);
    if (const auto written = writeSlice(*m_connection, slice); !written) {
        rollback();
        return written;
    }
    writeAnswers(*m_connection, answers, now);
    if (slice.forgetAnswersBefore) {
        forgetAnswers(*m_connection, *slice.forgetAnswersBefore);
    }
    const Head head = appendJournal(slice.events, now);
    if (m_connection->error()) {
        return fail();
    }
    m_connection->execute("COMMIT");
    if (m_connection->error()) {
        const auto failure = fail();
        if (failure.value() != StoreError::Unavailable) {
            return failure;
        }
        // What fails in the middle of it may have kept the commit all the same.
        if (const auto settled = settle(head, answers); !settled) {
            return settled;
        }
    }
    m_head = head;
    if (std::exchange(m_open, false)) {
        m_lock->unlock();
    }
    return {};
}

Result<void, StoreError> SqlLedgerStore::settle(const Head& head,
                                                std::span<const AnswerRecord> answers)
{
    // The ledger's lock is free only once the database has ended that transaction, so what is
    // read now is what has become of it.
    if (m_connection->engine() == sql::Engine::Sqlite || !open()) {
        return Failure<StoreError>(StoreError::OutcomeUnknown);
    }
    const bool happened = hasHappened(head, answers);
    const bool known = !m_connection->error();
    rollback();
    if (known && happened) {
        return {};
    }
    return Failure<StoreError>(known ? StoreError::Unavailable : StoreError::OutcomeUnknown);
}

bool SqlLedgerStore::hasHappened(const Head& head, std::span<const AnswerRecord> answers)
{
    bool happened = false;
    const auto found = [&happened](const sql::Statement&) { happened = true; };
    const auto bytesOf = [](const auto& hash) {
        return std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size());
    };
    if (head.position > m_head.position) {
        m_connection->statement("SELECT 1 FROM journal WHERE position = ? AND hash = ?")
            .bind(head.position)
            .bindBytes(bytesOf(head.hash))
            .each(found);
    } else if (!answers.empty()) {
        m_connection
            ->statement("SELECT 1 FROM answers WHERE claim = ? AND hash = ? AND status = ? "
                        "AND body = ?")
            .bindBytes(claimBytes(answers.front().claim.key))
            .bindBytes(bytesOf(answers.front().claim.hash))
            .bind(answers.front().answer.status)
            .bindBytes(answers.front().answer.body)
            .each(found);
    }
    return happened;
}

void SqlLedgerStore::rollback()
{
    if (m_open) {
        m_connection->clearError();
        m_connection->execute("ROLLBACK");
        m_open = false;
        m_lock->unlock();
    }
}

bool SqlLedgerStore::takeForeignWrites()
{
    return std::exchange(m_foreignWrites, false);
}

SqlLedgerStore::Head SqlLedgerStore::readHead()
{
    Head head;
    m_connection->statement("SELECT position, hash FROM journal ORDER BY position DESC LIMIT 1")
        .each([&head](const sql::Statement& row) {
            const QByteArray hash = row.bytes(1);
            HOLDFAST_ASSERT(hash.size() == static_cast<qsizetype>(head.hash.size()));
            head.position = row.integer(0);
            std::copy(hash.begin(), hash.end(), head.hash.begin());
        });
    return head;
}

SqlLedgerStore::Head SqlLedgerStore::appendJournal(std::span<const Event> events, Instant now)
{
    Head head = m_head;
    std::vector<JournalRow> rows;
    rows.reserve(events.size());
    for (const Event& event : events) {
        std::string payload = encodeEvent(event);
        head.hash = journalHash(head.hash, ++head.position, now, payload);
        rows.push_back({head.position, std::move(payload), head.hash});
    }
    sql::insertRows(
        *m_connection, {"journal(position, at, payload, hash)", "iibb"},
        std::span<const JournalRow>(rows), [now](sql::Statement& insert, const JournalRow& row) {
            insert.bind(row.position)
                .bind(now)
                .bindBytes(row.payload)
                .bindBytes({reinterpret_cast<const char*>(row.hash.data()), row.hash.size()});
        });
    return head;
}

Failure<StoreError> SqlLedgerStore::fail()
{
    const StoreError error = storeError(m_connection->error().value());
    m_lastFailure = m_connection->errorText();
    rollback();
    return Failure<StoreError>(error);
}

} // namespace holdfast
