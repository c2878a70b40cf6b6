#include "server/runtime/batch_runner.h"

#include "shared/domain/limits.h"
#include "shared/protocol/problem.h"

#include <iterator>

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
                       .retryLater = status == 503}};
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

/// 1, 2, 4 … ms, a different share of it for each attempt, so that two servers do not meet again.
Duration pauseAfter(int attempt, Instant now)
{
    const std::int64_t most = std::int64_t{1} << (attempt + 1);
    return {1 + now.ms % most};
}

} // namespace

std::vector<Settled> BatchRunner::run(std::span<const Envelope> batch)
{
    auto settled = runWithRetries(batch);
    if (settled) {
        return std::move(*settled);
    }
    const Trouble trouble = settled.error();
    // A database that nobody gets into takes halves no sooner, and each would wait as long again.
    const bool contentAtFault = trouble.opened && (trouble.error == StoreError::Rejected ||
                                                   trouble.error == StoreError::Busy);
    if (batch.size() > 1 && contentAtFault) {
        ++m_counters.splits;
        auto first = run(batch.first(batch.size() / 2));
        auto second = run(batch.subspan(batch.size() / 2));
        std::move(second.begin(), second.end(), std::back_inserter(first));
        return first;
    }
    m_counters.failures += batch.size();
    std::vector<Settled> failed;
    for (const Envelope& envelope : batch) {
        failed.push_back(failure(envelope, trouble.error));
    }
    return failed;
}

Result<std::vector<Settled>, BatchRunner::Trouble>
BatchRunner::runWithRetries(std::span<const Envelope> batch)
{
    for (int attempt = 0;; ++attempt) {
        auto settled = runOnce(batch);
        // open() has waited long enough by itself: whoever waits for us is told soon.
        const bool again = !settled && settled.error().opened &&
                           settled.error().error == StoreError::Busy &&
                           attempt < limits::batchRetriesMax;
        if (!again) {
            return settled;
        }
        ++m_counters.retries;
        m_pause(pauseAfter(attempt, m_clock.now()));
    }
}

Result<std::vector<Settled>, BatchRunner::Trouble>
BatchRunner::runOnce(std::span<const Envelope> batch)
{
    if (const auto opened = m_store.open(); !opened) {
        return Failure<Trouble>({opened.error(), false});
    }
    const Instant now = m_clock.now();
    auto slice = m_store.begin(Ledger::touched(batch), now);
    if (!slice) {
        return Failure<Trouble>({slice.error(), true});
    }
    if (m_store.takeForeignWrites()) {
        m_observer.foreignWrites();
    }
    std::vector<Decision> decisions = m_ledger.apply(batch, *slice, now);
    std::vector<Settled> settled = encodeAll(batch, decisions, now);
    const std::vector<AnswerRecord> records = recordsOf(decisions, settled);
    if (slice->events.empty() && records.empty() && !slice->forgetAnswersBefore) {
        m_store.rollback();
        return settled;
    }
    if (const auto committed = m_store.commit(*slice, records, now); !committed) {
        return Failure<Trouble>({committed.error(), true});
    }
    ++m_counters.commits;
    m_observer.committed(*slice, now);
    return settled;
}

} // namespace holdfast
