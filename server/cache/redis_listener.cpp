#include "server/cache/redis_listener.h"

#include "server/cache/redis_connection.h"
#include "server/cache/redis_scripts.h"

#include <array>
#include <charconv>
#include <chrono>
#include <random>
#include <stop_token>
#include <thread>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdfast {

namespace {

std::optional<std::int64_t> positionIn(std::string_view text)
{
    std::int64_t position = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, position);
    return error == std::errc{} && stop == end ? std::optional(position) : std::nullopt;
}

} // namespace

class RedisListener::Loop
{
public:
    Loop(const RedisOptions& options, Heard heard)
        : m_options(options), m_keys(options.shop), m_self(redis::hexOf(options.server)),
          m_heard(std::move(heard)), m_chance(std::random_device{}()),
          m_thread([this](const std::stop_token& stop) { run(stop); })
    {}

    ~Loop()
    {
        m_thread.request_stop();
        m_wakeUp.call();
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] bool listening() const { return m_listening; }
    [[nodiscard]] const Counters& counters() const { return m_counters; }

private:
    /// An eventfd, which wakes a poll().
    class WakeUp
    {
    public:
        WakeUp() : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
        ~WakeUp() { ::close(m_descriptor); }
        WakeUp(const WakeUp&) = delete;
        WakeUp& operator=(const WakeUp&) = delete;

        [[nodiscard]] int descriptor() const { return m_descriptor; }
        void call() const
        {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = ::write(m_descriptor, &one, sizeof one);
        }

    private:
        int m_descriptor;
    };

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            if (auto opened = RedisConnection::open(m_options.url, m_options.writeTimeout)) {
                m_counters.reconnects += m_subscribedBefore;
                listen(**opened, stop);
                m_listening = false;
            }
            if (!stop.stop_requested()) {
                ++m_counters.errors;
                const std::int64_t period = m_options.retryPeriod.ms;
                awaitWakeUp(
                    std::uniform_int_distribution(period * 3 / 4, period * 5 / 4)(m_chance));
            }
        }
    }

    /// Until the connection breaks. What is silent for a period is asked whether it is there.
    void listen(RedisConnection& connection, const std::stop_token& stop)
    {
        connection.append({"SUBSCRIBE", m_keys.channel});
        bool asked = false;
        while (!stop.stop_requested() && connection.flush()) {
            std::array<pollfd, 2> sources{
                {{connection.descriptor(), POLLIN, 0}, {m_wakeUp.descriptor(), POLLIN, 0}}};
            ::poll(sources.data(), sources.size(), static_cast<int>(m_options.retryPeriod.ms));
            if (sources[0].revents == 0) {
                if (asked) {
                    return;
                }
                connection.append({"PING"});
                asked = true;
                continue;
            }
            asked = false;
            if (!connection.readArrived()) {
                return;
            }
            while (const RedisReply reply = connection.takeArrived()) {
                take(RedisValue(reply.get()));
            }
        }
    }

    void take(RedisValue message)
    {
        const auto kind = message.at(0).text();
        if (kind == "subscribe") {
            m_listening = true;
            m_subscribedBefore = true;
            m_heard(std::nullopt);
        }
        const auto text = message.at(2).text();
        const std::size_t space = text ? text->find(' ') : std::string_view::npos;
        if (kind != "message" || space == std::string_view::npos) {
            return;
        }
        if (text->substr(0, space) == m_self) {
            ++m_counters.own;
        } else if (const auto position = positionIn(text->substr(space + 1))) {
            ++m_counters.heard;
            m_heard(position);
        }
    }

    void awaitWakeUp(std::int64_t timeMs) const
    {
        pollfd source{m_wakeUp.descriptor(), POLLIN, 0};
        ::poll(&source, 1, static_cast<int>(timeMs));
    }

    const RedisOptions m_options;
    const redis::Keys m_keys;
    const std::string m_self;
    const Heard m_heard;
    const WakeUp m_wakeUp;
    Counters m_counters;
    std::atomic<bool> m_listening{false};
    bool m_subscribedBefore = false;
    std::mt19937_64 m_chance;
    std::jthread m_thread; ///< last: it ends before anything that it uses
};

RedisListener::RedisListener(const RedisOptions& options, Heard heard)
    : m_loop(std::make_unique<Loop>(options, std::move(heard)))
{}

RedisListener::~RedisListener() = default;

bool RedisListener::listening() const
{
    return m_loop->listening();
}

const RedisListener::Counters& RedisListener::counters() const
{
    return m_loop->counters();
}

} // namespace holdfast
