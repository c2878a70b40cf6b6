// The two values that cross the HTTP front: a request copied out of the socket, and its answer.
//
// Both are plain values without any tie to Qt HttpServer or to a socket, so that they may be moved
// to any thread, stored, and built by hand in tests.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>
#include <QVarLengthArray>

#include <optional>

namespace holdfast::http {

// Other stands for every method that the front does not know; the router answers it with 405.
enum class Method : quint8 { Get, Head, Post, Put, Patch, Delete, Options, Other };

[[nodiscard]] Method methodFromText(QByteArrayView text); // case-sensitive, RFC 9110 section 9.1
[[nodiscard]] QByteArrayView methodText(Method method);   // Other: "OTHER"

struct Header
{
    QByteArray name;
    QByteArray value;
};

// Header fields in the order they came; names compare without case (RFC 9110 section 5.1).
class Headers
{
public:
    void add(QByteArrayView name, QByteArrayView value);
    void reserve(qsizetype bytes) { m_block.reserve(bytes); }
    // The first field of that name; a null QByteArray when there is none.
    [[nodiscard]] QByteArray value(QByteArrayView name) const;
    [[nodiscard]] QByteArrayView view(QByteArrayView name) const;
    [[nodiscard]] bool contains(QByteArrayView name) const;
    [[nodiscard]] qsizetype size() const { return m_fields.size(); }
    [[nodiscard]] QByteArrayView nameAt(qsizetype index) const;
    [[nodiscard]] QByteArrayView valueAt(qsizetype index) const;

private:
    struct Field
    {
        quint32 at;
        quint32 nameSize;
        quint32 valueSize;
    };
    QByteArray m_block;
    QVarLengthArray<Field, 12> m_fields;
};

struct Request
{
    Method method = Method::Get;
    QByteArray path;  // as sent: still percent-encoded, begins with '/', without the query
    QByteArray query; // as sent, without '?'; empty when there is none
    QVarLengthArray<QByteArray, 4> params; // {…} of the route's pattern, in order, percent-decoded
    QByteArray body;
    Headers headers;
    QHostAddress peer;    // who called; behind a trusted proxy, who it says called
    QByteArray requestId; // 1 to 64 of [A-Za-z0-9._:-]

    [[nodiscard]] QByteArray header(QByteArrayView name) const { return headers.value(name); }
    [[nodiscard]] QByteArray param(qsizetype index) const;
};

// Percent-decodes one path segment or query value (RFC 3986 section 2.1). Nothing on a bad escape,
// and on %00, which no identifier of ours contains and which cuts C strings short.
[[nodiscard]] std::optional<QByteArray> percentDecoded(QByteArrayView text);

// The decoded value of `name` in a query ("a=1&b=2"; '+' is a space). Nothing when absent or when
// the escape is bad; the first one wins when it is repeated.
[[nodiscard]] std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name);

[[nodiscard]] bool isSaneRequestId(QByteArrayView text);

// A complete answer except for status line, Date, Connection and X-Request-Id: header lines, an
// empty line, body. Made once, sent many times; copies share the bytes.
struct ReadyBlock
{
    QByteArray bytes;
    qsizetype bodyAt = 0; // where the body begins, so that HEAD can leave it out

    [[nodiscard]] static ReadyBlock make(QByteArrayView contentType, QByteArrayView body,
                                         std::initializer_list<Header> headers = {});
    [[nodiscard]] bool isEmpty() const { return bytes.isEmpty(); }
};

// What a problem answer says; see Response::problem.
struct Problem
{
    int status = 500;
    QByteArrayView code;   // stable snake_case word
    QByteArrayView title;  // short text, the same for every problem of this code
    QByteArrayView detail; // this case, in words; also sent as "message"
};

struct Response
{
    int status = 200;
    QByteArray contentType; // sent as given; needed whenever there is a body
    QByteArray body;
    QVarLengthArray<Header, 4> headers; // extra ones; never Content-Length, Connection or Date
    ReadyBlock ready;                   // when not empty it replaces contentType and body

    [[nodiscard]] static Response json(int status, QByteArray body);
    [[nodiscard]] static Response text(int status, QByteArray body,
                                       QByteArray contentType = defaultTextType());
    [[nodiscard]] static Response noContent(); // 204
    [[nodiscard]] static Response fromBlock(int status, const ReadyBlock& block);
    // RFC 9457: type, title, status, detail, code, message, request_id.
    [[nodiscard]] static Response problem(const Problem& problem, QByteArrayView requestId);

    Response& with(QByteArray name, QByteArray value);
    [[nodiscard]] static QByteArray defaultTextType();
};

[[nodiscard]] QByteArrayView statusText(int status); // "Not Found"; "Unknown" for unlisted ones

} // namespace holdfast::http
