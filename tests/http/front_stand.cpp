#include "tests/http/front_stand.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <stdexcept>

namespace holdfast::test {

using http::Method;
using http::Reply;
using http::Request;
using http::Response;

LateAnswers::LateAnswers() : m_thread([this] { run(); }) {}

LateAnswers::~LateAnswers()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void LateAnswers::after(std::chrono::milliseconds delay, Reply reply, Response response)
{
    const std::lock_guard lock(m_mutex);
    m_due.emplace(Clock::now() + delay, std::pair(std::move(reply), std::move(response)));
    m_changed.notify_one();
}

void LateAnswers::keep(Reply reply)
{
    const std::lock_guard lock(m_mutex);
    m_kept.push_back(std::move(reply));
}

void LateAnswers::releaseAll()
{
    std::vector<Reply> kept;
    {
        const std::lock_guard lock(m_mutex);
        kept.swap(m_kept);
    }
    for (const Reply& reply : kept) {
        reply.send(Response::json(200, R"({"kept":true})"));
    }
}

size_t LateAnswers::kept() const
{
    const std::lock_guard lock(m_mutex);
    return m_kept.size();
}

bool LateAnswers::isAnyKeptAbandoned() const
{
    const std::lock_guard lock(m_mutex);
    return std::any_of(m_kept.begin(), m_kept.end(),
                       [](const Reply& reply) { return reply.isAbandoned(); });
}

void LateAnswers::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_isEnding) {
        if (m_due.empty()) {
            m_changed.wait(lock);
            continue;
        }
        const auto first = m_due.begin();
        if (first->first > Clock::now()) {
            const auto until = first->first;
            m_changed.wait_until(lock, until);
            continue;
        }
        auto [reply, response] = std::move(first->second);
        m_due.erase(first);
        lock.unlock();
        reply.send(std::move(response));
        reply = Reply();
        lock.lock();
    }
}

FrontStand::FrontStand(http::ServerOptions options)
    : m_server(std::make_unique<http::HttpServer>(std::move(options), makeRouter()))
{
    const auto port = m_server->start();
    HOLDFAST_ASSERT(port.has_value());
    m_port = *port;
}

FrontStand::~FrontStand()
{
    unblock();
    m_server.reset(); // before `late`, whose answers then go nowhere
}

quint64 FrontStand::refused(http::Refusal refusal) const
{
    return m_server->counters().refused[static_cast<size_t>(refusal)];
}

void FrontStand::unblock()
{
    const std::lock_guard lock(m_blockMutex);
    m_isOpen = true;
    m_unblocked.notify_all();
}

std::shared_ptr<http::Router> FrontStand::makeRouter()
{
    auto router = std::make_shared<http::Router>();
    router->add(Method::Get, "/fixed", [](Request&&, const Reply& reply) {
        reply.send(Response::json(200, R"({"fixed":true})"));
    });
    const auto block =
        http::ReadyBlock::make("application/json", R"({"ready":true})", {{"ETag", "\"v1\""}});
    router->add(Method::Get, "/ready", [block](Request&&, const Reply& reply) {
        reply.send(Response::fromBlock(200, block));
    });
    router->add(Method::Get, "/big/{size}", [](Request&& request, const Reply& reply) {
        reply.send(Response::text(200, QByteArray(request.param(0).toInt(), 'b')));
    });
    router->add(Method::Post, "/echo", [](Request&& request, const Reply& reply) {
        reply.send(Response::text(200, request.body));
    });
    const auto showParams = [](Request&& request, const Reply& reply) {
        QByteArray text(http::methodText(request.method).toByteArray());
        for (const QByteArray& param : request.params) {
            text += ' ' + param;
        }
        reply.send(Response::text(200, text));
    };
    router->add(Method::Get, "/items/{id}", showParams);
    router->add(Method::Put, "/items/{id}", showParams);
    router->add(Method::Get, "/items/{id}/parts/{part}", showParams);
    router->add(Method::Get, "/items/special",
                [](Request&&, const Reply& reply) { reply.send(Response::text(200, "special")); });
    router->add(Method::Get, "/peer", [](Request&& request, const Reply& reply) {
        reply.send(Response::text(200, request.peer.toString().toLatin1()));
    });
    router->add(Method::Get, "/header/{name}", [](Request&& request, const Reply& reply) {
        reply.send(Response::text(200, request.header(request.param(0)))
                       .with("X-Echo", request.header(request.param(0))));
    });
    addLateRoutes(*router);
    return router;
}

void FrontStand::addLateRoutes(http::Router& router)
{
    router.add(Method::Get, "/late/{ms}", [this](Request&& request, Reply reply) {
        late.after(std::chrono::milliseconds(request.param(0).toInt()), std::move(reply),
                   Response::json(200, R"({"late":)" + request.param(0) + "}"));
    });
    router.add(Method::Get, "/kept",
               [this](Request&&, Reply reply) { late.keep(std::move(reply)); });
    router.add(Method::Get, "/throws",
               [](Request&&, const Reply&) { throw std::runtime_error("by test"); });
    router.add(Method::Get, "/forgotten", [](Request&&, const Reply&) {});
    router.add(Method::Get, "/stuck", [this](Request&&, const Reply& reply) {
        ++m_stuck;
        std::unique_lock lock(m_blockMutex);
        m_unblocked.wait(lock, [this] { return m_isOpen; });
        reply.send(Response::json(200, "{}"));
    });
}

} // namespace holdfast::test
