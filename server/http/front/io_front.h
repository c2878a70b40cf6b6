// The HTTP front of one I/O thread: guards its connections, feeds Qt's HTTP server, writes answers.
#pragma once

#include "server/http/front/answer_path.h"
#include "server/http/front/qt_adapter.h"
#include "server/http/front/socket_source.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <vector>

namespace holdfast::http {

// Lives on the I/O thread; only the mailbox and the tallies are touched by others.
class IoFront final : public QObject, public AnswerSink
{
    Q_OBJECT
public:
    IoFront(Shared& shared, std::shared_ptr<Mailbox> mailbox, ThreadTally& tally,
            std::atomic<int>& load);
    ~IoFront() override;

    [[nodiscard]] bool begin(int listenDescriptor);
    void answerNow(Ticket ticket, Response&& response) override;

protected:
    bool event(QEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    // Coming and going.
    void adopt(const MailedSocket& mailed);
    void hook(QTcpSocket& socket);
    void handshakeDone(Connection& connection);
    void disconnected(Connection& connection);
    void drain();
    void sweep();
    void expire(Connection& connection);

    // Input.
    void readyRead(Connection& connection);
    void take(Connection& connection, QByteArrayView fresh);
    void advance(Connection& connection, QByteArrayView fresh);
    void requestReady();
    void fillRequest(Connection& connection);
    void continuePipelined();
    void waitForMore(Connection& connection);

    void note(Refusal refusal) { m_tally.refused[size_t(refusal)].add(); }
    [[nodiscard]] const Limits& limits() const { return m_shared.options.limits; }

    Shared& m_shared;
    const std::shared_ptr<Mailbox> m_mailbox;
    ThreadTally& m_tally;
    std::atomic<int>& m_load;
    ConnectionTable m_table;
    const ThreadClock m_clock;
    AnswerPath m_answers;
    QByteArray m_scratch;
    ParsedHead m_current;             // the request between the guard and Qt's call
    Connection* m_fed = nullptr;      // whose request that is
    Connection* m_adopting = nullptr; // while it is handed to Qt's HTTP server
    std::vector<quint64> m_pipelined; // connections with more input to work on
    bool m_isContinuePosted = false;
    SocketSource* m_source = nullptr; // owned by m_qt
    std::unique_ptr<QtFront> m_qt;    // last: its sockets go first and report to us
};

} // namespace holdfast::http
