// Strict reading of an HTTP/1 request head (RFC 9112), for bytes that nobody has checked yet.
//
// Everything doubtful is refused: what two parties read differently is how requests are smuggled.
#pragma once

#include "server/http/front/limits.h"
#include "server/http/front/message.h"
#include "server/http/front/server.h"

#include <optional>

namespace holdfast::http {

// Finds the end of a head that arrives in pieces without reading any byte twice, and refuses as
// soon as it can: a bare LF, too many lines, too many bytes, a first byte that begins no method.
class HeadScanner
{
public:
    void reset() { *this = {}; }
    // `bytes` is all that has come of this request. The size of the head with its empty line, 0
    // when more is needed, or the reason for refusing.
    [[nodiscard]] std::optional<Refusal> scan(QByteArrayView bytes, const Limits& limits);
    [[nodiscard]] qsizetype headSize() const { return m_headSize; }

private:
    qsizetype m_lineStart = 0;
    qsizetype m_scanned = 0;
    qsizetype m_lines = 0;
    qsizetype m_headSize = 0;
};

struct ParsedHead
{
    Request request; // all but params, body, peer
    qint64 bodySize = 0;
    bool keepAlive = true;
    bool expectsContinue = false;
};

// `head` ends with its empty line. On refusal `parsed` holds whatever was read before.
[[nodiscard]] std::optional<Refusal> parseHead(QByteArrayView head, const Limits& limits,
                                               ParsedHead& parsed);

// The status and words that go out for a refusal that is answered; 0 for those that only close.
[[nodiscard]] Problem refusalProblem(Refusal refusal);

} // namespace holdfast::http
