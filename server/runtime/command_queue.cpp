#include "server/runtime/command_queue.h"

#include "shared/domain/limits.h"

#include <algorithm>

namespace holdfast {

namespace {

const AnswerKey* headerKey(const Envelope& envelope)
{
    for (const AnswerClaim& claim : envelope.claims) {
        if (claim.key.kind == AnswerKey::Kind::Header) {
            return &claim.key;
        }
    }
    return nullptr;
}

} // namespace

bool CommandQueue::overloaded() const
{
    if (m_waiting.size() >= limits::queueCommandsMax) {
        return true;
    }
    // What goes into the next batch waits for the one under way, however long that takes.
    const auto batchesAhead = static_cast<std::int64_t>(m_waiting.size() / m_batchMax);
    return batchesAhead > 0 &&
           (batchesAhead + 1) * m_nanosecondsPerBatch > limits::queueWaitMax.ms * 1'000'000;
}

Admission CommandQueue::submit(Submission&& submission)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopped) {
            return Admission::Stopped;
        }
        if (overloaded()) {
            return Admission::Full;
        }
        const AnswerKey* key = headerKey(submission.envelope);
        if (key != nullptr && !m_running.insert(*key).second) {
            return Admission::InProgress;
        }
        m_waiting.push_back(std::move(submission));
        wake = m_awaited > 0 && m_waiting.size() >= m_awaited;
    }
    if (wake) {
        m_wake.notify_one();
    }
    return Admission::Accepted;
}

void CommandQueue::wait(std::chrono::steady_clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    waitLocked(lock, 1, deadline);
}

void CommandQueue::gather(std::size_t count, std::chrono::steady_clock::time_point deadline)
{
    std::unique_lock lock(m_mutex);
    if (!m_waiting.empty()) {
        waitLocked(lock, count, deadline);
    }
}

void CommandQueue::waitLocked(std::unique_lock<std::mutex>& lock, std::size_t count,
                              std::chrono::steady_clock::time_point deadline)
{
    m_awaited = count;
    m_wake.wait_until(lock, deadline,
                      [this, count] { return m_waiting.size() >= count || m_stopped; });
    m_awaited = 0;
}

CommandBatch CommandQueue::take(std::size_t countMax)
{
    const std::lock_guard lock(m_mutex);
    m_batchMax = countMax;
    CommandBatch batch;
    const std::size_t count = std::min(countMax, m_waiting.size());
    batch.envelopes.reserve(count);
    batch.sinks.reserve(count);
    for (std::size_t taken = 0; taken < count; ++taken) {
        batch.envelopes.push_back(std::move(m_waiting.front().envelope));
        batch.sinks.push_back(std::move(m_waiting.front().sink));
        m_waiting.pop_front();
    }
    return batch;
}

void CommandQueue::finished(std::span<const Envelope> batch, std::chrono::nanoseconds took)
{
    const std::lock_guard lock(m_mutex);
    for (const Envelope& envelope : batch) {
        if (const AnswerKey* key = headerKey(envelope)) {
            m_running.erase(*key);
        }
    }
    // A moving average that forgets a slow spell within a dozen batches.
    const auto most =
        std::chrono::nanoseconds(std::chrono::milliseconds(2 * limits::queueWaitMax.ms));
    m_nanosecondsPerBatch = (m_nanosecondsPerBatch * 7 + std::min(took, most).count()) / 8;
}

void CommandQueue::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
}

bool CommandQueue::stoppedAndEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopped && m_waiting.empty();
}

std::size_t CommandQueue::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

} // namespace holdfast
