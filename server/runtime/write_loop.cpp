#include "server/runtime/write_loop.h"

#include "shared/domain/limits.h"

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::chrono::minutes forgetPeriod{1};
constexpr std::chrono::hours forgetEventsPeriod{1};

Envelope ownCommand(Command command)
{
    return {.command = std::move(command),
            .caller = {.id = {}, .role = Role::Admin, .name = "holdfast"}};
}

/// Whoever was answered may ask again at once. What all of them cost together is little more than
/// what half of them cost, so a moment that is short beside it is well spent on waiting for the
/// rest.
WriteLoop::Gathering gatheringAfter(const CommandBatch& batch, std::chrono::nanoseconds took)
{
    const auto answered =
        std::count_if(batch.sinks.begin(), batch.sinks.end(),
                      [](const AnswerSink& sink) { return static_cast<bool>(sink); });
    return {.count = static_cast<std::size_t>(answered),
            .time = std::min<std::chrono::nanoseconds>(
                took / 4, std::chrono::microseconds(limits::gatherMicrosecondsMax))};
}

} // namespace

WriteLoop::WriteLoop(const Ledger& ledger, const Clock& clock, CommandQueue& queue,
                     CommitObserver& observer, LedgerStore& store, BatchCounters& counters,
                     WriterOptions options)
    : m_clock(clock), m_queue(queue), m_counters(counters), m_options(options),
      m_runner(ledger, store, clock, observer, counters), m_nextSweep(clock.steady()),
      m_nextForget(clock.steady() + forgetPeriod),
      m_nextForgetEvents(clock.steady() + forgetEventsPeriod)
{}

Duration WriteLoop::tick()
{
    if (!busy()) {
        takeBatch();
    } else if (m_runner.busy()) {
        return m_runner.step();
    } else {
        answer();
    }
    return {};
}

void WriteLoop::takeBatch()
{
    m_batch = m_queue.take(m_options.batchMax);
    m_started = m_clock.steady();
    addSweeps(m_started);
    if (busy()) {
        m_runner.start(m_batch.envelopes);
    }
}

void WriteLoop::addSweeps(std::chrono::steady_clock::time_point now)
{
    if (now < m_nextSweep) {
        return;
    }
    m_nextSweep = now + std::chrono::milliseconds(m_options.sweepPeriod.ms);
    m_batch.envelopes.push_back(ownCommand(ExpireHolds{}));
    m_batch.envelopes.push_back(ownCommand(CancelOverdueOrders{}));
    // Forgetting always writes, and so tells when there is space again, also while nobody sells.
    if (now >= m_nextForget || m_counters.storage == Storage::Full) {
        m_nextForget = now + forgetPeriod;
        m_batch.envelopes.push_back(ownCommand(ForgetAnswers{}));
    }
    if (now >= m_nextForgetEvents) {
        m_nextForgetEvents = now + forgetEventsPeriod;
        m_batch.envelopes.push_back(ownCommand(ForgetPaymentEvents{m_eventsBehind}));
    }
    m_batch.sinks.resize(m_batch.envelopes.size());
}

void WriteLoop::answer()
{
    auto settled = m_runner.take();
    const CommandBatch batch = std::exchange(m_batch, {});
    const auto took = m_clock.steady() - m_started;
    m_queue.finished(batch.envelopes, took);
    m_gathering = gatheringAfter(batch, took);
    ++m_counters.batches;
    m_counters.commands += batch.envelopes.size();
    for (std::size_t index = 0; index < settled.size(); ++index) {
        noteSweep(batch.envelopes[index].command, settled[index].outcome);
        if (settled[index].answer.replayed) {
            ++m_counters.replays;
        }
        if (batch.sinks[index]) {
            batch.sinks[index](std::move(settled[index].answer));
        }
    }
}

/// A sweep that was full goes on at once.
void WriteLoop::noteSweep(const Command& command, const Outcome& outcome)
{
    const auto* sweep = std::get_if<SweepOutcome>(&outcome);
    if (sweep == nullptr) {
        return;
    }
    const bool events = std::holds_alternative<ForgetPaymentEvents>(command);
    if (events) {
        m_eventsBehind = sweep->behind;
    }
    if (sweep->more) {
        m_nextSweep = m_clock.steady();
        m_nextForgetEvents = events ? m_nextSweep : m_nextForgetEvents;
    }
}

} // namespace holdfast
