#include "tests/payments/webhook_receiver.h"

namespace holdfast::test {

WebhookReceiver::WebhookReceiver(Script script) : m_script(std::move(script)) {}

bool WebhookReceiver::start(quint16 port)
{
    auto router = std::make_shared<http::Router>();
    router->add(http::Method::Post, "/hook",
                [this](http::Request&& request, const http::Reply& reply) {
                    take(std::move(request), reply);
                });
    http::ServerOptions options;
    options.port = port;
    m_server = std::make_unique<http::HttpServer>(options, router);
    const auto started = m_server->start();
    m_port = started.value_or(0);
    return started.has_value();
}

QString WebhookReceiver::url() const
{
    return QStringLiteral("http://127.0.0.1:%1/hook").arg(m_port);
}

bool WebhookReceiver::waitFor(std::size_t count)
{
    std::unique_lock lock(m_mutex);
    return m_more.wait_for(lock, std::chrono::seconds(20),
                           [this, count] { return m_received.size() >= count; });
}

std::vector<WebhookReceiver::Received> WebhookReceiver::received()
{
    const std::lock_guard lock(m_mutex);
    return m_received;
}

void WebhookReceiver::take(http::Request&& request, const http::Reply& reply)
{
    int count = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_received.push_back({std::move(request), std::chrono::system_clock::now()});
        count = static_cast<int>(m_received.size());
    }
    reply.send(http::Response::json(m_script(count), "{}"));
    m_more.notify_all();
}

} // namespace holdfast::test
