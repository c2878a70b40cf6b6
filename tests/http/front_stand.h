// A server on a free port with routes that answer at once, later, never, or badly.
#pragma once

#include "server/http/front/server.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::test {

// Answers kept tokens from its own thread: after a time, or when told.
class LateAnswers
{
public:
    LateAnswers();
    ~LateAnswers();
    LateAnswers(const LateAnswers&) = delete;
    LateAnswers& operator=(const LateAnswers&) = delete;

    void after(std::chrono::milliseconds delay, http::Reply reply, http::Response response);
    void keep(http::Reply reply); // until releaseAll()
    void releaseAll();            // answers from the calling thread, with {"kept":true}
    [[nodiscard]] size_t kept() const;
    [[nodiscard]] bool isAnyKeptAbandoned() const;

private:
    using Clock = std::chrono::steady_clock;
    void run();

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::multimap<Clock::time_point, std::pair<http::Reply, http::Response>> m_due;
    std::vector<http::Reply> m_kept;
    bool m_isEnding = false;
    std::thread m_thread;
};

// Routes:
//   GET  /fixed          {"fixed":true}                 GET  /big/{size}     that many bytes
//   GET  /ready          a ready block with an ETag     POST /echo           the body
//   GET  /late/{ms}      after that time                GET  /kept           when released
//   GET  /throws         the handler throws             GET  /forgotten      never answered
//   GET  /stuck          blocks its I/O thread until unblock()
//   GET  /items/{id}, PUT /items/{id}, GET /items/special, GET /items/{id}/parts/{part}
//   GET  /peer           the caller's address           GET  /header/{name}  a header, echoed
class FrontStand
{
public:
    explicit FrontStand(http::ServerOptions options = {});
    ~FrontStand();
    FrontStand(const FrontStand&) = delete;
    FrontStand& operator=(const FrontStand&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] http::HttpServer& server() { return *m_server; }
    [[nodiscard]] quint64 refused(http::Refusal refusal) const;
    LateAnswers late;
    void unblock();
    [[nodiscard]] int stuck() const { return m_stuck.load(); }

private:
    [[nodiscard]] std::shared_ptr<http::Router> makeRouter();
    void addLateRoutes(http::Router& router);

    std::mutex m_blockMutex;
    std::condition_variable m_unblocked;
    bool m_isOpen = false;
    std::atomic<int> m_stuck = 0;
    std::unique_ptr<http::HttpServer> m_server;
    quint16 m_port = 0;
};

} // namespace holdfast::test
