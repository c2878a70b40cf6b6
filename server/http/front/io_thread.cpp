#include "server/http/front/io_thread.h"

#include "server/http/front/epoll_dispatcher.h"

namespace holdfast::http {

IoThread::IoThread(Shared& shared, int number) : m_shared(shared)
{
    setObjectName(QStringLiteral("http-%1").arg(number));
    setEventDispatcher(new EpollDispatcher); // owned by the thread
}

IoThread::~IoThread()
{
    end();
}

bool IoThread::begin(int listenDescriptor)
{
    m_listenDescriptor = listenDescriptor;
    std::future<bool> up = m_up.get_future();
    start();
    return up.get();
}

bool IoThread::hand(MailedSocket socket)
{
    m_load.fetch_add(1, std::memory_order_relaxed);
    if (m_mailbox->hand(socket)) {
        return true;
    }
    m_load.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

void IoThread::end()
{
    m_mailbox->orderStop();
    wait();
}

void IoThread::run()
{
    IoFront front(m_shared, m_mailbox, m_tally, m_load);
    const bool isUp = front.begin(m_listenDescriptor);
    m_up.set_value(isUp);
    if (isUp) {
        exec();
    }
}

} // namespace holdfast::http
