// Turns the bytes of one connection into checked requests, one at a time. Knows no socket.
#pragma once

#include "server/http/front/admission.h"
#include "server/http/front/head_parser.h"

#include <memory>

namespace holdfast::http {

class RequestReader
{
public:
    enum class Phase { Empty, Head, Body };
    enum class Outcome {
        NeedsMore,
        ContinueWanted, // needs more, and the client waits for "100 Continue" before it sends it
        Complete,
        Refused, // see refusal(); feed it nothing more
    };

    RequestReader(const Limits& limits, BodyBudget& budget) : m_limits(limits), m_budget(budget) {}
    ~RequestReader() { giveBack(); }
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    // Takes `fresh` bytes and tries to complete one request into `out`; what follows it is kept.
    // On refusal `out` holds what is known of the request. Bytes of a request that came whole are
    // not copied on the way.
    [[nodiscard]] Outcome next(QByteArrayView fresh, ParsedHead& out);
    void store(QByteArrayView fresh) { m_input.append(fresh); } // for later
    void discard();

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] qsizetype buffered() const { return m_input.size(); }
    [[nodiscard]] Refusal refusal() const { return m_refusal; }

private:
    [[nodiscard]] Outcome readHead(QByteArrayView bytes, ParsedHead& out);
    [[nodiscard]] Outcome beginBody(QByteArrayView rest, ParsedHead& out);
    [[nodiscard]] Outcome readBody(ParsedHead& out);
    [[nodiscard]] Outcome refuse(Refusal refusal);
    void keep(QByteArrayView rest);
    void giveBack();

    const Limits& m_limits;
    BodyBudget& m_budget;
    QByteArray m_input;
    HeadScanner m_scanner;
    std::unique_ptr<ParsedHead> m_waiting; // its body is not complete
    qint64 m_reserved = 0;
    Phase m_phase = Phase::Empty;
    Refusal m_refusal = Refusal::BadRequest;
};

} // namespace holdfast::http
