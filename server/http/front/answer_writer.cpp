#include "server/http/front/answer_writer.h"

#include "server/http/front/front_log.h"

#include <array>
#include <charconv>

namespace holdfast::http {

namespace {

constexpr int statusMin = 100;
constexpr int statusMax = 599;

std::array<QByteArray, statusMax - statusMin + 1> makeStatusLines()
{
    std::array<QByteArray, statusMax - statusMin + 1> lines;
    for (int status = statusMin; status <= statusMax; ++status) {
        lines[static_cast<size_t>(status - statusMin)] = "HTTP/1.1 " + QByteArray::number(status) +
                                                         ' ' + statusText(status).toByteArray() +
                                                         "\r\n";
    }
    return lines;
}

const QByteArray& statusLine(int status)
{
    static const auto lines = makeStatusLines();
    const bool isKnown = status >= statusMin && status <= statusMax;
    return lines[static_cast<size_t>((isKnown ? status : 500) - statusMin)];
}

// RFC 9110 sections 15.2, 15.3.5, 15.4.5: these end with the header.
bool hasNoBody(int status)
{
    return status == 204 || status == 304 || status < 200;
}

void appendHeader(QByteArray& out, QByteArrayView name, QByteArrayView value)
{
    // Values may stem from data; a line break in one would let it write headers of its own.
    if (value.contains('\r') || value.contains('\n') || value.contains('\0')) {
        qCWarning(frontLog, "left out a %s header with a line break",
                  name.toByteArray().constData());
        return;
    }
    out.append(name).append(": ").append(value).append("\r\n");
}

void appendNumber(QByteArray& out, qsizetype number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end - digits.data());
}

} // namespace

// RFC 9110 section 5.6.7. Once a second is exact enough, and strftime would use the locale.
void AnswerWriter::refreshDate()
{
    const std::time_t now = std::time(nullptr);
    if (now == m_dateSecond) {
        return;
    }
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                      days[static_cast<size_t>(parts.tm_wday)], parts.tm_mday,
                      months[static_cast<size_t>(parts.tm_mon)], parts.tm_year + 1900,
                      parts.tm_hour, parts.tm_min, parts.tm_sec);
    m_dateLine = QByteArray(text.data(), size);
    m_dateSecond = now;
}

AnswerWriter::Parts AnswerWriter::assemble(const Response& response, const AnswerFraming& framing)
{
    refreshDate();
    m_out.resize(0);
    m_out.reserve(1024);
    m_out.append(statusLine(response.status)).append(m_dateLine);
    m_out.append(framing.keepAlive ? QByteArrayView("Connection: keep-alive\r\nX-Request-Id: ")
                                   : QByteArrayView("Connection: close\r\nX-Request-Id: "));
    m_out.append(framing.requestId).append("\r\n");
    for (const Header& header : response.headers) {
        appendHeader(m_out, header.name, header.value);
    }
    const bool noBody = hasNoBody(response.status);
    if (noBody) {
        m_out.append("\r\n");
        return {m_out, {}};
    }
    if (!response.ready.isEmpty()) {
        const QByteArrayView block = response.ready.bytes;
        m_out.append(block.first(response.ready.bodyAt));
        return {m_out, framing.isHead ? QByteArrayView() : block.sliced(response.ready.bodyAt)};
    }
    if (!response.body.isEmpty()) {
        appendHeader(m_out, "Content-Type", response.contentType);
    }
    m_out.append("Content-Length: ");
    appendNumber(m_out, response.body.size());
    m_out.append("\r\n\r\n");
    return {m_out, framing.isHead ? QByteArrayView() : QByteArrayView(response.body)};
}

} // namespace holdfast::http
