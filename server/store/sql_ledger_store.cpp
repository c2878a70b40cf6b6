#include "server/store/sql_ledger_store.h"

#include "server/store/schema.h"
#include "server/store/slice_fetch.h"
#include "server/store/slice_write.h"
#include "shared/domain/assert.h"
#include "shared/sql/bulk.h"

#include <algorithm>
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

/// Failures of a COMMIT that say by themselves that nothing has been committed. Any other of a
/// server's, even one that nobody has thought of, may have come after the deed.
bool isCertain(sql::Engine engine, StoreError failure)
{
    return engine == sql::Engine::Sqlite ? failure != StoreError::Unavailable
                                         : failure == StoreError::Busy;
}

constexpr const char* selectHead =
    "SELECT v.version, j.position, j.hash FROM "
    "(SELECT MAX(version) AS version FROM schema_migrations) v LEFT JOIN "
    "(SELECT position, hash FROM journal ORDER BY position DESC LIMIT 1) j ON 1 = 1";

struct JournalRow
{
    std::int64_t position = 0;
    std::string payload = {};
    JournalHash hash = {};
};

} // namespace

SqlLedgerStore::SqlLedgerStore(std::unique_ptr<sql::Connection> connection,
                               std::unique_ptr<sql::WriteLock> lock, StoreObserver* observer)
    : m_connection(std::move(connection)), m_lock(std::move(lock)), m_observer(observer)
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
    const std::string begin(sql::beginWrite(engine));
    const std::string lock = "SELECT id FROM shop" + std::string(sql::rowLock(engine));
    int rows = engine == sql::Engine::Sqlite ? 1 : 0; // which has one lock for all
    m_opened = {};
    if (sql::takesScripts(engine)) {
        m_connection->script(begin + ";" + lock + ";" + selectHead,
                             [&](std::size_t number, const sql::Statement& row) {
                                 if (number == 1) {
                                     ++rows;
                                 } else {
                                     takeHead(row);
                                 }
                             });
    } else {
        m_connection->execute(begin);
        if (engine != sql::Engine::Sqlite) {
            m_connection->statement(lock).each([&rows](const sql::Statement&) { ++rows; });
        }
        m_connection->statement(selectHead).each([this](const auto& row) { takeHead(row); });
    }
    if (rows != 1 && !m_connection->error()) {
        m_connection->fail(sql::SqlError::Defect, "the table shop has not got its one row");
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
    noteHead();
    m_products.expire(now);
    Slice slice = fetchSlice(*m_connection, m_products, request, now);
    slice.journalHead = m_head.position;
    // MariaDB gives locks free a moment before the commit has reached the disk.
    slice.unproven = m_connection->engine() == sql::Engine::MariaDb &&
                     !(slice.answers.empty() && slice.inbox.empty());
    if (m_connection->error()) {
        return fail();
    }
    return slice;
}

void SqlLedgerStore::noteHead()
{
    if (m_headKnown && m_opened != m_head) {
        m_foreignWrites = true;
        m_products.forget();
        // Others have written behind ours, or a copy has been put in its place.
        const bool continues = journalHas(m_head);
        if (m_connection->error()) {
            return; // not known: the next batch asks again
        }
        if (!continues && m_observer != nullptr) {
            m_observer->replaced();
        }
    }
    m_head = m_opened;
    m_headKnown = true;
}

Result<void, StoreError> SqlLedgerStore::commit(const Slice& slice,
                                                std::span<const AnswerRecord> answers, Instant now)
{
    HOLDFAST_ASSERT(m_open);
    if (const auto written = writeSlice(*m_connection, slice); !written) {
        m_products.forget();
        rollback();
        return written;
    }
    writeAnswers(*m_connection, answers, now);
    if (slice.forgetAnswersBefore) {
        forgetAnswers(*m_connection, *slice.forgetAnswersBefore);
    }
    const Head head = appendJournal(slice.events, now);
    if (slice.unproven && slice.events.empty() && answers.empty()) {
        probeStorage(*m_connection);
    }
    if (m_connection->error()) {
        return fail();
    }
    m_connection->execute("COMMIT");
    if (m_connection->error()) {
        const StoreError failure = fail().value();
        if (isCertain(m_connection->engine(), failure)) {
            return Failure<StoreError>(failure);
        }
        // What fails in the middle of it may have kept the commit all the same.
        if (const auto settled = settle(head, answers, failure); !settled) {
            return settled;
        }
    }
    m_head = head;
    m_products.learn(slice);
    close();
    if (m_observer != nullptr) {
        m_observer->recorded({head.position, journalMark(head.hash)});
    }
    return {};
}

void SqlLedgerStore::close()
{
    if (std::exchange(m_open, false)) {
        m_lock->unlock();
    }
}

Result<void, StoreError>
SqlLedgerStore::settle(const Head& head, std::span<const AnswerRecord> answers, StoreError failure)
{
    // The ledger's lock is free only once the database has ended that transaction, so what is
    // read now is what has become of it.
    if (m_connection->engine() == sql::Engine::Sqlite || !open()) {
        return Failure<StoreError>(StoreError::OutcomeUnknown);
    }
    const bool happened = hasHappened(head, answers);
    // MariaDB shows it a moment before it is on the disk, and it is about to be answered.
    if (happened) {
        probeStorage(*m_connection);
        m_connection->execute("COMMIT");
    }
    if (m_connection->error()) {
        static_cast<void>(fail());
        return Failure<StoreError>(StoreError::OutcomeUnknown);
    }
    if (happened) {
        close();
        return {};
    }
    rollback();
    return Failure<StoreError>(failure);
}

bool SqlLedgerStore::journalHas(const Head& head)
{
    bool found = head.position == 0;
    m_connection->statement("SELECT 1 FROM journal WHERE position = ? AND hash = ?")
        .bind(head.position)
        .bindBytes(bytesOf(head.hash))
        .each([&found](const sql::Statement&) { found = true; });
    return found;
}

bool SqlLedgerStore::hasHappened(const Head& head, std::span<const AnswerRecord> answers)
{
    if (head.position > m_head.position) {
        return journalHas(head);
    }
    bool happened = false;
    if (!answers.empty()) {
        m_connection
            ->statement("SELECT 1 FROM answers WHERE claim = ? AND hash = ? AND status = ? "
                        "AND body = ?")
            .bindBytes(claimBytes(answers.front().claim.key))
            .bindBytes(bytesOf(answers.front().claim.hash))
            .bind(answers.front().answer.status)
            .bindBytes(answers.front().answer.body)
            .each([&happened](const sql::Statement&) { happened = true; });
    }
    return happened;
}

void SqlLedgerStore::rollback()
{
    if (m_open) {
        m_connection->clearError();
        m_connection->execute("ROLLBACK");
        close();
    }
}

bool SqlLedgerStore::takeForeignWrites()
{
    return std::exchange(m_foreignWrites, false);
}

void SqlLedgerStore::takeHead(const sql::Statement& row)
{
    const std::int64_t schema = row.integer(0);
    if (schema != schemaMigrations().back().version) {
        m_connection->fail(sql::SqlError::Unavailable,
                           "the database has schema version " + std::to_string(schema) +
                               " now; this server is older and decides nothing any more");
    }
    if (!row.isNull(1)) {
        const QByteArray hash = row.bytes(2);
        HOLDFAST_ASSERT(hash.size() == static_cast<qsizetype>(m_opened.hash.size()));
        m_opened.position = row.integer(1);
        std::copy(hash.begin(), hash.end(), m_opened.hash.begin());
    }
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
            insert.bind(row.position).bind(now).bindBytes(row.payload).bindBytes(bytesOf(row.hash));
        });
    return head;
}

Failure<StoreError> SqlLedgerStore::fail()
{
    const StoreError error = storeError(m_connection->error().value());
    m_products.forget();
    m_lastFailure = m_connection->errorText();
    if (m_observer != nullptr) {
        m_observer->failed(error, m_lastFailure);
    }
    rollback();
    return Failure<StoreError>(error);
}

} // namespace holdfast
