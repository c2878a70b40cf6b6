#include "server/runtime/batch_runner.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"
#include "shared/protocol/problem.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace holdfast {

namespace {

using Settled = BatchRunner::Settled;

std::pair<RequestProblem, std::string_view> problemOf(StoreError error)
{
    switch (error) {
    case StoreError::Full:
        return {RequestProblem::DatabaseFull,
                "The database cannot be written to (disk full or read-only); nothing was changed."};
    case StoreError::OutcomeUnknown:
        return {RequestProblem::DatabaseAway,
                "It is not known whether this was done; repeat it with the same key."};
    case StoreError::Busy:
    case StoreError::Unavailable:
        return {RequestProblem::DatabaseAway,
                "The database is not available; nothing was changed. Try again."};
    case StoreError::Rejected:
        break;
    }
    return {RequestProblem::Internal, "The database refused this request; nothing was changed."};
}

Settled failure(const Envelope& envelope, StoreError error)
{
    const auto [problem, detail] = problemOf(error);
    const int status = problemText(problem).status;
    return {.answer = {.status = status,
                       .body = problemBody(problem, detail, envelope.requestId),
                       .retryLater = status == 503},
            .failure = error};
}

/// Answers of the whole batch; a repeat within the batch gets the first one's bytes.
std::vector<Settled> encodeAll(std::span<const Envelope> batch, std::vector<Decision>& decisions,
                               Instant now)
{
    std::vector<Settled> settled;
    settled.reserve(batch.size());
    for (std::size_t index = 0; index < batch.size(); ++index) {
        Outcome& outcome = decisions[index].outcome;
        if (const auto* replay = std::get_if<ReplayOfCommand>(&outcome)) {
            Settled copy = settled[replay->index];
            copy.answer.replayed = true;
            settled.push_back(std::move(copy));
        } else {
            CommandAnswer answer = encodeAnswer(batch[index], outcome, now);
            settled.push_back({std::move(answer), std::move(outcome)});
        }
    }
    return settled;
}

std::vector<AnswerRecord> recordsOf(const std::vector<Decision>& decisions,
                                    const std::vector<Settled>& settled)
{
    std::vector<AnswerRecord> records;
    for (std::size_t index = 0; index < decisions.size(); ++index) {
        for (const AnswerClaim& claim : decisions[index].record) {
            const CommandAnswer& answer = settled[index].answer;
            records.push_back({claim, {answer.status, answer.body}});
        }
    }
    return records;
}

/// A decision that more units would have changed.
bool lacksUnits(const std::vector<Decision>& decisions, const Slice& slice)
{
    const auto refused = [](const Decision& decision) {
        const auto* no = std::get_if<Refused>(&decision.outcome);
        return no != nullptr &&
               (no->code == RefusalCode::InsufficientStock || no->code == RefusalCode::StockInUse);
    };
    const auto unfulfilled = [](const Event& event) {
        return event.kind == EventKind::OrderPaidUnfulfilled;
    };
    return std::any_of(decisions.begin(), decisions.end(), refused) ||
           std::any_of(slice.events.begin(), slice.events.end(), unfulfilled);
}

/// 1, 2, 4 … ms, a different share of it for each attempt, so that two servers do not meet again.
Duration pauseAfter(int attempt, Instant now)
{
    const std::int64_t most = std::int64_t{1} << (attempt + 1);
    return {1 + now.ms % most};
}

} // namespace

void BatchRunner::start(std::span<const Envelope> batch)
{
    HOLDFAST_ASSERT(!busy() && !batch.empty());
    m_settled.clear();
    m_settled.reserve(batch.size());
    m_parts.push_back(batch);
    m_attempt = 0;
}

Duration BatchRunner::step()
{
    HOLDFAST_ASSERT(busy());
    const Stage stage = m_stage;
    const auto done = stage == Stage::Open ? open() : stage == Stage::Decide ? decide() : commit();
    return done ? Duration{} : afterTrouble(done.error(), stage != Stage::Open);
}

std::vector<Settled> BatchRunner::take()
{
    HOLDFAST_ASSERT(!busy());
    return std::exchange(m_settled, {});
}

std::vector<Settled> BatchRunner::run(std::span<const Envelope> batch, const Pause& pause)
{
    start(batch);
    while (busy()) {
        if (const Duration wait = step(); wait.ms > 0) {
            pause(wait);
        }
    }
    return take();
}

Result<void, StoreError> BatchRunner::open()
{
    if (auto opened = m_store.open(); !opened) {
        return opened;
    }
    m_stage = Stage::Decide;
    return {};
}

Result<void, StoreError> BatchRunner::decide()
{
    const std::span<const Envelope> part = m_parts.back();
    m_now = m_clock.now();
    auto slice = m_store.begin(Ledger::touched(part), m_now);
    if (!slice) {
        return Failure<StoreError>(slice.error());
    }
    m_slice = std::move(*slice);
    if (m_store.takeForeignWrites()) {
        m_observer.foreignWrites();
    }
    const std::span<const Envelope> commands = m_overdueFirst ? part.first(0) : part;
    std::vector<Decision> decisions = m_ledger.apply(commands, m_slice, m_now);
    if (!m_overdueFirst && m_slice.overdueMore && lacksUnits(decisions, m_slice)) {
        m_store.rollback();
        m_overdueFirst = true;
        m_stage = Stage::Open;
        return {};
    }
    m_decided = encodeAll(commands, decisions, m_now);
    m_records = recordsOf(decisions, m_decided);
    if (m_slice.events.empty() && m_records.empty() && !m_slice.forgetAnswersBefore &&
        !m_slice.unproven) {
        m_store.rollback();
        // It is back, but whether it has space is seen from a write only.
        if (m_counters.storage == Storage::Away) {
            m_counters.storage = Storage::Well;
        }
        finishPart();
    } else {
        m_stage = Stage::Commit;
    }
    return {};
}

Result<void, StoreError> BatchRunner::commit()
{
    if (auto committed = m_store.commit(m_slice, m_records, m_now); !committed) {
        return committed;
    }
    ++m_counters.commits;
    m_counters.storage = Storage::Well;
    countDeadlines();
    m_observer.committed(m_slice, m_now);
    finishPart();
    return {};
}

/// What a deadline has ended, whether in a sweep or because somebody asked for it.
void BatchRunner::countDeadlines()
{
    for (const Event& event : m_slice.events) {
        m_counters.holdsExpired += event.kind == EventKind::HoldExpired ? 1 : 0;
        const bool overdue = event.kind == EventKind::OrderCancelled &&
                             event.text == toString(CancelCause::PaymentDeadline);
        m_counters.ordersOverdue += overdue ? 1 : 0;
        m_counters.eventsForgotten += event.names.size();
    }
}

void BatchRunner::finishPart()
{
    std::move(m_decided.begin(), m_decided.end(), std::back_inserter(m_settled));
    m_decided.clear();
    if (!std::exchange(m_overdueFirst, false)) {
        m_parts.pop_back();
    }
    m_stage = Stage::Open;
    m_attempt = 0;
}

Duration BatchRunner::afterTrouble(StoreError error, bool opened)
{
    m_stage = Stage::Open;
    // open() has waited long enough by itself: whoever waits for us is told soon.
    if (opened && error == StoreError::Busy && m_attempt < limits::batchRetriesMax) {
        ++m_counters.retries;
        return pauseAfter(m_attempt++, m_clock.now());
    }
    giveUp(error, opened);
    return {};
}

void BatchRunner::giveUp(StoreError error, bool opened)
{
    const std::span<const Envelope> part = m_parts.back();
    m_parts.pop_back();
    m_attempt = 0;
    m_overdueFirst = false;
    // A database that nobody gets into takes halves no sooner, and each would wait as long again.
    const bool contentAtFault =
        opened && (error == StoreError::Rejected || error == StoreError::Busy);
    if (part.size() > 1 && contentAtFault) {
        ++m_counters.splits;
        m_parts.push_back(part.subspan(part.size() / 2));
        m_parts.push_back(part.first(part.size() / 2));
        return;
    }
    noteTrouble(error);
    m_counters.failures += part.size();
    for (const Envelope& envelope : part) {
        m_settled.push_back(failure(envelope, error));
    }
}

void BatchRunner::noteTrouble(StoreError error)
{
    switch (error) {
    case StoreError::Full:
        m_counters.storage = Storage::Full;
        break;
    case StoreError::Unavailable:
    case StoreError::OutcomeUnknown:
        m_counters.storage = Storage::Away;
        break;
    case StoreError::Busy:
    case StoreError::Rejected:
        break; // somebody else's lock, or the command's own fault
    }
}

} // namespace holdfast
