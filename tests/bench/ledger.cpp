/// What the ledger gives: the real writer and store, asked by as many clients as wanted, each with
/// a key of its own, on SQLite or on the server that HOLDFAST_TEST_ENGINE names. One line:
///   ledger engine=E clients=N products=P lines=L live_holds=H seconds=S holds_per_s=R p50_ms=A
///   p99_ms=B commands_per_batch=C [expired=X lag_p50_ms=Y lag_p99_ms=Z lag_max_ms=W]
/// With --start how long the real server takes to be ready on such a shop, three times:
///   start engine=E products=P live_holds=H ready_ms=T

#include "tests/bench/ledger_shop.h"
#include "tests/support/server_process.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <random>

using namespace Qt::StringLiterals;
using namespace holdfast;
using namespace holdfast::bench;

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Plan
{
    Filling filling = {};
    int clients = 1;
    int lines = 1;
    std::int64_t asked = 1; ///< so many of the products, spread over all, are asked for
    bool soldOut = false;   ///< there is nothing
    bool start = false;     ///< measures how long a server takes to be ready instead
    double seconds = 5;
};

struct Tally
{
    std::vector<double> timesMs = {};
    int unexpected = 0;
};

constexpr std::chrono::milliseconds warmUp{500};

/// Clients that each send a hold, wait for its answer and send the next. One thread sends for all
/// of them, as an HTTP thread does: what is measured is the ledger, not the waking of threads.
class Crowd
{
public:
    Crowd(CommandQueue& queue, const Plan& plan) : m_queue(queue), m_plan(plan)
    {
        for (int number = 0; number < plan.clients; ++number) {
            m_clients.push_back(std::make_unique<Client>(static_cast<std::uint64_t>(number) + 1));
        }
    }

    Tally work()
    {
        const auto begin = SteadyClock::now() + warmUp;
        const auto end = begin + std::chrono::duration_cast<SteadyClock::duration>(
                                     std::chrono::duration<double>(m_plan.seconds));
        Tally tally;
        std::size_t waiting = m_clients.size();
        for (std::size_t number = 0; number < m_clients.size(); ++number) {
            send(number);
        }
        while (waiting > 0) {
            for (const Answered& answered : takeAnswered()) {
                const auto sent = m_clients[answered.number]->sent;
                tally.unexpected += answered.status == (m_plan.soldOut ? 409 : 201) ? 0 : 1;
                if (sent >= begin) {
                    tally.timesMs.push_back(
                        std::chrono::duration<double, std::milli>(answered.at - sent).count());
                }
                if (answered.at < end) {
                    send(answered.number);
                } else {
                    --waiting;
                }
            }
        }
        return tally;
    }

private:
    struct Client
    {
        explicit Client(std::uint64_t seed) : random(seed) {}

        std::mt19937_64 random;
        UuidV7Maker maker{[this] { return random(); }};
        SteadyClock::time_point sent = {};
    };

    struct Answered
    {
        std::size_t number = 0;
        int status = 0;
        SteadyClock::time_point at = {};
    };

    void send(std::size_t number)
    {
        Client& client = *m_clients[number];
        const CallerId caller{static_cast<std::int64_t>(number)};
        PlaceHold command{.id = {client.maker.make(SystemClock().now().ms)},
                          .lines = lines(client.random)};
        const std::string key = toString(command.id);
        Envelope envelope{.command = std::move(command),
                          .caller = {.id = caller, .role = Role::Manager, .name = "bench"},
                          .claims = {{{AnswerKey::Kind::Header, caller, key}, {}}}};
        client.sent = SteadyClock::now();
        const auto sink = [this, number](CommandAnswer&& answer) { note(number, answer.status); };
        if (m_queue.submit({std::move(envelope), sink}) != Admission::Accepted) {
            note(number, 503);
        }
    }

    void note(std::size_t number, int status)
    {
        const std::lock_guard lock(m_mutex);
        m_answered.push_back({number, status, SteadyClock::now()});
        if (m_answered.size() == 1) {
            m_wake.notify_one();
        }
    }

    std::vector<Answered> takeAnswered()
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return !m_answered.empty(); });
        return std::exchange(m_answered, {});
    }

    std::vector<HoldLine> lines(std::mt19937_64& random) const
    {
        std::uniform_int_distribution<std::int64_t> any(0, m_plan.asked - 1);
        const std::int64_t distance = m_plan.filling.products / m_plan.asked;
        const auto count =
            static_cast<std::size_t>(std::min<std::int64_t>(m_plan.lines, m_plan.asked));
        std::vector<HoldLine> chosen;
        while (chosen.size() < count) {
            const ProductId product{1 + any(random) * distance};
            const auto same = [product](const HoldLine& line) { return line.product == product; };
            if (std::none_of(chosen.begin(), chosen.end(), same)) {
                chosen.push_back({product, 1});
            }
        }
        return chosen;
    }

    CommandQueue& m_queue;
    const Plan& m_plan;
    std::vector<std::unique_ptr<Client>> m_clients;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Answered> m_answered;
};

template <class T>
T percentile(const std::vector<T>& sorted, double share)
{
    return sorted.empty()
               ? T{}
               : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

QByteArray engineName()
{
    const QByteArray engine = qgetenv("HOLDFAST_TEST_ENGINE");
    return engine.isEmpty() ? "sqlite" : engine;
}

bool report(const Plan& plan, Tally tally, const BatchCounters& counters, const LagWatch& watch)
{
    std::vector<double>& times = tally.timesMs;
    std::sort(times.begin(), times.end());
    std::printf("ledger engine=%s clients=%d products=%lld lines=%d live_holds=%lld seconds=%g "
                "holds_per_s=%.0f p50_ms=%.2f p99_ms=%.2f commands_per_batch=%.1f",
                engineName().constData(), plan.clients,
                static_cast<long long>(plan.filling.products), plan.lines,
                static_cast<long long>(plan.filling.holds), plan.seconds,
                static_cast<double>(times.size()) / plan.seconds, percentile(times, 0.5),
                percentile(times, 0.99),
                static_cast<double>(counters.commands) /
                    std::max(1.0, static_cast<double>(counters.batches)));
    if (const auto lags = watch.lagsMs(); !lags.empty()) {
        std::printf(" expired=%zu lag_p50_ms=%lld lag_p99_ms=%lld lag_max_ms=%lld", lags.size(),
                    static_cast<long long>(percentile(lags, 0.5)),
                    static_cast<long long>(percentile(lags, 0.99)),
                    static_cast<long long>(lags.back()));
    }
    std::printf("\n");
    if (tally.unexpected > 0) {
        std::fprintf(stderr, "ledger: %d answers were not what was expected\n", tally.unexpected);
    }
    return tally.unexpected == 0;
}

Plan planOf(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.addOption({u"clients"_s, u"who ask at once"_s, u"count"_s, u"64"_s});
    parser.addOption({u"products"_s, u"products in the shop"_s, u"count"_s, u"1"_s});
    parser.addOption({u"asked"_s, u"of which so many are asked for (all)"_s, u"count"_s, u"0"_s});
    parser.addOption({u"lines"_s, u"products a request"_s, u"count"_s, u"1"_s});
    parser.addOption({u"holds"_s, u"live holds at the start"_s, u"count"_s, u"0"_s});
    parser.addOption({u"due"_s, u"seconds until the first of them ends"_s, u"time"_s, u"86400"_s});
    parser.addOption({u"spread"_s, u"and until the last one after it"_s, u"time"_s, u"0"_s});
    parser.addOption({u"sold-out"_s, u"there is nothing to hold"_s});
    parser.addOption({u"start"_s, u"measure how long a server on it takes to be ready"_s});
    parser.addOption({u"seconds"_s, u"how long it measures"_s, u"time"_s, u"5"_s});
    parser.addHelpOption();
    parser.process(application);
    const auto inMs = [&parser](const QString& name) {
        return static_cast<std::int64_t>(parser.value(name).toDouble() * 1000);
    };
    const bool soldOut = parser.isSet(u"sold-out"_s);
    const std::int64_t products = std::max(parser.value(u"products"_s).toLongLong(), 1LL);
    const std::int64_t asked = parser.value(u"asked"_s).toLongLong();
    return {.filling = {.products = products,
                        .stock = soldOut ? 0 : 1'000'000'000,
                        .holds = std::max(parser.value(u"holds"_s).toLongLong(), 0LL),
                        .due = {SystemClock().now().ms + inMs(u"due"_s)},
                        .spread = {inMs(u"spread"_s)}},
            .clients = std::clamp(parser.value(u"clients"_s).toInt(), 1, 1'000),
            .lines = std::max(parser.value(u"lines"_s).toInt(), 1),
            .asked = asked > 0 ? std::min(asked, products) : products,
            .soldOut = soldOut,
            .start = parser.isSet(u"start"_s),
            .seconds = std::max(parser.value(u"seconds"_s).toDouble(), 0.1)};
}

/// The real server on the filled database, from its start to the ready line, three times.
bool measureStart(const Plan& plan, const LedgerShop& shop)
{
    for (int round = 0; round < 3; ++round) {
        test::RunningProgram server(u"holdfast-server"_s);
        const bool ready = server.launch({u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s,
                                          u"--database"_s, shop.address(), u"--admin-token"_s,
                                          u"bench-token-that-is-long-enough"_s});
        if (!ready || server.stop() != 0) {
            std::fprintf(stderr, "ledger: %s\n", server.standardError().constData());
            return false;
        }
        std::printf("start engine=%s products=%lld live_holds=%lld ready_ms=%lld\n",
                    engineName().constData(), static_cast<long long>(plan.filling.products),
                    static_cast<long long>(plan.filling.holds),
                    static_cast<long long>(server.startMs()));
    }
    return true;
}

} // namespace

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    const Plan plan = planOf(application);
    LedgerShop shop;
    if (!shop.open(plan.filling)) {
        return 1;
    }
    if (plan.start) {
        return measureStart(plan, shop) ? 0 : 1;
    }
    const Ledger ledger{LedgerRules{.holdLife = Duration::seconds(86'400)}};
    const SystemClock clock;
    CommandQueue queue;
    LagWatch watch;
    const Writer writer(ledger, clock, queue, watch, [&shop] { return shop.openStore(); }, {});
    Tally tally = Crowd(queue, plan).work();
    return report(plan, std::move(tally), writer.counters(), watch) ? 0 : 1;
}
