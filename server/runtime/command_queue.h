#pragma once

#include "server/runtime/command_answer.h"
#include "shared/domain/limits.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <unordered_set>
#include <vector>

namespace holdfast {

struct Submission
{
    Envelope envelope = {};
    AnswerSink sink = {};
};

/// What the writer takes at once; sinks[i] wants the answer to envelopes[i].
struct CommandBatch
{
    std::vector<Envelope> envelopes = {};
    std::vector<AnswerSink> sinks = {};
};

enum class Admission {
    Accepted,
    Full,       ///< the expected wait is over limits::queueWaitMax, or the queue is at its end
    InProgress, ///< a request with this Idempotency-Key is still running
    Stopped
};

/// The bounded way into the writer. Any thread submits, one thread takes. What cannot be admitted
/// is refused at once: a queue that grows without end answers nobody in time.
class CommandQueue
{
public:
    [[nodiscard]] Admission submit(Submission&& submission);

    /// Hands out whatever has gathered, at most `countMax`, without waiting.
    [[nodiscard]] CommandBatch take(std::size_t countMax);

    /// Waits for work until `deadline`, or until stopped.
    void wait(std::chrono::steady_clock::time_point deadline);

    /// Where there is work: waits until there are so many commands, or `deadline`, or stopped.
    void gather(std::size_t count, std::chrono::steady_clock::time_point deadline);

    /// The writer has answered these, and they took so long together.
    void finished(std::span<const Envelope> batch, std::chrono::nanoseconds took);

    /// No more submissions; what is queued is still handed out.
    void stop();
    [[nodiscard]] bool stoppedAndEmpty() const;
    [[nodiscard]] std::size_t size() const;

private:
    [[nodiscard]] bool overloaded() const;
    void waitLocked(std::unique_lock<std::mutex>& lock, std::size_t count,
                    std::chrono::steady_clock::time_point deadline);

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Submission> m_waiting;
    std::unordered_set<AnswerKey> m_running; ///< header keys of queued and running commands
    std::int64_t m_nanosecondsPerBatch = 0;
    std::size_t m_batchMax = limits::batchCommandsMax; ///< what the taker takes at once
    std::size_t m_awaited = 0; ///< the taker waits for so many; 0 when it does not
    bool m_stopped = false;
};

} // namespace holdfast
