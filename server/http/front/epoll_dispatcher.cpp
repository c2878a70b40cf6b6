#include "server/http/front/epoll_dispatcher.h"

#include "server/http/front/front_log.h"
#include "shared/domain/assert.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdfast::http {

namespace {

constexpr quint64 wakeUpKey = ~0ULL;
constexpr int eventsPerTurn = 256;

quint64 keyOf(int descriptor, quint32 generation)
{
    return (static_cast<quint64>(generation) << 32) | static_cast<quint32>(descriptor);
}

} // namespace

EpollDispatcher::EpollDispatcher(QObject* parent)
    : QAbstractEventDispatcher(parent), m_epoll(epoll_create1(EPOLL_CLOEXEC)),
      m_wakeUp(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = wakeUpKey;
    HOLDFAST_ASSERT(m_epoll >= 0 && m_wakeUp >= 0 &&
                    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUp, &event) == 0);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wakeUp);
    ::close(m_epoll);
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier* notifier)
{
    const auto descriptor = static_cast<int>(notifier->socket());
    if (static_cast<size_t>(descriptor) >= m_entries.size()) {
        m_entries.resize(static_cast<size_t>(descriptor) + 1);
    }
    m_entries[static_cast<size_t>(descriptor)].notifiers[static_cast<size_t>(notifier->type())] =
        notifier;
    markDirty(descriptor);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier* notifier)
{
    const auto descriptor = static_cast<int>(notifier->socket());
    if (descriptor < 0 || static_cast<size_t>(descriptor) >= m_entries.size()) {
        return;
    }
    Entry& entry = m_entries[static_cast<size_t>(descriptor)];
    QSocketNotifier*& place = entry.notifiers[static_cast<size_t>(notifier->type())];
    if (place != notifier) {
        return;
    }
    place = nullptr;
    const bool isLast = std::all_of(entry.notifiers.begin(), entry.notifiers.end(),
                                    [](const QSocketNotifier* left) { return left == nullptr; });
    if (!isLast) {
        markDirty(descriptor);
        return;
    }
    // At once, not lazily: the caller may close the descriptor next, and its number is used again.
    if (entry.applied != 0) {
        epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
        entry.applied = 0;
    }
    ++entry.generation;
}

void EpollDispatcher::markDirty(int descriptor)
{
    Entry& entry = m_entries[static_cast<size_t>(descriptor)];
    if (!entry.isDirty) {
        entry.isDirty = true;
        m_dirty.push_back(descriptor);
    }
}

// Once a turn: a write notifier that was switched on and off in between never reaches the kernel.
void EpollDispatcher::applyDirty()
{
    for (const int descriptor : m_dirty) {
        Entry& entry = m_entries[static_cast<size_t>(descriptor)];
        entry.isDirty = false;
        epoll_event event{};
        event.events = (entry.notifiers[QSocketNotifier::Read] ? EPOLLIN : 0U) |
                       (entry.notifiers[QSocketNotifier::Write] ? EPOLLOUT : 0U) |
                       (entry.notifiers[QSocketNotifier::Exception] ? EPOLLPRI : 0U);
        event.data.u64 = keyOf(descriptor, entry.generation);
        if (event.events == entry.applied) {
            continue;
        }
        const int operation = entry.applied == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        if (epoll_ctl(m_epoll, operation, descriptor, &event) != 0 &&
            (errno != EEXIST || epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event) != 0)) {
            qCWarning(frontLog, "epoll does not take descriptor %d: error %d", descriptor, errno);
            continue;
        }
        entry.applied = event.events;
    }
    m_dirty.clear();
}

bool EpollDispatcher::deliver(int descriptor, quint32 generation, int type)
{
    // Looked up anew each time: the handler before may have closed it or grown the table.
    const Entry& entry = m_entries[static_cast<size_t>(descriptor)];
    QSocketNotifier* notifier = entry.notifiers[static_cast<size_t>(type)];
    if (entry.generation != generation || !notifier) {
        return false;
    }
    QEvent activation(QEvent::SockAct);
    QCoreApplication::sendEvent(notifier, &activation);
    return true;
}

bool EpollDispatcher::activate(const epoll_event& event)
{
    if (event.data.u64 == wakeUpKey) {
        quint64 count = 0;
        // A failed read means that another turn has emptied it.
        [[maybe_unused]] const auto ignored = ::read(m_wakeUp, &count, sizeof count);
        return true;
    }
    const auto descriptor = static_cast<int>(event.data.u64 & 0xffffffffU);
    const auto generation = static_cast<quint32>(event.data.u64 >> 32);
    bool delivered = false;
    // Trouble goes to whoever listens: the read or write that follows finds out what it is.
    if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        delivered = deliver(descriptor, generation, QSocketNotifier::Read) || delivered;
    }
    if (event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
        delivered = deliver(descriptor, generation, QSocketNotifier::Write) || delivered;
    }
    if (event.events & EPOLLPRI) {
        delivered = deliver(descriptor, generation, QSocketNotifier::Exception) || delivered;
    }
    return delivered;
}

int EpollDispatcher::waitMs(bool mayWait) const
{
    if (!mayWait || m_wakeRequested.load()) {
        return 0;
    }
    auto due = Clock::time_point::max();
    for (const Timer& timer : m_timers) {
        if (!timer.isRunning) {
            due = std::min(due, timer.due);
        }
    }
    if (due == Clock::time_point::max()) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
    return static_cast<int>(std::clamp<qint64>(left, 0, 3'600'000));
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted.store(false);
    Q_EMIT awake();
    // Cleared before the posted events are sent: one that comes meanwhile sets it again.
    bool did = m_wakeRequested.exchange(false);
    QCoreApplication::sendPostedEvents();
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_interrupted.load();
    if (mayWait && !m_wakeRequested.load()) {
        Q_EMIT aboutToBlock();
    }
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers)) {
        applyDirty();
        // Asleep first, then the last look: wakeUp() does the same two the other way round, so that
        // one of them sees the other.
        m_isAsleep.store(true);
        const int timeout = waitMs(mayWait);
        if (timeout == 0) {
            m_isAsleep.store(false);
        }
        std::array<epoll_event, eventsPerTurn> events;
        const int count = epoll_wait(m_epoll, events.data(), eventsPerTurn, timeout);
        m_isAsleep.store(false);
        for (int i = 0; i < count; ++i) {
            did = activate(events[static_cast<size_t>(i)]) || did;
        }
    }
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers)) {
        did = runTimers() || did;
    }
    return did;
}

void EpollDispatcher::wakeUp()
{
    // Only the first request since the last turn is written, and only to a thread that sleeps: a
    // busy one looks before it goes to sleep.
    if (!m_wakeRequested.exchange(true) && m_isAsleep.load()) {
        const quint64 one = 1;
        [[maybe_unused]] const auto ignored = ::write(m_wakeUp, &one, sizeof one);
    }
}

void EpollDispatcher::interrupt()
{
    m_interrupted.store(true);
    wakeUp();
}

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType type,
                                    QObject* object)
{
    const std::chrono::milliseconds every(interval);
    m_timers.push_back({timerId, every, type, object, Clock::now() + every, false});
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    return std::erase_if(m_timers, [&](const Timer& timer) { return timer.id == timerId; }) > 0;
}

bool EpollDispatcher::unregisterTimers(QObject* object)
{
    return std::erase_if(m_timers, [&](const Timer& timer) { return timer.object == object; }) > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject* object) const
{
    QList<TimerInfo> list;
    for (const Timer& timer : m_timers) {
        if (timer.object == object) {
            list.append({timer.id, static_cast<int>(timer.interval.count()), timer.type});
        }
    }
    return list;
}

int EpollDispatcher::remainingTime(int timerId)
{
    for (const Timer& timer : m_timers) {
        if (timer.id == timerId) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(timer.due - Clock::now());
            return static_cast<int>(std::max<qint64>(0, left.count()));
        }
    }
    return -1;
}

bool EpollDispatcher::runTimers()
{
    if (m_timers.empty()) {
        return false;
    }
    const auto now = Clock::now();
    std::vector<int> due;
    for (const Timer& timer : m_timers) {
        if (!timer.isRunning && timer.due <= now) {
            due.push_back(timer.id);
        }
    }
    const auto find = [this](int id) {
        return std::find_if(m_timers.begin(), m_timers.end(),
                            [&](const Timer& timer) { return timer.id == id; });
    };
    for (const int id : due) {
        const auto timer = find(id);
        if (timer == m_timers.end() || timer->isRunning) {
            continue; // removed or entered by a handler before it
        }
        timer->due = now + timer->interval;
        timer->isRunning = true;
        QTimerEvent event(id);
        QCoreApplication::sendEvent(timer->object, &event);
        if (const auto after = find(id); after != m_timers.end()) {
            after->isRunning = false;
        }
    }
    return !due.empty();
}

} // namespace holdfast::http
