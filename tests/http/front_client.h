// A client that may misbehave: it sends exact bytes and says exactly what came back.
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <chrono>

namespace holdfast::test {

using namespace std::chrono_literals;

// What one answer looked like on the wire.
struct RawAnswer
{
    int status = 0; // 0: no whole answer came
    QByteArray head;
    QByteArray body;
    [[nodiscard]] QByteArray header(QByteArrayView name) const; // without case; null when absent
};

// Blocking, with a deadline on every step. One connection to 127.0.0.1.
class RawClient
{
public:
    explicit RawClient(quint16 port);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&& other) noexcept;
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] bool isConnected() const { return m_descriptor >= 0; }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    bool send(const QByteArray& bytes);
    // The next answer; `head` tells that it has no body in spite of its Content-Length.
    RawAnswer read(std::chrono::milliseconds deadline = 10s, bool head = false);
    RawAnswer get(const QByteArray& path, std::chrono::milliseconds deadline = 10s);
    // Everything until the server closes; nothing when it does not within the deadline.
    [[nodiscard]] bool closesWithin(std::chrono::milliseconds deadline);
    [[nodiscard]] bool wasReset() const { return m_wasReset; } // how it closed
    [[nodiscard]] const QByteArray& unread() const { return m_buffer; }
    void close();
    void reset();                        // closes with a TCP reset
    void shrinkReceiveBuffer(int bytes); // a slow reader: before the server fills them

private:
    enum class Got { Bytes, End, Nothing };
    Got receive(std::chrono::steady_clock::time_point end);

    int m_descriptor = -1;
    bool m_wasReset = false;
    QByteArray m_buffer;
};

[[nodiscard]] QByteArray getRequest(const QByteArray& path, const QByteArray& moreHeaders = {});
[[nodiscard]] qint64 residentBytes(qint64 pid = 0); // VmRSS; 0: our own
[[nodiscard]] qint64 cpuMillis();                   // user and system time of this process

} // namespace holdfast::test
