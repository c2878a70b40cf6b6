/// What row locks give: requests that each lock the rows of their products, look, write and commit,
/// from as many clients as wanted, on SQLite, PostgreSQL or MariaDB with durable commits. Starts a
/// server of its own, prints one line:
///   row_lock engine=E clients=N products=P lines=L seconds=S holds_per_s=R p50_ms=A p99_ms=B
///   retries=C

#include "tests/bench/row_lock_client.h"
#include "tests/support/parallel.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>

using namespace Qt::StringLiterals;
using namespace holdfast::bench;

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Plan
{
    QString engine;
    int clients = 1;
    std::int64_t products = 1;
    int lines = 1;
    double seconds = 5;
};

/// What one client did after the time to warm up.
struct Tally
{
    std::vector<double> timesMs = {};
    std::uint64_t retries = 0;
    QString error = {};
};

constexpr std::chrono::milliseconds warmUp{500};

/// Different products in ascending order.
std::vector<std::int64_t> cart(const Plan& plan, std::mt19937_64& random)
{
    std::uniform_int_distribution<std::int64_t> any(1, plan.products);
    const auto lines = static_cast<std::size_t>(std::min<std::int64_t>(plan.lines, plan.products));
    std::vector<std::int64_t> products;
    while (products.size() < lines) {
        const std::int64_t product = any(random);
        if (std::find(products.begin(), products.end(), product) == products.end()) {
            products.push_back(product);
        }
    }
    std::sort(products.begin(), products.end());
    return products;
}

void work(RowLockClient& client, const Plan& plan, int number, Tally& tally)
{
    std::mt19937_64 random(static_cast<std::uint64_t>(number));
    const auto begin = SteadyClock::now() + warmUp;
    const auto end = begin + std::chrono::duration_cast<SteadyClock::duration>(
                                 std::chrono::duration<double>(plan.seconds));
    for (auto before = SteadyClock::now(); before < end;) {
        if (!client.hold(cart(plan, random))) {
            tally.error = client.error();
            break;
        }
        const auto after = SteadyClock::now();
        if (before >= begin) {
            tally.timesMs.push_back(
                std::chrono::duration<double, std::milli>(after - before).count());
        }
        before = after;
    }
    tally.retries = client.retries();
}

double percentile(const std::vector<double>& sorted, double share)
{
    return sorted.empty()
               ? 0
               : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

bool report(const Plan& plan, const std::vector<Tally>& tallies)
{
    std::vector<double> times;
    std::uint64_t retries = 0;
    for (const Tally& tally : tallies) {
        if (!tally.error.isEmpty()) {
            std::fprintf(stderr, "row_lock: %s\n", qPrintable(tally.error.simplified()));
            return false;
        }
        times.insert(times.end(), tally.timesMs.begin(), tally.timesMs.end());
        retries += tally.retries;
    }
    std::sort(times.begin(), times.end());
    std::printf("row_lock engine=%s clients=%d products=%lld lines=%d seconds=%g holds_per_s=%.0f "
                "p50_ms=%.2f p99_ms=%.2f retries=%llu\n",
                qPrintable(plan.engine), plan.clients, static_cast<long long>(plan.products),
                plan.lines, plan.seconds, static_cast<double>(times.size()) / plan.seconds,
                percentile(times, 0.5), percentile(times, 0.99),
                static_cast<unsigned long long>(retries));
    return true;
}

Plan planOf(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.addOption({u"engine"_s, u"sqlite, postgresql or mariadb"_s, u"engine"_s, u"sqlite"_s});
    parser.addOption({u"clients"_s, u"threads with a connection each"_s, u"count"_s, u"64"_s});
    parser.addOption({u"products"_s, u"products in the shop"_s, u"count"_s, u"1"_s});
    parser.addOption({u"lines"_s, u"products a request"_s, u"count"_s, u"1"_s});
    parser.addOption({u"seconds"_s, u"how long it measures"_s, u"time"_s, u"5"_s});
    parser.addHelpOption();
    parser.process(application);
    return {parser.value(u"engine"_s), std::clamp(parser.value(u"clients"_s).toInt(), 1, 300),
            std::max(parser.value(u"products"_s).toLongLong(), 1LL),
            std::max(parser.value(u"lines"_s).toInt(), 1),
            std::max(parser.value(u"seconds"_s).toDouble(), 0.1)};
}

} // namespace

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    const Plan plan = planOf(application);
    RowLockShop shop(plan.engine);
    if (!shop.open(plan.products)) {
        return 1;
    }
    const auto clients = static_cast<std::size_t>(plan.clients);
    std::vector<std::unique_ptr<RowLockClient>> all(clients);
    std::vector<Tally> tallies(clients);
    holdfast::test::runTogether(
        plan.clients,
        [&](int number) {
            all[static_cast<std::size_t>(number)] = std::make_unique<RowLockClient>(shop, number);
        },
        [&](int number) {
            const auto index = static_cast<std::size_t>(number);
            if (all[index]->isOpen()) {
                work(*all[index], plan, number, tallies[index]);
            } else {
                tallies[index].error = u"no connection: "_s + all[index]->error();
            }
            all[index].reset(); // in the thread that the connection belongs to
        });
    return report(plan, tallies) ? 0 : 1;
}
