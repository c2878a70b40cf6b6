/// Millions of attempts to buy too much: flash sales one after another, each of one product with
/// fewer units than are asked for, from two load programs (wrk) at full speed; at random moments a
/// server is killed, or the database under it. After each sale what the load programs saw is
/// compared with the stock: more holds acknowledged than there were units is an oversell.
/// HOLDFAST_TEST_ENGINE names a database server, on which two of ours work; else SQLite, one.
/// Ends with 0 when nothing was sold twice and the books are in order. docs/long-run.md has
/// results.

#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/test_database.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

/// Asks for one unit after another and counts the answers by their kind.
constexpr const char* loadScript = R"lua(
created, refused, busy, other = 0, 0, 0, 0
local body = '{"product_id":' .. os.getenv("SALE_PRODUCT") .. ',"qty":1}'
local head = "POST /api/holds HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
    .. os.getenv("SALE_TOKEN") .. "\r\nContent-Type: application/json\r\nContent-Length: "
    .. #body .. "\r\nIdempotency-Key: " .. os.getenv("SALE_NAME") .. "-"
local tail = "\r\n\r\n" .. body
local count = 0
local threads = {}

function setup(thread) table.insert(threads, thread) end

function request()
    count = count + 1
    return head .. count .. tail
end

function response(status)
    if status == 201 then created = created + 1
    elseif status == 409 then refused = refused + 1
    elseif status == 503 then busy = busy + 1
    else other = other + 1 end
end

function done()
    local thread = threads[1]
    io.write(string.format("SALE %d %d %d %d\n", thread:get("created"), thread:get("refused"),
        thread:get("busy"), thread:get("other")))
end
)lua";

struct Plan
{
    qint64 attempts = 0; ///< to be decided, and …
    int sales = 0;       ///< … to be made, at least
    qint64 stock = 0;
    int seconds = 0;
    int connections = 0;
    bool kills = true;
};

struct Count
{
    qint64 created = 0;
    qint64 refused = 0;
    qint64 busy = 0;  ///< 503: decided nothing
    qint64 other = 0; ///< must not be

    Count& operator+=(const Count& more)
    {
        created += more.created;
        refused += more.refused;
        busy += more.busy;
        other += more.other;
        return *this;
    }
};

bool fail(const QByteArray& why)
{
    std::fprintf(stderr, "long run: %s\n", why.constData());
    return false;
}

class LongRun
{
public:
    explicit LongRun(const Plan& plan) : m_plan(plan) {}

    bool run();

private:
    [[nodiscard]] std::size_t serverOf(std::size_t crowd) const { return crowd % m_servers.size(); }
    bool begin();
    qint64 newProduct();
    bool sale();
    std::unique_ptr<QProcess> startCrowd(qint64 product, std::size_t number, int seconds);
    bool load(qint64 product, Count& count);
    bool collect(QProcess& crowd, Count& count);
    std::optional<std::size_t> killSomething();
    bool comeBack();
    bool check(qint64 product, const Count& count);
    bool finish();

    Plan m_plan;
    QTemporaryDir m_folder;
    std::vector<std::unique_ptr<ServerProcess>> m_servers;
    std::mt19937 m_dice{std::random_device{}()};
    Count m_total;
    int m_crowds = 0;
    int m_sales = 0;
    int m_soldOut = 0;
    int m_serverKills = 0;
    int m_databaseKills = 0;
    qint64 m_units = 0;
    qint64 m_held = 0;
};

bool LongRun::run()
{
    if (!begin()) {
        return false;
    }
    while (m_total.created + m_total.refused < m_plan.attempts || m_sales < m_plan.sales) {
        if (!sale()) {
            return false;
        }
    }
    return finish();
}

bool LongRun::begin()
{
    QFile script(m_folder.filePath(u"sale.lua"_s));
    if (!script.open(QIODevice::WriteOnly) || script.write(loadScript) < 0) {
        return fail("cannot write the script");
    }
    const QStringList arguments{u"--hold-seconds"_s, u"7200"_s};
    m_servers.push_back(std::make_unique<ServerProcess>(arguments));
    if (databaseServer() != nullptr) {
        m_servers.push_back(std::make_unique<ServerProcess>(*m_servers.front(), arguments));
    }
    for (const auto& server : m_servers) {
        if (!server->start()) {
            return fail("a server does not start: " + server->standardError());
        }
    }
    return true;
}

/// Waits until a server has found a database that was killed. 0 when it does not.
qint64 LongRun::newProduct()
{
    const QDeadlineTimer deadline(std::chrono::seconds(10));
    Shop shop(m_servers.front()->client());
    qint64 product = 0;
    while (product == 0 && !deadline.hasExpired()) {
        product = shop.addProduct(m_plan.stock);
    }
    return product;
}

bool LongRun::sale()
{
    const qint64 product = newProduct();
    Count count;
    if (product == 0 || !load(product, count) || !check(product, count)) {
        return product != 0 ? false : fail("no product");
    }
    m_total += count;
    m_units += m_plan.stock;
    ++m_sales;
    if (m_sales % 10 == 0) {
        std::printf("%lld attempts, %d sales, %d kills\n",
                    static_cast<long long>(m_total.created + m_total.refused), m_sales,
                    m_serverKills + m_databaseKills);
        std::fflush(stdout);
    }
    return true;
}

/// Half of the load goes to each of two servers, all of it to one.
std::unique_ptr<QProcess> LongRun::startCrowd(qint64 product, std::size_t number, int seconds)
{
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(u"SALE_PRODUCT"_s, QString::number(product));
    variables.insert(u"SALE_TOKEN"_s, QString::fromLatin1(ServerProcess::adminToken));
    variables.insert(u"SALE_NAME"_s, u"crowd-%1"_s.arg(++m_crowds));
    auto crowd = std::make_unique<QProcess>();
    crowd->setProcessEnvironment(variables);
    crowd->start(u"wrk"_s, {u"-t1"_s, u"-c"_s, QString::number(m_plan.connections), u"-d"_s,
                            u"%1s"_s.arg(seconds), u"--timeout"_s, u"10s"_s, u"-s"_s,
                            m_folder.filePath(u"sale.lua"_s),
                            u"http://127.0.0.1:%1/"_s.arg(m_servers[serverOf(number)]->port())});
    crowd->waitForStarted();
    return crowd;
}

bool LongRun::load(qint64 product, Count& count)
{
    std::array<std::unique_ptr<QProcess>, 2> crowds;
    for (std::size_t number = 0; number < crowds.size(); ++number) {
        crowds[number] = startCrowd(product, number, m_plan.seconds);
    }
    if (m_plan.kills) {
        // In the middle of the sale, most often before all is gone.
        const int moment = std::uniform_int_distribution(100, m_plan.seconds * 700)(m_dice);
        crowds.front()->waitForFinished(moment);
        const auto dead = killSomething();
        if (!comeBack()) {
            return false;
        }
        for (std::size_t number = 0; number < crowds.size(); ++number) {
            if (dead != serverOf(number)) {
                continue;
            }
            // The server has another port now.
            ::kill(static_cast<pid_t>(crowds[number]->processId()), SIGINT);
            if (!collect(*crowds[number], count)) {
                return false;
            }
            crowds[number] = startCrowd(product, number, std::max(m_plan.seconds / 2, 1));
        }
    }
    return std::all_of(crowds.begin(), crowds.end(),
                       [&](const auto& crowd) { return collect(*crowd, count); });
}

bool LongRun::collect(QProcess& crowd, Count& count)
{
    crowd.waitForFinished((m_plan.seconds + 30) * 1000);
    const QByteArray out = crowd.readAllStandardOutput();
    const QList<QByteArray> words = out.mid(out.lastIndexOf("SALE ")).simplified().split(' ');
    if (words.size() != 5) {
        return fail("wrk: " + out + crowd.readAllStandardError());
    }
    count += {words[1].toLongLong(), words[2].toLongLong(), words[3].toLongLong(),
              words[4].toLongLong()};
    return true;
}

/// The server that it was, or none.
std::optional<std::size_t> LongRun::killSomething()
{
    const auto choice = m_dice() % (m_servers.size() + (databaseServer() != nullptr ? 1 : 0));
    if (choice == m_servers.size()) {
        databaseServer()->killHard();
        ++m_databaseKills;
        return std::nullopt;
    }
    m_servers[choice]->killHard();
    ++m_serverKills;
    return choice;
}

bool LongRun::comeBack()
{
    if (databaseServer() != nullptr && !databaseServer()->isRunning() &&
        !databaseServer()->start()) {
        return fail(databaseServer()->problem());
    }
    for (const auto& server : m_servers) {
        if (!server->isRunning() && !server->start()) {
            return fail("a server does not start again: " + server->standardError().right(500));
        }
    }
    return true;
}

/// What was acknowledged is there, and no more than there was. What a kill has cut off may be
/// there without an answer.
bool LongRun::check(qint64 product, const Count& count)
{
    qint64 onHand = 0;
    qint64 held = 0;
    for (const auto& server : m_servers) {
        // A server finds a database that was killed a moment after it is back.
        const QDeadlineTimer deadline(std::chrono::seconds(10));
        do {
            const QJsonObject seen = Shop(server->client()).product(product);
            onHand = seen.value("on_hand"_L1).toInteger(-1);
            held = seen.value("held"_L1).toInteger(-1);
        } while ((onHand < 0 || held < count.created) && !deadline.hasExpired());
        if (count.other > 0 || onHand != m_plan.stock || held > onHand || held < count.created) {
            return fail("sale " + QByteArray::number(m_sales) + ": stock " +
                        QByteArray::number(onHand) + ", held " + QByteArray::number(held) +
                        ", acknowledged " + QByteArray::number(count.created) +
                        ", unexpected answers " + QByteArray::number(count.other));
        }
    }
    m_soldOut += held == onHand ? 1 : 0;
    m_held += held;
    return true;
}

bool LongRun::finish()
{
    const ProgramResult verified = runProgram(
        programPath(u"holdfast-server"_s),
        {u"verify"_s, u"--database"_s, m_servers.front()->databaseUrl()}, std::chrono::minutes(10));
    std::printf("long run on %s, %zu server(s): %lld attempts decided (%lld holds acknowledged, "
                "%lld refusals), %lld times 503; %d sales of %lld units, %d sold out; %lld units "
                "held of %lld; killed: server %d, database %d times; oversold: 0\n%s",
                databaseServer() == nullptr ? "SQLite"
                                            : qgetenv("HOLDFAST_TEST_ENGINE").constData(),
                m_servers.size(), static_cast<long long>(m_total.created + m_total.refused),
                static_cast<long long>(m_total.created), static_cast<long long>(m_total.refused),
                static_cast<long long>(m_total.busy), m_sales, static_cast<long long>(m_plan.stock),
                m_soldOut, static_cast<long long>(m_held), static_cast<long long>(m_units),
                m_serverKills, m_databaseKills, verified.out.constData());
    return verified.exitCode == 0 || fail("verify: " + verified.out + verified.err);
}

Plan planOf(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.addOption({u"attempts"_s, u"how many are to be decided"_s, u"count"_s, u"100000"_s});
    parser.addOption({u"sales"_s, u"how many there are at least"_s, u"count"_s, u"0"_s});
    parser.addOption({u"stock"_s, u"units of each sale"_s, u"count"_s, u"5000"_s});
    parser.addOption({u"seconds"_s, u"how long a sale lasts"_s, u"time"_s, u"3"_s});
    parser.addOption({u"connections"_s, u"of each load program"_s, u"count"_s, u"64"_s});
    parser.addOption({u"no-kills"_s, u"let everybody live"_s});
    parser.addHelpOption();
    parser.process(application);
    return {.attempts = parser.value(u"attempts"_s).toLongLong(),
            .sales = parser.value(u"sales"_s).toInt(),
            .stock = std::max(parser.value(u"stock"_s).toLongLong(), 1LL),
            .seconds = std::max(parser.value(u"seconds"_s).toInt(), 1),
            .connections = std::max(parser.value(u"connections"_s).toInt(), 1),
            .kills = !parser.isSet(u"no-kills"_s)};
}

} // namespace

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    if (QStandardPaths::findExecutable(u"wrk"_s).isEmpty()) {
        return fail("wrk is not installed"), 1;
    }
    return LongRun(planOf(application)).run() ? 0 : 1;
}
