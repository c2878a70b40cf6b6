// One open connection, as its I/O thread sees it.
#pragma once

#include "server/http/front/mailbox.h"
#include "server/http/front/reply_state.h"
#include "server/http/front/request_reader.h"

#include <QElapsedTimer>
#include <QTcpSocket>

#include <chrono>
#include <memory>
#include <vector>

namespace holdfast::http {

enum class ConnectionState : quint8 {
    Handshaking, // TLS, not yet known to Qt's HTTP server
    Reading,     // idle, or a request is coming
    Pending,     // a request was handed to its handler
    Flushing,    // the kernel has not taken the whole answer yet
    Lingering,   // the last answer is out; input is discarded until the client closes
    Gone,        // disconnected; the socket dies with the next turn of the loop
};

struct Connection
{
    Connection(const Limits& limits, BodyBudget& budget) : reader(limits, budget) {}

    RequestReader reader;
    QTcpSocket* socket = nullptr; // owned by Qt's HTTP server
    quint64 id = 0;
    QHostAddress peer;
    PeerKey peerKey{};
    int descriptor = -1;
    bool isTls = false;
    ConnectionState state = ConnectionState::Reading;
    qint64 deadlineMs = 0; // on the thread's clock; 0 is none
    qint64 lingered = 0;   // bytes discarded
    bool watchesWrites = false;
    bool isRefused = false;
    bool isOverflowing = false; // too much was pipelined: the pending answer is the last

    // Of the request that was read last.
    quint32 serial = 0;
    bool isHead = false;
    bool keepAlive = true;
    Method method = Method::Get;
    QByteArray requestId;
    const QByteArray* route = nullptr;
    qint64 startedNs = 0;
    std::weak_ptr<ReplyState> reply;
};

// The time of one I/O thread, counted from its start.
class ThreadClock
{
public:
    ThreadClock() { m_since.start(); }
    [[nodiscard]] qint64 nowMs() const { return m_since.elapsed(); }
    [[nodiscard]] qint64 nowNs() const { return m_since.nsecsElapsed(); }
    void setDeadline(Connection& connection, std::chrono::milliseconds limit) const
    {
        connection.deadlineMs = nowMs() + limit.count();
    }

private:
    QElapsedTimer m_since;
};

// Connections by id. An id is never used again, so that late answers find nobody.
class ConnectionTable
{
public:
    Connection& add(const Limits& limits, BodyBudget& budget);
    void remove(quint64 id);
    [[nodiscard]] Connection* find(quint64 id) const;
    template <class Visit>
    void forEach(const Visit& visit) const
    {
        for (size_t i = 0; i < m_slots.size(); ++i) {
            if (m_slots[i].connection) {
                visit(*m_slots[i].connection);
            }
        }
    }

private:
    struct Slot
    {
        std::unique_ptr<Connection> connection;
        quint32 generation = 0;
    };
    std::vector<Slot> m_slots;
    std::vector<quint32> m_free;
};

} // namespace holdfast::http
