// The server's clock, measured from its answers; deadlines are the server's.
//
// Every answer proves bounds of the offset between the two clocks; the bounds are narrowed by each
// further answer. Answers that contradict what is known mean that a clock was set: begin anew.
#pragma once

#include <QtGlobal>

namespace holdfast {

class ServerClock
{
public:
    /// Until the server was heard its clock is taken to agree with the till's wall clock.
    void assumeOffset(qint64 offsetMs)
    {
        m_minMs = offsetMs;
        m_maxMs = offsetMs;
        m_measured = false;
    }

    void observe(qint64 offsetMinMs, qint64 offsetMaxMs)
    {
        const bool agrees = m_measured && offsetMinMs <= m_maxMs && offsetMaxMs >= m_minMs;
        m_minMs = agrees ? qMax(m_minMs, offsetMinMs) : offsetMinMs;
        m_maxMs = agrees ? qMin(m_maxMs, offsetMaxMs) : offsetMaxMs;
        m_measured = true;
    }

    [[nodiscard]] bool isMeasured() const { return m_measured; }
    [[nodiscard]] qint64 at(qint64 monotonicMs) const
    {
        return monotonicMs + m_minMs + (m_maxMs - m_minMs) / 2;
    }

private:
    qint64 m_minMs = 0;
    qint64 m_maxMs = 0;
    bool m_measured = false;
};

} // namespace holdfast
