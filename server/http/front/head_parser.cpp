#include "server/http/front/head_parser.h"

#include <array>
#include <cstring>

namespace holdfast::http {

namespace {

enum : quint8 {
    tokenChar = 1,  // RFC 9110 section 5.6.2
    valueChar = 2,  // visible, space, tab, and bytes from 0x80 on
    targetChar = 4, // visible ASCII
};

constexpr std::array<quint8, 256> makeClasses()
{
    std::array<quint8, 256> classes{};
    for (size_t i = 0x21; i < 0x7f; ++i) {
        classes[i] = valueChar | targetChar;
    }
    for (size_t i = 0x80; i < 0x100; ++i) {
        classes[i] = valueChar;
    }
    classes[' '] = classes['\t'] = valueChar;
    for (const char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
        if (c != '\0') {
            classes[static_cast<unsigned char>(c)] |= tokenChar;
        }
    }
    return classes;
}

constexpr std::array<quint8, 256> classes = makeClasses();

bool isAll(QByteArrayView text, quint8 wanted)
{
    quint8 seen = wanted;
    for (const char c : text) {
        seen &= classes[static_cast<unsigned char>(c)];
    }
    return seen != 0;
}

bool sameWord(QByteArrayView text, QByteArrayView word)
{
    return text.size() == word.size() && text.compare(word, Qt::CaseInsensitive) == 0;
}

QByteArrayView trimmed(QByteArrayView value)
{
    while (!value.isEmpty() && (value.front() == ' ' || value.front() == '\t')) {
        value = value.sliced(1);
    }
    while (!value.isEmpty() && (value.back() == ' ' || value.back() == '\t')) {
        value.chop(1);
    }
    return value;
}

// "http://host/path" is legal for any server (RFC 9112 section 3.2.2); only the path is of use.
QByteArrayView originForm(QByteArrayView target)
{
    const qsizetype scheme = target.indexOf("://");
    if (scheme < 0 ||
        (!sameWord(target.first(scheme), "http") && !sameWord(target.first(scheme), "https"))) {
        return {};
    }
    const QByteArrayView rest = target.sliced(scheme + 3);
    const qsizetype slash = rest.indexOf('/');
    return slash < 1 ? QByteArrayView() : rest.sliced(slash);
}

std::optional<Refusal> parseVersion(QByteArrayView version, ParsedHead& parsed)
{
    if (version == "HTTP/1.1") {
        return std::nullopt;
    }
    if (version == "HTTP/1.0") {
        parsed.keepAlive = false;
        return std::nullopt;
    }
    const bool otherVersion = version.size() == 8 && version.startsWith("HTTP/") &&
                              version[5] >= '0' && version[5] <= '9' && version[6] == '.' &&
                              version[7] >= '0' && version[7] <= '9';
    return otherVersion ? Refusal::VersionNotSupported : Refusal::BadRequest;
}

std::optional<Refusal> parseRequestLine(QByteArrayView line, ParsedHead& parsed)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first < 1 || last <= first + 1) {
        return Refusal::BadRequest;
    }
    const QByteArrayView method = line.first(first);
    QByteArrayView target = line.sliced(first + 1, last - first - 1);
    if (!isAll(method, tokenChar) || !isAll(target, targetChar)) {
        return Refusal::BadRequest;
    }
    if (const auto refusal = parseVersion(line.sliced(last + 1), parsed)) {
        return refusal;
    }
    Request& request = parsed.request;
    request.method = methodFromText(method);
    if (target.front() != '/' && !(target == "*" && request.method == Method::Options)) {
        target = originForm(target);
        if (target.isEmpty()) {
            return Refusal::BadRequest;
        }
    }
    if (const qsizetype fragment = target.indexOf('#'); fragment >= 0) {
        return Refusal::BadRequest;
    }
    const qsizetype mark = target.indexOf('?');
    request.path = (mark < 0 ? target : target.first(mark)).toByteArray();
    if (mark >= 0) {
        request.query = target.sliced(mark + 1).toByteArray();
    }
    return std::nullopt;
}

// Which fields steer the framing, and how often each has come.
struct Framing
{
    QByteArrayView contentLength;
    QByteArrayView connection;
    QByteArrayView requestId;
    int lengths = 0;
    int hosts = 0;
    bool transferEncoding = false;
    bool badHost = false;
    bool expectsContinue = false;
    bool expectsOther = false;
};

bool listContains(QByteArrayView options, QByteArrayView word)
{
    while (!options.isEmpty()) {
        const qsizetype comma = options.indexOf(',');
        if (sameWord(trimmed(comma < 0 ? options : options.first(comma)), word)) {
            return true;
        }
        options = comma < 0 ? QByteArrayView() : options.sliced(comma + 1);
    }
    return false;
}

void noteField(QByteArrayView name, QByteArrayView value, Framing& framing, ParsedHead& parsed)
{
    switch (name.size()) {
    case 4:
        if (sameWord(name, "Host")) {
            ++framing.hosts;
            framing.badHost = framing.badHost || !isAll(value, targetChar) || value.contains('/') ||
                              value.contains('@');
        }
        break;
    case 6:
        if (sameWord(name, "Expect")) {
            (sameWord(value, "100-continue") ? framing.expectsContinue : framing.expectsOther) =
                true;
        }
        break;
    case 10:
        if (sameWord(name, "Connection")) {
            if (listContains(value, "close")) {
                parsed.keepAlive = false;
                framing.connection = "close";
            } else if (framing.connection.isEmpty() && listContains(value, "keep-alive")) {
                parsed.keepAlive = true;
            }
        }
        break;
    case 12:
        if (sameWord(name, "X-Request-Id")) {
            framing.requestId = value;
        }
        break;
    case 14:
        if (sameWord(name, "Content-Length")) {
            ++framing.lengths;
            framing.contentLength = value;
        }
        break;
    case 17:
        framing.transferEncoding = framing.transferEncoding || sameWord(name, "Transfer-Encoding");
        break;
    default:
        break;
    }
}

std::optional<Refusal> parseLength(const Framing& framing, const Limits& limits, ParsedHead& parsed)
{
    if (framing.transferEncoding) {
        return Refusal::LengthRequired;
    }
    if (framing.lengths == 0) {
        return std::nullopt;
    }
    const QByteArrayView digits = framing.contentLength;
    if (framing.lengths > 1 || digits.isEmpty() || digits.size() > 19) {
        return Refusal::BadRequest;
    }
    quint64 length = 0; // 19 digits fit
    for (const char c : digits) {
        if (c < '0' || c > '9') {
            return Refusal::BadRequest;
        }
        length = length * 10 + static_cast<quint64>(c - '0');
    }
    if (length > static_cast<quint64>(limits.bodyBytesMax)) {
        // What no signed 64-bit counter holds is not a length but an attack on one.
        return length > static_cast<quint64>(INT64_MAX) ? Refusal::BadRequest
                                                        : Refusal::BodyTooLarge;
    }
    parsed.bodySize = static_cast<qint64>(length);
    return std::nullopt;
}

std::optional<Refusal> parseFields(QByteArrayView fields, Framing& framing, ParsedHead& parsed)
{
    parsed.request.headers.reserve(fields.size());
    const char* at = fields.data();
    const char* const end = at + fields.size();
    while (at < end) {
        const auto* eol = static_cast<const char*>(
            std::memchr(at, '\n', static_cast<size_t>(end - at))); // the scanner saw CRLF
        const QByteArrayView line(at, eol - at - 1);
        at = eol + 1;
        const qsizetype colon = line.indexOf(':');
        if (colon < 1 || !isAll(line.first(colon), tokenChar)) {
            return Refusal::BadRequest; // no colon, a folded line, or white space before the colon
        }
        const QByteArrayView value = trimmed(line.sliced(colon + 1));
        if (!isAll(value, valueChar)) {
            return Refusal::BadRequest;
        }
        noteField(line.first(colon), value, framing, parsed);
        parsed.request.headers.add(line.first(colon), value);
    }
    return std::nullopt;
}

} // namespace

std::optional<Refusal> HeadScanner::scan(QByteArrayView bytes, const Limits& limits)
{
    if (m_lines == 0 && !(classes[static_cast<unsigned char>(bytes.front())] & tokenChar)) {
        return Refusal::BadRequest; // TLS on the plain port, white space, binary noise
    }
    while (m_scanned < bytes.size()) {
        const char* from = bytes.data() + m_scanned;
        const auto* found = static_cast<const char*>(
            std::memchr(from, '\n', static_cast<size_t>(bytes.size() - m_scanned)));
        if (!found) {
            m_scanned = bytes.size();
            break;
        }
        const qsizetype at = found - bytes.data();
        if (at == 0 || bytes[at - 1] != '\r') {
            return Refusal::BadRequest;
        }
        if (at + 1 > limits.headerBytesMax) {
            return Refusal::HeaderTooLarge;
        }
        if (at - m_lineStart == 1) { // the empty line
            m_headSize = at + 1;
            return std::nullopt;
        }
        m_scanned = m_lineStart = at + 1;
        if (++m_lines > limits.headerFieldsMax + 1) { // and the request line
            return Refusal::HeaderTooLarge;
        }
    }
    return bytes.size() > limits.headerBytesMax ? std::optional(Refusal::HeaderTooLarge)
                                                : std::nullopt;
}

std::optional<Refusal> parseHead(QByteArrayView head, const Limits& limits, ParsedHead& parsed)
{
    const qsizetype lineEnd = head.indexOf('\r');
    if (lineEnd < 1 || head[lineEnd + 1] != '\n') {
        return Refusal::BadRequest;
    }
    if (const auto refusal = parseRequestLine(head.first(lineEnd), parsed)) {
        return refusal;
    }
    Framing framing;
    const QByteArrayView fields = head.sliced(lineEnd + 2).chopped(2);
    if (const auto refusal = parseFields(fields, framing, parsed)) {
        return refusal;
    }
    if (isSaneRequestId(framing.requestId)) {
        parsed.request.requestId = framing.requestId.toByteArray();
    }
    const bool isOld = head.first(lineEnd).endsWith("1.0");
    if (framing.hosts > 1 || framing.badHost || (framing.hosts == 0 && !isOld)) {
        return Refusal::BadRequest;
    }
    if (const auto refusal = parseLength(framing, limits, parsed)) {
        return refusal;
    }
    if (framing.expectsOther) {
        return Refusal::ExpectationFailed;
    }
    parsed.expectsContinue = framing.expectsContinue && !isOld;
    return std::nullopt;
}

} // namespace holdfast::http
