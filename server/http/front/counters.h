// What one I/O thread counts. One writer, any number of readers.
#pragma once

#include "server/http/front/server.h"

#include <atomic>

namespace holdfast::http {

class Tally
{
public:
    // No read-modify-write instruction: nobody else writes.
    void add(quint64 count = 1)
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    [[nodiscard]] quint64 value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<quint64> m_value = 0;
};

struct alignas(64) ThreadTally
{
    Tally requests;
    Tally answersAbandoned;
    std::array<Tally, 6> answersByClass;
    std::array<Tally, size_t(Refusal::Count)> refused;

    void addTo(Counters& sum) const
    {
        sum.requests += requests.value();
        sum.answersAbandoned += answersAbandoned.value();
        for (size_t i = 0; i < answersByClass.size(); ++i) {
            sum.answersByClass[i] += answersByClass[i].value();
        }
        for (size_t i = 0; i < refused.size(); ++i) {
            sum.refused[i] += refused[i].value();
        }
    }
};

} // namespace holdfast::http
