#include "server/http/front/mailbox.h"

#include <QCoreApplication>

#include <unistd.h>

namespace holdfast::http {

QEvent::Type Mailbox::mailArrived()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

void Mailbox::open(QObject* owner, AnswerSink* sink)
{
    const std::lock_guard lock(m_mutex);
    m_owner = owner;
    m_sink = sink;
    m_thread.store(std::this_thread::get_id());
}

void Mailbox::close()
{
    const std::lock_guard lock(m_mutex);
    m_owner = nullptr;
    m_sink = nullptr;
    m_thread.store({});
    for (const MailedSocket& socket : m_mail.sockets) {
        ::close(socket.descriptor);
    }
    m_mail = {};
}

template <class Change>
bool Mailbox::post(const Change& change)
{
    const std::lock_guard lock(m_mutex);
    if (!m_owner) {
        return false;
    }
    change(m_mail);
    if (!m_isSignalled) {
        m_isSignalled = true;
        QCoreApplication::postEvent(m_owner, new QEvent(mailArrived()), Qt::HighEventPriority);
    }
    return true;
}

void Mailbox::answer(Ticket ticket, Response&& response)
{
    if (std::this_thread::get_id() == m_thread.load(std::memory_order_relaxed)) {
        if (m_sink) {
            m_sink->answerNow(ticket, std::move(response));
        }
        return;
    }
    post([&](Mail& mail) { mail.answers.push_back({ticket, std::move(response)}); });
}

bool Mailbox::hand(MailedSocket socket)
{
    return post([&](Mail& mail) { mail.sockets.push_back(socket); });
}

void Mailbox::orderDrain()
{
    post([](Mail& mail) { mail.drain = true; });
}

void Mailbox::orderStop()
{
    post([](Mail& mail) { mail.stop = true; });
}

void Mailbox::takeAll(Mail& mail)
{
    const std::lock_guard lock(m_mutex);
    std::swap(mail, m_mail);
    m_isSignalled = false;
}

} // namespace holdfast::http
