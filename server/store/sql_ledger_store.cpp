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
    // IMMEDIATE takes the write lock at once, so that what is read here is what is written to.
    m_connection->statement("BEGIN IMMEDIATE").run();
    if (m_connection->error()) {
        return fail();
    }
    return {};
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
    m_connection->statement("COMMIT").run();
    if (m_connection->error()) {
        // Storage that fails in the middle of it may have kept the commit all the same.
        const auto failure = fail();
        return Failure<StoreError>(failure.value() == StoreError::Unavailable
                                       ? StoreError::OutcomeUnknown
                                       : failure.value());
    }
    m_head = head;
    m_open = false;
    m_lock->unlock();
    return {};
}

void SqlLedgerStore::rollback()
{
    if (m_open) {
        m_connection->clearError();
        m_connection->statement("ROLLBACK").run();
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
        *m_connection, "INSERT INTO journal(position, at, payload, hash) VALUES ", 4,
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
