#pragma once

#include <cstdint>
#include <queue>
#include <vector>

namespace holdfast::sim {

/// What comes next, and when: the only thing that makes time pass.
struct Moment
{
    enum class Kind : std::uint8_t {
        ServerTick,  ///< subject: the server, detail: which of its appointments
        ServerStart, ///< subject: the server
        DropSession, ///< subject: the session
        Decide,      ///< an undecided commit
        ClientWake,  ///< subject: the client
        Send,        ///< subject: the request
        Arrive,      ///< subject: the request, detail: the server
        TimeOut,     ///< subject: the request, detail: the attempt
        Answer       ///< subject: the message
    };

    std::int64_t ms = 0;
    std::uint64_t order = 0; ///< of two at the same time, the one that was planned first
    Kind kind = Kind::ServerTick;
    std::uint32_t subject = 0;
    std::uint32_t detail = 0;

    friend bool operator<(const Moment& a, const Moment& b)
    {
        return a.ms != b.ms ? a.ms > b.ms : a.order > b.order; // the queue's top is the largest
    }
};

class Agenda
{
public:
    void add(std::int64_t ms, Moment::Kind kind, std::uint32_t subject, std::uint32_t detail = 0)
    {
        m_moments.push({ms, ++m_added, kind, subject, detail});
    }

    [[nodiscard]] bool isEmpty() const { return m_moments.empty(); }
    [[nodiscard]] std::int64_t nextMs() const { return m_moments.top().ms; }

    [[nodiscard]] Moment take()
    {
        const Moment next = m_moments.top();
        m_moments.pop();
        return next;
    }

private:
    std::priority_queue<Moment> m_moments;
    std::uint64_t m_added = 0;
};

} // namespace holdfast::sim
