#include "server/http/front/request_reader.h"

namespace holdfast::http {

namespace {

// A client may send empty lines after a body (RFC 9112 section 2.2): some old ones do.
QByteArrayView withoutEmptyLines(QByteArrayView bytes)
{
    for (int i = 0; i < 2 && bytes.startsWith("\r\n"); ++i) {
        bytes = bytes.sliced(2);
    }
    return bytes;
}

} // namespace

RequestReader::Outcome RequestReader::next(QByteArrayView fresh, ParsedHead& out)
{
    out = {};
    if (m_phase == Phase::Body) {
        m_input.append(fresh);
        return readBody(out);
    }
    if (m_input.isEmpty()) {
        return readHead(fresh, out);
    }
    m_input.append(fresh);
    return readHead(m_input, out);
}

RequestReader::Outcome RequestReader::readHead(QByteArrayView bytes, ParsedHead& out)
{
    if (m_phase == Phase::Empty) {
        bytes = withoutEmptyLines(bytes);
        if (bytes.isEmpty() || bytes == "\r") {
            keep(bytes);
            return Outcome::NeedsMore;
        }
    }
    m_phase = Phase::Head;
    if (const auto refusal = m_scanner.scan(bytes, m_limits)) {
        return refuse(*refusal);
    }
    const qsizetype headSize = m_scanner.headSize();
    if (headSize == 0) {
        keep(bytes);
        return Outcome::NeedsMore;
    }
    m_scanner.reset();
    if (const auto refusal = parseHead(bytes.first(headSize), m_limits, out)) {
        return refuse(*refusal);
    }
    const QByteArrayView rest = bytes.sliced(headSize);
    if (rest.size() < out.bodySize) {
        return beginBody(rest, out);
    }
    if (out.bodySize > 0) {
        out.request.body = rest.first(out.bodySize).toByteArray();
    }
    keep(rest.sliced(out.bodySize));
    m_phase = Phase::Empty;
    return Outcome::Complete;
}

RequestReader::Outcome RequestReader::beginBody(QByteArrayView rest, ParsedHead& out)
{
    if (!m_budget.take(out.bodySize)) {
        return refuse(Refusal::TooManyBodies);
    }
    m_reserved = out.bodySize;
    const bool wantsContinue = out.expectsContinue && rest.isEmpty();
    m_waiting = std::make_unique<ParsedHead>(std::move(out));
    keep(rest);
    m_phase = Phase::Body;
    return wantsContinue ? Outcome::ContinueWanted : Outcome::NeedsMore;
}

RequestReader::Outcome RequestReader::readBody(ParsedHead& out)
{
    if (m_input.size() < m_waiting->bodySize) {
        return Outcome::NeedsMore;
    }
    out = std::move(*m_waiting);
    m_waiting.reset();
    giveBack();
    if (m_input.size() == out.bodySize) {
        out.request.body = std::move(m_input);
        m_input = {};
    } else {
        out.request.body = m_input.first(out.bodySize);
        m_input.remove(0, out.bodySize);
    }
    m_phase = Phase::Empty;
    return Outcome::Complete;
}

RequestReader::Outcome RequestReader::refuse(Refusal refusal)
{
    m_refusal = refusal;
    discard();
    return Outcome::Refused;
}

// `rest` is the tail of m_input or lies outside it.
void RequestReader::keep(QByteArrayView rest)
{
    if (rest.isEmpty()) {
        m_input = {}; // an idle connection holds no buffer
    } else if (m_input.isEmpty()) {
        m_input = rest.toByteArray();
    } else {
        m_input.remove(0, m_input.size() - rest.size());
    }
}

void RequestReader::discard()
{
    m_input = {};
    m_waiting.reset();
    m_scanner.reset();
    m_phase = Phase::Empty;
    giveBack();
}

void RequestReader::giveBack()
{
    if (m_reserved > 0) {
        m_budget.give(m_reserved);
        m_reserved = 0;
    }
}

} // namespace holdfast::http
