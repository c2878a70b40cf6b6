#include "tests/sim/sim_database.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <cstdlib>

namespace holdfast::sim {

namespace {

constexpr std::string_view poisonMark = "poison";

std::string_view wordOf(StoreError error)
{
    switch (error) {
    case StoreError::Busy:
        return "busy";
    case StoreError::Rejected:
        return "rejected";
    case StoreError::Full:
        return "full";
    case StoreError::Unavailable:
        return "away";
    case StoreError::OutcomeUnknown:
        return "outcome unknown";
    }
    HOLDFAST_ASSERT(false);
}

} // namespace

Failure<StoreError> SimDatabase::fail(Session session, StoreError error, const char* where)
{
    m_trace.line(m_time.sinceStartMs(), "database: session ", session, " ", where, ": ",
                 wordOf(error));
    m_trace.seen(std::string(where) + ": ", wordOf(error));
    release(session);
    return Failure<StoreError>(error);
}

void SimDatabase::release(Session session)
{
    if (m_holder == session) {
        m_holder = 0;
        m_released = true;
    }
}

void SimDatabase::drop(Session session)
{
    if (m_holder == session) {
        m_trace.line(m_time.sinceStartMs(), "database: drops session ", session);
        m_trace.seen("session dropped");
        release(session);
    }
}

void SimDatabase::restart(Duration away)
{
    m_trace.line(m_time.sinceStartMs(), "database: restarts, away for ", away.ms, "ms");
    m_trace.seen("database restarts ", m_holder != 0 ? "with a transaction" : "");
    m_awayUntilMs = m_time.ms + away.ms;
    if (m_undecided) {
        decide();
    } else if (m_holder != 0) {
        release(m_holder);
    }
}

Result<void, StoreError> SimDatabase::open(Session session)
{
    m_planted.beforeOpen([this](const Slice& slice, std::span<const AnswerRecord> records,
                                Instant now) { apply(slice, records, now); });
    if (isAway() || m_random.chance(m_faults.openAway)) {
        return fail(session, StoreError::Unavailable, "open");
    }
    if (lockedFor(session) || m_random.chance(m_faults.openBusy)) {
        return fail(session, StoreError::Busy, "open");
    }
    HOLDFAST_ASSERT(m_holder == 0);
    m_holder = session;
    return {};
}

Result<Slice, StoreError> SimDatabase::begin(Session session, const SliceRequest& request,
                                             Instant now)
{
    if (m_holder != session || m_random.chance(m_faults.beginAway)) {
        return fail(session, StoreError::Unavailable, "begin");
    }
    if (m_random.chance(m_faults.beginBusy)) {
        return fail(session, StoreError::Busy, "begin");
    }
    // A batch that had to wait for the database must not be decided with the time before.
    if (std::abs(now.ms - m_time.ms) > SimClock::offMaxMs) {
        m_complain(Invariant::DeadlineDecides, "a batch is decided with an old time");
    }
    Slice slice = m_shop.fetch(request, now);
    m_planted.intoSlice(slice, request, m_shop, now);
    return slice;
}

bool SimDatabase::isPoisoned(const Slice& slice) const
{
    return std::any_of(slice.holds.begin(), slice.holds.end(), [](const auto& named) {
        return named.second.isNew && named.second.hold.note == poisonMark;
    });
}

std::optional<StoreError> SimDatabase::commitFault()
{
    if (m_random.chance(m_faults.commitBusy)) {
        return StoreError::Busy;
    }
    if (m_random.chance(m_faults.commitAway)) {
        return StoreError::Unavailable;
    }
    if (m_random.chance(m_faults.commitFull)) {
        return StoreError::Full;
    }
    if (m_random.chance(m_faults.commitLost)) {
        return StoreError::OutcomeUnknown;
    }
    return std::nullopt;
}

Result<void, StoreError> SimDatabase::commit(Session session, const Slice& slice,
                                             std::span<const AnswerRecord> records, Instant now)
{
    if (m_holder != session) {
        return fail(session, StoreError::Unavailable, "commit");
    }
    if (isPoisoned(slice)) {
        return fail(session, StoreError::Rejected, "commit");
    }
    if (const auto fault = commitFault()) {
        return fail(session, *fault, "commit");
    }
    if (m_random.chance(m_faults.commitLate)) {
        postpone(slice, records, now);
        return fail(session, StoreError::OutcomeUnknown, "commit (undecided)");
    }
    m_trace.line(m_time.sinceStartMs(), "database: session ", session, " commits ",
                 slice.events.size(), " events and ", records.size(), " answers");
    if (slice.forgetAnswersBefore) {
        m_trace.seen("answers cleaned up");
    }
    if (!m_planted.commitsLater(slice, records, now)) {
        apply(slice, records, now);
    }
    if (m_random.chance(m_faults.commitKept)) {
        return fail(session, StoreError::OutcomeUnknown, "commit (kept)");
    }
    if (m_planted.deniesCommit()) {
        return fail(session, StoreError::Unavailable, "commit (kept)");
    }
    release(session);
    return {};
}

void SimDatabase::postpone(const Slice& slice, std::span<const AnswerRecord> records, Instant now)
{
    m_undecided = {.slice = slice,
                   .records = {records.begin(), records.end()},
                   .now = now,
                   .untilMs = m_time.ms + m_random.between(1, 3'000),
                   .kept = m_random.chance(5'000)};
    m_holder = nobody;
}

std::optional<std::int64_t> SimDatabase::undecidedUntilMs() const
{
    return m_undecided ? std::optional(m_undecided->untilMs) : std::nullopt;
}

void SimDatabase::decide()
{
    const Undecided undecided = *std::exchange(m_undecided, std::nullopt);
    m_trace.line(m_time.sinceStartMs(), "database: the undecided commit is ",
                 std::string_view(undecided.kept ? "kept" : "undone"));
    m_trace.seen("undecided commit ", undecided.kept ? "kept" : "undone");
    if (undecided.kept) {
        apply(undecided.slice, undecided.records, undecided.now);
    }
    release(nobody);
}

void SimDatabase::apply(const Slice& slice, std::span<const AnswerRecord> records, Instant now)
{
    if (!m_planted.intoCommit(m_shop, slice, records, now)) {
        if (!m_shop.guardsHold(slice)) {
            m_complain(Invariant::TablesMatchJournal,
                       "the tables refuse what was decided from them");
            return;
        }
        m_shop.takeOver(slice, records, now);
    }
    m_committed();
}

Result<void, StoreError> SimStore::open()
{
    HOLDFAST_ASSERT(!m_open);
    const auto opened = m_database.open(m_session);
    m_open = opened.has_value();
    return opened;
}

Result<Slice, StoreError> SimStore::begin(const SliceRequest& request, Instant now)
{
    HOLDFAST_ASSERT(m_open);
    auto slice = m_database.begin(m_session, request, now);
    m_open = slice.has_value();
    if (m_open) {
        const std::int64_t head = m_database.shop().headPosition();
        m_foreign = m_foreign || (m_head && *m_head != head);
        m_head = head;
        m_look = {request, head, now};
    }
    return slice;
}

Result<void, StoreError> SimStore::commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                          Instant now)
{
    HOLDFAST_ASSERT(m_open);
    m_open = false;
    auto committed = m_database.commit(m_session, slice, answers, now);
    if (committed) {
        ++m_acknowledged;
        m_head = m_database.shop().headPosition();
    }
    return committed;
}

void SimStore::rollback()
{
    if (std::exchange(m_open, false)) {
        m_database.release(m_session);
    }
}

} // namespace holdfast::sim
