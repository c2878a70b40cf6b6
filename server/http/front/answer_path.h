// The way out of an I/O thread: from a response to the last byte taken, and to a gentle end.
#pragma once

#include "server/http/front/answer_writer.h"
#include "server/http/front/connection.h"
#include "server/http/front/counters.h"
#include "server/http/front/shared_parts.h"

#include <chrono>
#include <functional>

namespace holdfast::http {

class AnswerPath
{
public:
    // How long a drained connection may take to close its own side.
    static constexpr std::chrono::milliseconds drainLinger{200};

    // `readyForNext` is called when an answer is out and the connection stays.
    AnswerPath(Shared& shared, ThreadTally& tally, const ThreadClock& clock,
               std::function<void(Connection&)> readyForNext);

    void answer(Connection& connection, const Response& response);
    // Answers with the refusal's problem and closes. `request` is what is known of the refused
    // one; null when there is nothing.
    void refuse(Connection& connection, Refusal refusal, const Request* request);
    void closeGently(Connection& connection);
    void beginDrain() { m_isDraining = true; } // from now on every answer is the last
    [[nodiscard]] QByteArray makeRequestId() { return m_ids.next(); }

private:
    void send(Connection& connection, QByteArrayView head, QByteArrayView body);
    void log(const Connection& connection, int status) const;
    void finish(Connection& connection);
    void progress(Connection& connection);
    void flushed(Connection& connection);

    Shared& m_shared;
    ThreadTally& m_tally;
    const ThreadClock& m_clock;
    const std::function<void(Connection&)> m_readyForNext;
    RequestIds m_ids;
    AnswerWriter m_writer;
    bool m_isDraining = false;
};

} // namespace holdfast::http
