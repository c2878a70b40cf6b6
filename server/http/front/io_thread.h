// One I/O thread: its own event dispatcher and, on it, its own front.
#pragma once

#include "server/http/front/io_front.h"

#include <QThread>

#include <atomic>
#include <future>
#include <memory>

namespace holdfast::http {

class IoThread final : private QThread
{
public:
    IoThread(Shared& shared, int number);
    ~IoThread() override; // cuts what is open

    [[nodiscard]] bool begin(int listenDescriptor); // waits until it is up
    // False when the thread has ended: the caller keeps the descriptor.
    [[nodiscard]] bool hand(MailedSocket socket);
    [[nodiscard]] int load() const { return m_load.load(std::memory_order_relaxed); }
    void drain() { m_mailbox->orderDrain(); }
    void end();
    [[nodiscard]] const ThreadTally& tally() const { return m_tally; }

protected:
    void run() override;

private:
    Shared& m_shared;
    const std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
    ThreadTally m_tally;
    std::atomic<int> m_load = 0; // connections given to it
    int m_listenDescriptor = -1;
    std::promise<bool> m_up;
};

} // namespace holdfast::http
