// An event dispatcher for the I/O threads: one epoll set instead of one poll() over everything.
//
// Both dispatchers that come with Qt hand every descriptor to the kernel on every turn of the
// loop, so a few thousand idle connections slow the busy ones to a crawl. This one costs the same
// with ten connections and with ten thousand.
//
// Install with QThread::setEventDispatcher before the thread starts. Only wakeUp() and interrupt()
// may be called from other threads, as QAbstractEventDispatcher demands.
#pragma once

#include <QAbstractEventDispatcher>

#include <array>
#include <atomic>
#include <chrono>
#include <vector>

struct epoll_event;

namespace holdfast::http {

class EpollDispatcher final : public QAbstractEventDispatcher
{
public:
    explicit EpollDispatcher(QObject* parent = nullptr);
    ~EpollDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier* notifier) override;
    void unregisterSocketNotifier(QSocketNotifier* notifier) override;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType type, QObject* object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject* object) override;
    QList<TimerInfo> registeredTimers(QObject* object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override;
    void interrupt() override;

private:
    using Clock = std::chrono::steady_clock;

    struct Entry
    {
        std::array<QSocketNotifier*, 3> notifiers{}; // by QSocketNotifier::Type
        quint32 applied = 0;                         // what the kernel was told
        quint32 generation = 0; // tells a descriptor from the next one with the same number
        bool isDirty = false;
    };
    struct Timer
    {
        int id;
        std::chrono::milliseconds interval;
        Qt::TimerType type;
        QObject* object;
        Clock::time_point due;
        bool isRunning; // its handler is on the stack: not started again
    };

    void markDirty(int descriptor);
    void applyDirty();
    [[nodiscard]] int waitMs(bool mayWait) const;
    [[nodiscard]] bool activate(const epoll_event& event);
    [[nodiscard]] bool deliver(int descriptor, quint32 generation, int type);
    [[nodiscard]] bool runTimers();

    int m_epoll = -1;
    int m_wakeUp = -1;
    std::atomic<bool> m_wakeRequested = false;
    std::atomic<bool> m_interrupted = false;
    std::atomic<bool> m_isAsleep = false; // in epoll_wait, or about to enter it
    std::vector<Entry> m_entries;         // by descriptor
    std::vector<int> m_dirty;
    std::vector<Timer> m_timers;
};

} // namespace holdfast::http
