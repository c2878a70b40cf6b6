#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <chrono>
#include <utility>

namespace holdfast::test {

using Milliseconds = std::chrono::milliseconds;
using HeaderList = QList<std::pair<QByteArray, QByteArray>>;

/// What came back. `status` 0 means that no whole answer came; `error` then says why.
struct HttpReply
{
    int status = 0;
    HeaderList headers; ///< Names in lower case, values trimmed, in the order received.
    QByteArray body;    ///< The exact bytes.
    QByteArray error;

    /// First value of the header, empty when absent. Names compare without case.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
    [[nodiscard]] bool hasHeader(QByteArrayView name) const;

    /// The body as an object; empty when it is not one.
    [[nodiscard]] QJsonObject json() const;
    /// Member `data` of the body, as an object or a list.
    [[nodiscard]] QJsonObject data() const;
    [[nodiscard]] QJsonArray list() const;
    /// Member `code` of a problem document.
    [[nodiscard]] QString code() const;
    /// Status, error and body in one line, for failure messages.
    [[nodiscard]] QByteArray summary() const;
};

/// A blocking HTTP/1.1 client for test threads: one keep-alive connection to 127.0.0.1, exact
/// bytes, a deadline on every step, and no hidden retry, so that a test knows what was sent.
/// Only a connection that the server has already closed is opened anew before sending.
/// Not for use by two threads at once.
class HttpClient
{
public:
    explicit HttpClient(quint16 port, Milliseconds deadline = std::chrono::seconds(20));
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    HttpClient(HttpClient&& other) noexcept;
    HttpClient& operator=(HttpClient&&) = delete;

    /// Sent as `Authorization: Bearer …` with every request; empty sends none.
    void setToken(const QByteArray& token) { m_token = token; }

    bool open();
    void close();
    /// Closes with a TCP reset, as a machine that lost its power would look.
    void reset();
    [[nodiscard]] bool isOpen() const { return m_socket >= 0; }

    HttpReply request(const QByteArray& method, const QByteArray& target,
                      const HeaderList& headers = {}, const QByteArray& body = {});
    HttpReply get(const QByteArray& target, const HeaderList& headers = {});
    HttpReply send(const QByteArray& method, const QByteArray& target, const QJsonObject& body,
                   const HeaderList& headers = {});
    HttpReply post(const QByteArray& target, const QJsonObject& body,
                   const HeaderList& headers = {});

    /// The two halves of request(), for pipelining and for tests that stop half-way.
    bool sendBytes(const QByteArray& bytes);
    HttpReply readReply(bool headOnly = false);
    [[nodiscard]] QByteArray format(const QByteArray& method, const QByteArray& target,
                                    const HeaderList& headers, const QByteArray& body) const;

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool peerHasClosed() const;
    [[nodiscard]] bool waitFor(short events, Clock::time_point until) const;
    bool fill(Clock::time_point until);
    bool readHead(HttpReply& reply, Clock::time_point until);
    bool readBody(HttpReply& reply, Clock::time_point until);

    quint16 m_port;
    Milliseconds m_deadline;
    QByteArray m_token;
    QByteArray m_buffer;
    QByteArray m_error;
    int m_socket = -1;
};

/// Compact UTF-8 text of an object.
QByteArray toBytes(const QJsonObject& object);

/// A fresh random UUID in text form, for ids and keys made by the caller.
QString newUuid();

} // namespace holdfast::test
