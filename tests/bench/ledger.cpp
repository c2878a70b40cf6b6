/// What the ledger gives: the real writer and store, asked by as many clients as wanted, each with
/// a key of its own, on SQLite or on the server that HOLDFAST_TEST_ENGINE names. One line:
///   ledger engine=E clients=N products=P lines=L live_holds=H seconds=S holds_per_s=R p50_ms=A
///   p99_ms=B commands_per_batch=C [expired=X lag_p50_ms=Y lag_p99_ms=Z lag_max_ms=W]

#include "tests/bench/ledger_shop.h"
#include "tests/support/parallel.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <semaphore>

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
    bool soldOut = false; ///< there is nothing
    double seconds = 5;
};

struct Tally
{
    std::vector<double> timesMs = {};
    int unexpected = 0;
};

constexpr std::chrono::milliseconds warmUp{500};

/// One client: sends a hold, waits for its answer, sends the next.
class Client
{
public:
    Client(CommandQueue& queue, const Plan& plan, int number)
        : m_queue(queue), m_plan(plan), m_number(number),
          m_random(static_cast<std::uint64_t>(number) + 1)
    {}

    Tally work()
    {
        const auto begin = SteadyClock::now() + warmUp;
        const auto end = begin + std::chrono::duration_cast<SteadyClock::duration>(
                                     std::chrono::duration<double>(m_plan.seconds));
        Tally tally;
        for (auto before = SteadyClock::now(); before < end;) {
            const int status = hold();
            const auto after = SteadyClock::now();
            tally.unexpected += status == (m_plan.soldOut ? 409 : 201) ? 0 : 1;
            if (before >= begin) {
                tally.timesMs.push_back(
                    std::chrono::duration<double, std::milli>(after - before).count());
            }
            before = after;
        }
        return tally;
    }

private:
    int hold()
    {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch());
        PlaceHold command{.id = {m_maker.make(now.count())}, .lines = lines()};
        const std::string key = toString(command.id);
        Envelope envelope{.command = std::move(command),
                          .caller = {.id = {m_number}, .role = Role::Manager, .name = "bench"},
                          .claims = {{{AnswerKey::Kind::Header, {m_number}, key}, {}}}};
        int status = 0;
        std::binary_semaphore answered(0);
        const Admission admission =
            m_queue.submit({std::move(envelope), [&](CommandAnswer&& answer) {
                                status = answer.status;
                                answered.release();
                            }});
        if (admission != Admission::Accepted) {
            return 503;
        }
        answered.acquire();
        return status;
    }

    std::vector<HoldLine> lines()
    {
        std::uniform_int_distribution<std::int64_t> any(1, m_plan.filling.products);
        const auto count =
            static_cast<std::size_t>(std::min<std::int64_t>(m_plan.lines, m_plan.filling.products));
        std::vector<HoldLine> chosen;
        while (chosen.size() < count) {
            const ProductId product{any(m_random)};
            const auto same = [product](const HoldLine& line) { return line.product == product; };
            if (std::none_of(chosen.begin(), chosen.end(), same)) {
                chosen.push_back({product, 1});
            }
        }
        return chosen;
    }

    CommandQueue& m_queue;
    const Plan& m_plan;
    int m_number;
    std::mt19937_64 m_random;
    UuidV7Maker m_maker{[this] { return m_random(); }};
};

template <class T>
T percentile(const std::vector<T>& sorted, double share)
{
    return sorted.empty()
               ? T{}
               : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

bool report(const Plan& plan, const std::vector<Tally>& tallies, const BatchCounters& counters,
            const LagWatch& watch)
{
    std::vector<double> times;
    int unexpected = 0;
    for (const Tally& tally : tallies) {
        times.insert(times.end(), tally.timesMs.begin(), tally.timesMs.end());
        unexpected += tally.unexpected;
    }
    std::sort(times.begin(), times.end());
    const QByteArray engine = qgetenv("HOLDFAST_TEST_ENGINE");
    std::printf("ledger engine=%s clients=%d products=%lld lines=%d live_holds=%lld seconds=%g "
                "holds_per_s=%.0f p50_ms=%.2f p99_ms=%.2f commands_per_batch=%.1f",
                engine.isEmpty() ? "sqlite" : engine.constData(), plan.clients,
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
    if (unexpected > 0) {
        std::fprintf(stderr, "ledger: %d answers were not what was expected\n", unexpected);
    }
    return unexpected == 0;
}

Plan planOf(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.addOption({u"clients"_s, u"who ask at once"_s, u"count"_s, u"64"_s});
    parser.addOption({u"products"_s, u"products in the shop"_s, u"count"_s, u"1"_s});
    parser.addOption({u"lines"_s, u"products a request"_s, u"count"_s, u"1"_s});
    parser.addOption({u"holds"_s, u"live holds at the start"_s, u"count"_s, u"0"_s});
    parser.addOption({u"due"_s, u"seconds until the first of them ends"_s, u"time"_s, u"86400"_s});
    parser.addOption({u"spread"_s, u"and until the last one after it"_s, u"time"_s, u"0"_s});
    parser.addOption({u"sold-out"_s, u"there is nothing to hold"_s});
    parser.addOption({u"seconds"_s, u"how long it measures"_s, u"time"_s, u"5"_s});
    parser.addHelpOption();
    parser.process(application);
    const auto inMs = [&parser](const QString& name) {
        return static_cast<std::int64_t>(parser.value(name).toDouble() * 1000);
    };
    const bool soldOut = parser.isSet(u"sold-out"_s);
    return {.filling = {.products = std::max(parser.value(u"products"_s).toLongLong(), 1LL),
                        .stock = soldOut ? 0 : 1'000'000'000,
                        .holds = std::max(parser.value(u"holds"_s).toLongLong(), 0LL),
                        .due = {SystemClock().now().ms + inMs(u"due"_s)},
                        .spread = {inMs(u"spread"_s)}},
            .clients = std::clamp(parser.value(u"clients"_s).toInt(), 1, 1'000),
            .lines = std::max(parser.value(u"lines"_s).toInt(), 1),
            .soldOut = soldOut,
            .seconds = std::max(parser.value(u"seconds"_s).toDouble(), 0.1)};
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
    const Ledger ledger{LedgerRules{.holdLife = Duration::seconds(86'400)}};
    const SystemClock clock;
    CommandQueue queue;
    LagWatch watch;
    std::vector<Tally> tallies(static_cast<std::size_t>(plan.clients));
    Writer writer(ledger, clock, queue, watch, [&shop] { return shop.openStore(); }, {});
    test::runTogether(plan.clients, [&](int number) {
        tallies[static_cast<std::size_t>(number)] = Client(queue, plan, number).work();
    });
    return report(plan, tallies, writer.counters(), watch) ? 0 : 1;
}
