#pragma once

#include "server/http/front/server.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace holdfast::test {

/// The shop's side of the webhooks: keeps whatever comes and answers as the test says.
class WebhookReceiver
{
public:
    struct Received
    {
        http::Request request;
        std::chrono::system_clock::time_point at;
    };

    /// The HTTP status for the n-th webhook, counted from 1.
    using Script = std::function<int(int count)>;

    explicit WebhookReceiver(Script script = [](int) { return 200; });

    /// Port 0 takes a free one. False when the port is taken.
    bool start(quint16 port = 0);
    void stop() { m_server.reset(); }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString url() const;

    /// Waits until that many have come, at most 20 s.
    bool waitFor(std::size_t count);
    [[nodiscard]] std::vector<Received> received();

private:
    void take(http::Request&& request, const http::Reply& reply);

    Script m_script;
    std::mutex m_mutex;
    std::condition_variable m_more;
    std::vector<Received> m_received;
    std::unique_ptr<http::HttpServer> m_server;
    quint16 m_port = 0;
};

} // namespace holdfast::test
