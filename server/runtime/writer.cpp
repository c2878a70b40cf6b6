#include "server/runtime/writer.h"

#include "shared/domain/assert.h"

#include <chrono>

namespace holdfast {

Writer::Writer(const Ledger& ledger, const Clock& clock, CommandQueue& queue,
               CommitObserver& observer, StoreFactory makeStore, WriterOptions options)
    : m_ledger(ledger), m_clock(clock), m_queue(queue), m_observer(observer),
      m_makeStore(std::move(makeStore)), m_options(options), m_thread([this] { loop(); })
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
    WriteLoop work(m_ledger, m_clock, m_queue, m_observer, *store, m_counters, m_options);
    while (work.busy() || !m_queue.stoppedAndEmpty()) {
        if (!work.busy()) {
            m_queue.wait(work.nextSweep());
            const auto [count, time] = work.gathering();
            m_queue.gather(count, m_clock.steady() + time);
        }
        if (const Duration pause = work.tick(); pause.ms > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(pause.ms));
        }
    }
}

} // namespace holdfast
