// The epoll dispatcher against what Qt expects of any dispatcher.
#include "server/http/front/epoll_dispatcher.h"

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

using holdfast::http::EpollDispatcher;

namespace {

// Runs what is put into its box, on the thread that it lives on. ThreadSanitizer sees the mutex of
// the box; that of Qt's queue of events it does not see.
class Worker : public QObject
{
public:
    void put(std::function<void()> task)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_box.push_back(std::move(task));
        }
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
    }

    bool event(QEvent* event) override
    {
        std::vector<std::function<void()>> tasks;
        {
            const std::lock_guard lock(m_mutex);
            tasks.swap(m_box);
        }
        for (const auto& task : tasks) {
            task();
        }
        return QObject::event(event);
    }

private:
    std::mutex m_mutex;
    std::vector<std::function<void()>> m_box;
};

// Runs functions on a thread that has our dispatcher.
class DispatcherThread : public QThread
{
public:
    DispatcherThread()
    {
        setEventDispatcher(new EpollDispatcher);
        start();
        m_worker.moveToThread(this);
    }
    ~DispatcherThread() override
    {
        quit();
        wait();
    }

    template <class Function>
    auto call(Function function)
    {
        std::promise<decltype(function())> done;
        m_worker.put([&] { done.set_value(function()); });
        return done.get_future().get();
    }

private:
    Worker m_worker;
};

struct Pair
{
    std::array<int, 2> ends{-1, -1};
    Pair() { static_cast<void>(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data())); }
    ~Pair()
    {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    void ring() const { static_cast<void>(::write(ends[1], "x", 1) == 1); }
};

} // namespace

class FrontDispatcherTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isInstalled()
    {
        DispatcherThread thread;
        QVERIFY(thread.call([] {
            return dynamic_cast<EpollDispatcher*>(QAbstractEventDispatcher::instance()) != nullptr;
        }));
    }

    void timersFireAgainAndOnce()
    {
        std::atomic<int> ticks = 0;
        std::atomic<int> singles = 0;
        std::unique_ptr<QTimer> timer;
        DispatcherThread thread;
        thread.call([&] {
            timer = std::make_unique<QTimer>();
            QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [&] { ++ticks; });
            timer->start(10);
            QTimer::singleShot(20, timer.get(), [&] { ++singles; });
            return 0;
        });
        QTRY_VERIFY(ticks >= 5);
        QCOMPARE(singles.load(), 1);
        const int left = thread.call([&] { return timer->remainingTime(); });
        QVERIFY(left >= 0 && left <= 10);
        thread.call([&] {
            timer.reset();
            return 0;
        });
        const int stopped = ticks;
        thread.call([] { return 0; });
        QCOMPARE(ticks.load(), stopped);
    }

    void timerIsNotReentered()
    {
        std::atomic<int> depth = 0;
        std::atomic<int> deepest = 0;
        std::atomic<int> runs = 0;
        std::unique_ptr<QTimer> timer;
        DispatcherThread thread;
        thread.call([&] {
            timer = std::make_unique<QTimer>();
            QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [&] {
                deepest = std::max(deepest.load(), ++depth);
                QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
                --depth;
                ++runs;
            });
            timer->start(1);
            return 0;
        });
        QTRY_VERIFY(runs >= 3);
        QCOMPARE(deepest.load(), 1);
        thread.call([&] {
            timer.reset();
            return 0;
        });
    }

    void wakesForEventsOfOtherThreads()
    {
        DispatcherThread thread;
        for (int i = 0; i < 2000; ++i) {
            QCOMPARE(thread.call([i] { return i; }), i);
        }
    }

    void notifiersFollowEnableAndDisable()
    {
        const Pair pair;
        std::atomic<int> reads = 0;
        std::atomic<int> writes = 0;
        std::unique_ptr<QSocketNotifier> reader;
        std::unique_ptr<QSocketNotifier> writer;
        DispatcherThread thread;
        thread.call([&] {
            reader = std::make_unique<QSocketNotifier>(pair.ends[0], QSocketNotifier::Read);
            writer = std::make_unique<QSocketNotifier>(pair.ends[0], QSocketNotifier::Write);
            QObject::connect(reader.get(), &QSocketNotifier::activated, reader.get(), [&] {
                char byte = 0;
                reads += ::read(pair.ends[0], &byte, 1) == 1 ? 1 : 0;
            });
            QObject::connect(writer.get(), &QSocketNotifier::activated, writer.get(), [&] {
                ++writes;
                writer->setEnabled(false);
            });
            return 0;
        });
        pair.ring();
        QTRY_COMPARE(reads.load(), 1);
        QTRY_COMPARE(writes.load(), 1);
        thread.call([&] {
            reader->setEnabled(false);
            return 0;
        });
        pair.ring();
        thread.call([] { return 0; });
        QCOMPARE(reads.load(), 1);
        thread.call([&] {
            reader->setEnabled(true);
            writer->setEnabled(true);
            return 0;
        });
        QTRY_COMPARE(reads.load(), 2);
        QTRY_COMPARE(writes.load(), 2);
        thread.call([&] {
            reader.reset();
            writer.reset();
            return 0;
        });
    }

    // A closed descriptor's number comes back at once; the new owner must get its own events.
    void descriptorNumbersAreUsedAgain()
    {
        DispatcherThread thread;
        const int good = thread.call([] {
            int received = 0;
            for (int i = 0; i < 200; ++i) {
                const Pair pair;
                QSocketNotifier notifier(pair.ends[0], QSocketNotifier::Read);
                bool wasActivated = false;
                QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [&] {
                    wasActivated = true;
                    notifier.setEnabled(false);
                });
                pair.ring();
                for (int turn = 0; turn < 5 && !wasActivated; ++turn) {
                    QCoreApplication::processEvents();
                }
                received += wasActivated ? 1 : 0;
            }
            return received;
        });
        QCOMPARE(good, 200);
    }

    // One handler removes the notifier of another whose event is already fetched.
    void notifierRemovedByAnotherHandler()
    {
        DispatcherThread thread;
        const int activations = thread.call([] {
            const Pair first;
            const Pair second;
            auto a = std::make_unique<QSocketNotifier>(first.ends[0], QSocketNotifier::Read);
            auto b = std::make_unique<QSocketNotifier>(second.ends[0], QSocketNotifier::Read);
            int count = 0;
            const auto removeBoth = [&] {
                ++count;
                a->setEnabled(false);
                b->setEnabled(false);
            };
            QObject::connect(a.get(), &QSocketNotifier::activated, a.get(), removeBoth);
            QObject::connect(b.get(), &QSocketNotifier::activated, b.get(), removeBoth);
            first.ring();
            second.ring();
            for (int turn = 0; turn < 5; ++turn) {
                QCoreApplication::processEvents();
            }
            return count;
        });
        QCOMPARE(activations, 1);
    }

    void quitEndsAnIdleLoop()
    {
        for (int i = 0; i < 50; ++i) {
            DispatcherThread thread;
            thread.quit();
            QVERIFY(thread.wait(5000));
        }
    }
};

QTEST_GUILESS_MAIN(FrontDispatcherTest)
#include "front_dispatcher_test.moc"
