// Accepts on one port and hands each connection to the I/O thread with the fewest.
#pragma once

#include "server/http/front/io_thread.h"

#include <tl/expected.hpp>

#include <QString>

#include <memory>
#include <thread>
#include <vector>

namespace holdfast::http {

// Its thread sleeps in poll() and touches nothing of Qt's event loop, so it accepts and refuses
// also while every I/O thread is busy.
class Acceptor
{
public:
    Acceptor(Shared& shared, ThreadTally& tally) : m_shared(shared), m_tally(tally) {}
    ~Acceptor();
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    [[nodiscard]] tl::expected<quint16, QString> listen();
    [[nodiscard]] int descriptor() const { return m_listening; }
    void begin(const std::vector<std::unique_ptr<IoThread>>& threads);
    void stop(); // takes what is in the backlog, then refuses; may be called twice
    [[nodiscard]] quint64 accepted() const { return m_accepted.value(); }

private:
    void run(const std::vector<std::unique_ptr<IoThread>>& threads);
    // False when nothing is waiting, or when the process has run out of descriptors.
    enum class Step { Accepted, Nothing, NoDescriptor };
    [[nodiscard]] Step acceptOne(const std::vector<std::unique_ptr<IoThread>>& threads);
    void turnAway(int descriptor, Refusal refusal);

    Shared& m_shared;
    ThreadTally& m_tally;
    Tally m_accepted;
    int m_listening = -1;
    int m_stop = -1; // eventfd
    std::thread m_thread;
};

} // namespace holdfast::http
