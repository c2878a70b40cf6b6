#include "server/http/front/message.h"

#include <array>
#include <utility>

namespace holdfast::http {

namespace {

struct StatusName
{
    int status;
    QByteArrayView text;
};

constexpr StatusName statusNames[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

// RFC 8259 section 7; bytes from 0x80 on pass as the UTF-8 that they are.
void appendJsonString(QByteArray& out, QByteArrayView text)
{
    static constexpr char hex[] = "0123456789abcdef";
    out.append('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (byte < 0x20) {
            out.append("\\u00").append(hex[byte >> 4]).append(hex[byte & 15]);
        } else {
            out.append(c);
        }
    }
    out.append('"');
}

void appendMember(QByteArray& out, QByteArrayView key, QByteArrayView value)
{
    out.append(out.isEmpty() ? '{' : ',');
    appendJsonString(out, key);
    out.append(':');
    appendJsonString(out, value);
}

} // namespace

QByteArrayView statusText(int status)
{
    for (const StatusName& known : statusNames) {
        if (known.status == status) {
            return known.text;
        }
    }
    return "Unknown";
}

ReadyBlock ReadyBlock::make(QByteArrayView contentType, QByteArrayView body,
                            std::initializer_list<Header> headers)
{
    ReadyBlock block;
    block.bytes.reserve(body.size() + 256);
    for (const Header& header : headers) {
        block.bytes.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    block.bytes.append("Content-Type: ").append(contentType);
    block.bytes.append("\r\nContent-Length: ").append(QByteArray::number(body.size()));
    block.bytes.append("\r\n\r\n");
    block.bodyAt = block.bytes.size();
    block.bytes.append(body);
    return block;
}

Response Response::json(int status, QByteArray body)
{
    Response response;
    response.status = status;
    response.contentType = QByteArrayLiteral("application/json");
    response.body = std::move(body);
    return response;
}

QByteArray Response::defaultTextType()
{
    return QByteArrayLiteral("text/plain; charset=utf-8");
}

Response Response::text(int status, QByteArray body, QByteArray contentType)
{
    Response response;
    response.status = status;
    response.contentType = std::move(contentType);
    response.body = std::move(body);
    return response;
}

Response Response::noContent()
{
    Response response;
    response.status = 204;
    return response;
}

Response Response::fromBlock(int status, const ReadyBlock& block)
{
    Response response;
    response.status = status;
    response.ready = block;
    return response;
}

Response Response::problem(const Problem& problem, QByteArrayView requestId)
{
    QByteArray body;
    body.reserve(256 + 2 * problem.detail.size());
    appendMember(body, "type", "about:blank"); // the code says which kind it is
    appendMember(body, "title", problem.title);
    body.append(",\"status\":").append(QByteArray::number(problem.status));
    appendMember(body, "detail", problem.detail);
    appendMember(body, "code", problem.code);
    appendMember(body, "message", problem.detail);
    appendMember(body, "request_id", requestId);
    body.append('}');
    Response response = json(problem.status, std::move(body));
    response.contentType = QByteArrayLiteral("application/problem+json");
    return response;
}

Response& Response::with(QByteArray name, QByteArray value)
{
    headers.append({std::move(name), std::move(value)});
    return *this;
}

} // namespace holdfast::http
