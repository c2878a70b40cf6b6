/// What it costs to check the books while serving: fills a shop with a journal of so many records
/// by the real ledger, lets clients place and release holds, and has a Reconciler run once
/// meanwhile. On SQLite or on the server that HOLDFAST_TEST_ENGINE names. One line:
///   reconcile engine=E records=N seconds=S differences=D holds_per_s_before=A
///   holds_per_s_meanwhile=B wal_mb_before=V wal_mb_most=W memory_mb_before=M memory_mb_most=X
///   memory_mb_after=Y

#include "server/ops/reconciler.h"
#include "tests/bench/ledger_shop.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <semaphore>
#include <thread>

using namespace Qt::StringLiterals;
using namespace holdfast;
using namespace holdfast::bench;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t productCount = 1'000;
const Caller till{.id = {1}, .role = Role::Manager, .name = "bench"};

class Ids
{
public:
    explicit Ids(std::uint64_t seed) : m_random(seed) {}

    Uuid next() { return m_maker.make(SystemClock().now().ms); }
    ProductId product() { return {m_any(m_random)}; }

private:
    std::mt19937_64 m_random;
    UuidV7Maker m_maker{[this] { return m_random(); }};
    std::uniform_int_distribution<std::int64_t> m_any{1, productCount};
};

/// Half of the holds are released, half are sold: three records a hold.
class Past
{
public:
    explicit Past(const LedgerShop& shop) : m_store(shop.openStore()) {}

    void addProducts()
    {
        for (std::int64_t number = 1; number <= productCount; ++number) {
            run(CreateProduct{.details = {.sku = "B" + std::to_string(number),
                                          .name = "bench",
                                          .priceMinor = 100},
                              .openingStock = 500'000'000});
        }
        finish();
    }

    void addRecords(std::int64_t records)
    {
        for (std::int64_t made = 0; made < records; made += 3 * 256) {
            std::vector<HoldId> holds(256);
            std::vector<OrderId> orders;
            for (HoldId& hold : holds) {
                hold = {m_ids.next()};
                run(PlaceHold{.id = hold, .lines = {{m_ids.product(), 1}}});
            }
            finish();
            for (std::size_t index = 0; index < holds.size(); ++index) {
                if (index % 2 == 0) {
                    run(ReleaseHold{holds[index]});
                } else {
                    orders.push_back({m_ids.next()});
                    run(PlaceOrder{.id = orders.back(), .hold = holds[index]});
                }
            }
            finish();
            for (const OrderId order : orders) {
                run(TakePayment{
                    .id = {m_ids.next()}, .order = order, .method = PaymentMethod::Card});
            }
            finish();
        }
    }

private:
    void run(Command command)
    {
        m_batch.push_back({.command = std::move(command), .caller = till});
        if (m_batch.size() == limits::batchCommandsMax) {
            finish();
        }
    }

    void finish()
    {
        if (!m_batch.empty()) {
            for (const auto& settled : m_runner.run(m_batch, [](Duration) {})) {
                m_wrong += settled.answer.status < 300 ? 0 : 1;
            }
            m_batch.clear();
        }
        if (m_wrong > 0) {
            std::fprintf(stderr, "reconcile: %d commands failed\n", m_wrong);
            std::exit(1);
        }
    }

    Ids m_ids{1};
    Ledger m_ledger{LedgerRules{}};
    SystemClock m_clock;
    LagWatch m_watch;
    BatchCounters m_counters;
    std::unique_ptr<LedgerStore> m_store;
    BatchRunner m_runner{m_ledger, *m_store, m_clock, m_watch, m_counters};
    std::vector<Envelope> m_batch;
    int m_wrong = 0;
};

/// Clients that place a hold and release it, until they are told to stop.
class Present
{
public:
    Present(const LedgerShop& shop, int clients)
        : m_writer(m_ledger, m_clock, m_queue, m_watch, [&shop] { return shop.openStore(); }, {})
    {
        for (int number = 0; number < clients; ++number) {
            m_clients.emplace_back([this, number] { work(number); });
        }
    }
    ~Present()
    {
        m_stopped = true;
        for (std::thread& client : m_clients) {
            client.join();
        }
    }
    Present(const Present&) = delete;
    Present& operator=(const Present&) = delete;

    [[nodiscard]] std::int64_t held() const { return m_held; }

private:
    void work(int number)
    {
        Ids ids(static_cast<std::uint64_t>(number) + 2);
        while (!m_stopped) {
            const HoldId hold{ids.next()};
            if (ask(PlaceHold{.id = hold, .lines = {{ids.product(), 1}}}) == 201) {
                ++m_held;
                ask(ReleaseHold{hold});
            }
        }
    }

    int ask(Command command)
    {
        int status = 0;
        std::binary_semaphore answered(0);
        const Admission admission = m_queue.submit(
            {Envelope{.command = std::move(command), .caller = till}, [&](CommandAnswer&& answer) {
                 status = answer.status;
                 answered.release();
             }});
        if (admission == Admission::Accepted) {
            answered.acquire();
        }
        return status;
    }

    Ledger m_ledger{LedgerRules{}};
    SystemClock m_clock;
    LagWatch m_watch;
    CommandQueue m_queue;
    Writer m_writer;
    std::atomic<std::int64_t> m_held{0};
    std::atomic<bool> m_stopped{false};
    std::vector<std::thread> m_clients;
};

double megabytesOf(const QString& path)
{
    return static_cast<double>(QFileInfo(path).size()) / 1'048'576;
}

/// From /proc/self/status; the most since the last call of forgetMostMemory().
double memoryMegabytes(const char* line)
{
    QFile file(u"/proc/self/status"_s);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& each : file.readAll().split('\n')) {
            if (each.startsWith(line)) {
                return each.simplified().split(' ').value(1).toDouble() / 1'024;
            }
        }
    }
    return 0;
}

void forgetMostMemory()
{
    QFile file(u"/proc/self/clear_refs"_s);
    if (file.open(QIODevice::WriteOnly)) {
        file.write("5");
    }
}

double figure(const Reconciler& reconciler, const char* name)
{
    const QByteArray text = QByteArray::fromStdString(reconciler.metrics());
    const QByteArray start = QByteArray("\nholdfast_reconcile_") + name + ' ';
    const qsizetype at = text.indexOf(start) + start.size();
    return text.mid(at, text.indexOf('\n', at) - at).toDouble();
}

void pass(std::chrono::milliseconds time)
{
    std::binary_semaphore nobody(0);
    static_cast<void>(nobody.try_acquire_for(time));
}

struct Stretch
{
    double seconds = 0;
    double rate = 0;
    double walMost = 0;
};

template <class Until>
Stretch watch(const Present& present, const QString& wal, Until until)
{
    Stretch stretch;
    const std::int64_t held = present.held();
    const auto begin = SteadyClock::now();
    do {
        pass(std::chrono::milliseconds(20));
        stretch.walMost = std::max(stretch.walMost, megabytesOf(wal));
        stretch.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
    } while (!until(stretch.seconds));
    stretch.rate = static_cast<double>(present.held() - held) / stretch.seconds;
    return stretch;
}

} // namespace

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    QCommandLineParser parser;
    parser.addOption({u"records"_s, u"of the journal at the start"_s, u"count"_s, u"100000"_s});
    parser.addOption({u"clients"_s, u"who ask at once"_s, u"count"_s, u"16"_s});
    parser.addOption({u"rest"_s, u"how long it rests for each time"_s, u"share"_s, u"3"_s});
    parser.addOption({u"seconds"_s, u"without it, first"_s, u"time"_s, u"5"_s});
    parser.addHelpOption();
    parser.process(application);
    LedgerShop shop;
    if (!shop.open({.products = 0})) {
        return 1;
    }
    Past past(shop);
    past.addProducts();
    past.addRecords(parser.value(u"records"_s).toLongLong());

    const QString wal = QString::fromStdString(shop.url().path) + u"-wal"_s;
    const double quiet = parser.value(u"seconds"_s).toDouble();
    const SystemClock clock;
    Log log(Log::Form::Json);
    const Present present(shop, parser.value(u"clients"_s).toInt());
    const Stretch before = watch(present, wal, [quiet](double time) { return time >= quiet; });
    forgetMostMemory();
    const double memoryBefore = memoryMegabytes("VmRSS");
    const Reconciler reconciler(
        [&shop] { return sql::Connection::open(shop.url(), sql::Access::ReadOnly); },
        {.period = std::chrono::hours(24), .restShare = parser.value(u"rest"_s).toInt()}, clock,
        log);
    const Stretch meanwhile = watch(present, wal, [&reconciler](double) {
        return figure(reconciler, "runs_total") + figure(reconciler, "failures_total") > 0;
    });
    pass(std::chrono::seconds(1)); // it gives its memory back
    const double memoryAfter = memoryMegabytes("VmRSS");
    const QByteArray engine = qgetenv("HOLDFAST_TEST_ENGINE");
    std::printf("reconcile engine=%s records=%.0f seconds=%.2f differences=%.0f "
                "holds_per_s_before=%.0f holds_per_s_meanwhile=%.0f wal_mb_before=%.1f "
                "wal_mb_most=%.1f memory_mb_before=%.0f memory_mb_most=%.0f memory_mb_after=%.0f\n",
                engine.isEmpty() ? "sqlite" : engine.constData(), figure(reconciler, "records"),
                figure(reconciler, "duration_seconds"), figure(reconciler, "differences"),
                before.rate, meanwhile.rate, before.walMost, meanwhile.walMost, memoryBefore,
                memoryMegabytes("VmHWM"), memoryAfter);
    const bool clean =
        figure(reconciler, "failures_total") + figure(reconciler, "differences") == 0;
    return clean ? 0 : 1;
}
