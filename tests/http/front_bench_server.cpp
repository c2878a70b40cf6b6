// What the front costs alone: GET / answers 198 bytes of JSON that were made beforehand.
//
//   holdfast_bench_front [PORT [THREADS [MODE]]]
//
// MODE "block" (default) answers a ready block, "value" a response made for each request, "later"
// answers from another thread through the mailbox.
#include "server/http/front/server.h"

#include <QCoreApplication>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace holdfast::http;

QByteArray fixedBody()
{
    QByteArray body = R"({"data":{"id":1,"name":")";
    body.append(QByteArray(198 - body.size() - 3, 'x')).append(R"("}})");
    return body;
}

// Stands in for the writer thread: takes whatever has gathered and answers it in one go.
class LaterThread
{
public:
    LaterThread() : m_thread([this] { run(); }) {}
    ~LaterThread()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isEnding = true;
        }
        m_some.notify_one();
        m_thread.join();
    }
    LaterThread(const LaterThread&) = delete;
    LaterThread& operator=(const LaterThread&) = delete;

    void add(Reply reply)
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(reply));
        if (m_waiting.size() == 1) {
            m_some.notify_one();
        }
    }

private:
    void run()
    {
        const QByteArray body = fixedBody();
        std::unique_lock lock(m_mutex);
        while (!m_isEnding) {
            m_some.wait(lock, [this] { return m_isEnding || !m_waiting.empty(); });
            const std::vector<Reply> batch = std::exchange(m_waiting, {});
            lock.unlock();
            for (const Reply& reply : batch) {
                reply.send(Response::json(200, body));
            }
            lock.lock();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_some;
    std::vector<Reply> m_waiting;
    bool m_isEnding = false;
    std::thread m_thread;
};

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    raiseDescriptorLimit();
    ServerOptions options;
    options.port = arguments.value(1, QStringLiteral("0")).toUShort();
    options.threads = arguments.value(2, QStringLiteral("1")).toInt();
    const QString mode = arguments.value(3, QStringLiteral("block"));

    LaterThread later;
    auto router = std::make_shared<Router>();
    const QByteArray body = fixedBody();
    const ReadyBlock block = ReadyBlock::make("application/json", body);
    if (mode == QStringLiteral("later")) {
        router->add(Method::Get, "/", [&](Request&&, Reply reply) { later.add(std::move(reply)); });
    } else if (mode == QStringLiteral("value")) {
        router->add(Method::Get, "/",
                    [&](Request&&, const Reply& reply) { reply.send(Response::json(200, body)); });
    } else {
        router->add(Method::Get, "/", [&](Request&&, const Reply& reply) {
            reply.send(Response::fromBlock(200, block));
        });
    }
    HttpServer server(options, router);
    const auto port = server.start();
    if (!port) {
        std::fprintf(stderr, "%s\n", qPrintable(port.error()));
        return 1;
    }
    std::printf("listening on http://127.0.0.1:%u\n", unsigned{*port});
    std::fflush(stdout);
    return QCoreApplication::exec();
}
