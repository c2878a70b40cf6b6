#include "server/runtime/writer.h"

#include "shared/domain/assert.h"

#include <chrono>

namespace holdfast {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::hours forgetPeriod{1};

Envelope ownCommand(Command command)
{
    return {.command = std::move(command),
            .caller = {.id = {}, .role = Role::Admin, .name = "holdfast"}};
}

} // namespace

Writer::Writer(const Ledger& ledger, const Clock& clock, CommandQueue& queue,
               CommitObserver& observer, StoreFactory makeStore, WriterOptions options)
    : m_ledger(ledger), m_clock(clock), m_queue(queue), m_observer(observer),
      m_makeStore(std::move(makeStore)), m_options(options), m_nextSweep(SteadyClock::now()),
      m_nextForget(SteadyClock::now() + forgetPeriod), m_thread([this] { loop(); })
{}

Writer::~Writer()
{
    m_queue.stop();
    m_thread.join();
}

void Writer::loop()
{
    const std::unique_ptr<LedgerStore> store = m_makeStore();
    HOLDFAST_ASSERT(store != nullptr);
    BatchRunner runner(m_ledger, *store, m_clock, m_observer, m_counters, [](Duration pause) {
        std::this_thread::sleep_for(std::chrono::milliseconds(pause.ms));
    });
    while (!m_queue.stoppedAndEmpty()) {
        CommandBatch batch = m_queue.take(m_nextSweep, m_options.batchMax);
        addSweeps(batch);
        if (!batch.envelopes.empty()) {
            settle(runner, batch);
        }
    }
}

void Writer::addSweeps(CommandBatch& batch)
{
    const auto now = SteadyClock::now();
    if (now < m_nextSweep) {
        return;
    }
    m_nextSweep = now + std::chrono::milliseconds(m_options.sweepPeriod.ms);
    batch.envelopes.push_back(ownCommand(ExpireHolds{}));
    batch.envelopes.push_back(ownCommand(CancelOverdueOrders{}));
    if (now >= m_nextForget) {
        m_nextForget = now + forgetPeriod;
        batch.envelopes.push_back(ownCommand(ForgetAnswers{}));
    }
    batch.sinks.resize(batch.envelopes.size());
}

void Writer::settle(BatchRunner& runner, CommandBatch& batch)
{
    const auto start = SteadyClock::now();
    auto settled = runner.run(batch.envelopes);
    const auto count = static_cast<std::int64_t>(batch.envelopes.size());
    m_queue.finished(batch.envelopes, (SteadyClock::now() - start) / count);
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

void Writer::noteSweep(const Command& command, const Outcome& outcome)
{
    const auto* sweep = std::get_if<SweepOutcome>(&outcome);
    if (sweep == nullptr) {
        return;
    }
    if (std::holds_alternative<ExpireHolds>(command)) {
        m_counters.holdsExpired += sweep->count;
    } else if (std::holds_alternative<CancelOverdueOrders>(command)) {
        m_counters.ordersOverdue += sweep->count;
    }
    if (sweep->more) {
        m_nextSweep = SteadyClock::now();
    }
}

} // namespace holdfast
