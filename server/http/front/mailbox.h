// The way into an I/O thread: answers, new sockets, orders.
#pragma once

#include "server/http/front/admission.h"
#include "server/http/front/message.h"

#include <QEvent>
#include <QObject>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::http {

// Names one request of one connection, also after both are gone.
struct Ticket
{
    quint64 connection = 0;
    quint32 serial = 0;
};

struct MailedAnswer
{
    Ticket ticket;
    Response response;
};

struct MailedSocket
{
    int descriptor = -1;
    PeerKey peer{};
};

struct Mail
{
    std::vector<MailedAnswer> answers;
    std::vector<MailedSocket> sockets;
    bool drain = false;
    bool stop = false;
};

// Where answers given on the I/O thread itself go.
class AnswerSink
{
public:
    virtual ~AnswerSink() = default;
    virtual void answerNow(Ticket ticket, Response&& response) = 0;
};

// Outlives the thread: answers that come too late find it closed and are dropped.
//
// The owner gets one posted event of mailArrived() when the box turns from empty to not empty, so
// a burst of answers costs one wake-up.
class Mailbox
{
public:
    // On the I/O thread, which from then on is the one whose answers take the short way.
    void open(QObject* owner, AnswerSink* sink);
    void close(); // closes sockets that nobody took

    void answer(Ticket ticket, Response&& response);
    [[nodiscard]] bool hand(MailedSocket socket); // false when closed: the caller keeps it
    void orderDrain();
    void orderStop();

    void takeAll(Mail& mail); // swaps: `mail` must be empty
    [[nodiscard]] static QEvent::Type mailArrived();

private:
    template <class Change>
    bool post(const Change& change);

    std::mutex m_mutex;
    Mail m_mail;
    bool m_isSignalled = false;
    QObject* m_owner = nullptr;
    AnswerSink* m_sink = nullptr; // used on the owner's thread only
    std::atomic<std::thread::id> m_thread;
};

} // namespace holdfast::http
