#include "server/runtime/batch_runner.h"
#include "tests/runtime/runtime_shop.h"
#include "tests/store/shop_file.h"
#include "tests/support/engines.h"
#include "tests/support/parallel.h"

#include <QTest>

#include <array>
#include <atomic>
#include <barrier>
#include <map>
#include <thread>
#include <vector>

using namespace holdfast;

namespace {

constexpr int stock = 4;
constexpr int sellers = 6;
constexpr int triesEach = 3;

/// Until a weak way has sold twice, it gets so many rounds; a right one has to stand all of its.
constexpr int weakRoundsMax = 2'000;
constexpr int rightRounds = 60;

/// Ways of taking a unit. All but the last look first and write then, each in its own manner, and
/// what they have seen may be no longer so; the last is what the store does.
enum class Way { ReadThenWrite, CheckThenAdd, CountThenInsert, Guarded };

std::int64_t lookUp(sql::Connection& connection, std::string_view text)
{
    std::int64_t number = stock;
    connection.statement(text).each([&](const sql::Statement& row) { number = row.integer(0); });
    // Between looking and writing a program does something, if only that another has its turn.
    std::this_thread::yield();
    return number;
}

/// The decision and its write; true when there was a unit to take.
bool decide(sql::Connection& connection, Way way)
{
    constexpr std::string_view look = "SELECT held FROM race_stock WHERE id = 1";
    std::int64_t held = 0;
    switch (way) {
    case Way::ReadThenWrite:
        held = lookUp(connection, look);
        return held < stock && connection.statement("UPDATE race_stock SET held = ? WHERE id = 1")
                                   .bind(held + 1)
                                   .run();
    case Way::CheckThenAdd:
        held = lookUp(connection, look);
        return held < stock &&
               connection.statement("UPDATE race_stock SET held = held + 1 WHERE id = 1").run();
    case Way::CountThenInsert:
        return lookUp(connection, "SELECT COUNT(*) FROM race_holds") < stock;
    case Way::Guarded:
        break;
    }
    sql::Statement& update = connection.statement("UPDATE race_stock SET held = held + 1 "
                                                  "WHERE id = 1 AND on_hand >= held + 1");
    return update.run() && update.affected() == 1;
}

/// True when the seller may tell a customer that the unit is theirs. READ COMMITTED on the
/// servers; SQLite, which lets one transaction write at a time, is raced without any, but for ours.
bool takeUnit(sql::Connection& connection, Way way, int seller, int attempt)
{
    connection.clearError();
    const bool transaction = way == Way::Guarded || connection.engine() != sql::Engine::Sqlite;
    if (transaction) {
        connection.execute(sql::beginWrite(connection.engine()));
    }
    const bool taken = decide(connection, way) &&
                       connection.statement("INSERT INTO race_holds(seller, attempt) VALUES (?,?)")
                           .bind(seller)
                           .bind(attempt)
                           .run();
    if (transaction && !connection.execute(taken ? "COMMIT" : "ROLLBACK")) {
        connection.clearError();
        connection.execute("ROLLBACK");
        return false;
    }
    return taken && !connection.error();
}

struct Tally
{
    int rounds = 0;
    int oversold = 0;  ///< rounds with more units sold than there were
    int undersold = 0; ///< rounds that left a unit although somebody wanted it
};

/// Sellers with a connection each, let loose on the same few units, round after round.
class Race
{
public:
    Race(const sql::DatabaseUrl& url, Way way) : m_url(url), m_way(way) {}

    /// Ends early when `enough` says so.
    Tally run(int roundsMax, bool (*enough)(const Tally&))
    {
        m_roundsMax = roundsMax;
        m_enough = enough;
        test::runTogether(sellers, [this](int seller) { sell(seller); });
        return m_tally;
    }

private:
    void sell(int seller)
    {
        const auto connection = sql::Connection::open(m_url, sql::Access::ReadWrite);
        HOLDFAST_ASSERT(connection.has_value());
        while (!m_over) {
            if (seller == 0) {
                reset(**connection);
            }
            m_gate.arrive_and_wait();
            for (int attempt = 0; attempt < triesEach; ++attempt) {
                m_sold += takeUnit(**connection, m_way, seller, attempt) ? 1 : 0;
            }
            m_gate.arrive_and_wait();
            if (seller == 0) {
                judge();
            }
            m_gate.arrive_and_wait();
        }
    }

    void reset(sql::Connection& connection)
    {
        connection.clearError();
        m_sold = 0;
        HOLDFAST_ASSERT(connection.execute("DELETE FROM race_holds") &&
                        connection.execute("UPDATE race_stock SET held = 0"));
    }

    void judge()
    {
        ++m_tally.rounds;
        m_tally.oversold += m_sold > stock ? 1 : 0;
        m_tally.undersold += m_sold < stock ? 1 : 0;
        m_over = m_tally.rounds >= m_roundsMax || m_enough(m_tally);
    }

    sql::DatabaseUrl m_url;
    Way m_way;
    int m_roundsMax = 0;
    bool (*m_enough)(const Tally&) = nullptr;
    std::barrier<> m_gate{sellers};
    std::atomic<int> m_sold{0};
    std::atomic<bool> m_over{false};
    Tally m_tally;
};

} // namespace

/// The classic ways of selling what is not there, really parallel and on every engine: each of
/// them does it, and the guarded statement and the ledger never do.
class TestOversellRaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void weakStatementsSellTwice_data();
    void weakStatementsSellTwice();
    void theGuardedStatementNeverDoes_data() { addEngines(); }
    void theGuardedStatementNeverDoes();
    void severalLedgersNeverDo_data() { addEngines(); }
    void severalLedgersNeverDo();

private:
    void addEngines() const;
    void addShop(const QString& name, sql::DatabaseUrl url);

    ShopFolder m_folder;
    std::vector<std::unique_ptr<test::DatabaseServer>> m_servers;
    std::map<QString, std::unique_ptr<ShopDatabase>> m_shops;
};

void TestOversellRaces::initTestCase()
{
    addShop(QStringLiteral("SQLite"), {.engine = sql::Engine::Sqlite, .path = m_folder.path()});
    m_servers.push_back(std::make_unique<test::PostgresServer>());
    m_servers.push_back(std::make_unique<test::MariaDbServer>());
    for (const auto& server : m_servers) {
        QVERIFY2(server->start(), server->problem());
        const auto url = sql::DatabaseUrl::parse(server->createDatabase().toStdString());
        QVERIFY2(url.has_value(), server->problem());
        const bool postgres = url->engine == sql::Engine::PostgreSql;
        addShop(postgres ? QStringLiteral("PostgreSQL") : QStringLiteral("MariaDB"), *url);
    }
}

/// With two tables without any constraint that could help: the statements stand alone.
void TestOversellRaces::addShop(const QString& name, sql::DatabaseUrl url)
{
    auto shop = std::make_unique<ShopDatabase>(std::move(url));
    const auto connection = shop->openWriter();
    QVERIFY(connection->execute("CREATE TABLE race_stock (id INTEGER PRIMARY KEY, "
                                "on_hand INTEGER NOT NULL, held INTEGER NOT NULL)"));
    QVERIFY(connection->execute("CREATE TABLE race_holds (seller INTEGER, attempt INTEGER)"));
    QVERIFY(connection->execute("INSERT INTO race_stock(id, on_hand, held) VALUES (1, " +
                                std::to_string(stock) + ", 0)"));
    m_shops.emplace(name, std::move(shop));
}

void TestOversellRaces::addEngines() const
{
    QTest::addColumn<QString>("engine");
    for (const auto& [name, shop] : m_shops) {
        QTest::addRow("%s", qPrintable(name)) << name;
    }
}

void TestOversellRaces::weakStatementsSellTwice_data()
{
    static constexpr std::array<std::pair<Way, const char*>, 3> ways{
        {{Way::ReadThenWrite, "read, then write"},
         {Way::CheckThenAdd, "check, then add"},
         {Way::CountThenInsert, "count, then insert"}}};
    QTest::addColumn<QString>("engine");
    QTest::addColumn<int>("way");
    for (const auto& [name, shop] : m_shops) {
        for (const auto& [way, words] : ways) {
            QTest::addRow("%s: %s", qPrintable(name), words) << name << static_cast<int>(way);
        }
    }
}

void TestOversellRaces::weakStatementsSellTwice()
{
    QFETCH(QString, engine);
    QFETCH(int, way);
    Race race(m_shops.at(engine)->url(), static_cast<Way>(way));
    const Tally tally =
        race.run(weakRoundsMax, [](const Tally& sofar) { return sofar.oversold > 0; });
    qInfo("oversold in round %d", tally.rounds);
    QVERIFY2(tally.oversold > 0, "nobody was sold what is not there");
}

void TestOversellRaces::theGuardedStatementNeverDoes()
{
    QFETCH(QString, engine);
    Race race(m_shops.at(engine)->url(), Way::Guarded);
    const Tally tally = race.run(rightRounds, [](const Tally&) { return false; });
    QCOMPARE(tally.rounds, rightRounds);
    QCOMPARE(tally.oversold, 0);
    QCOMPARE(tally.undersold, 0);
}

void TestOversellRaces::severalLedgersNeverDo()
{
    QFETCH(QString, engine);
    constexpr int units = 40;
    constexpr int asked = 20; // by each
    const ShopDatabase& shop = *m_shops.at(engine);
    const SetClock clock;
    const auto ask = [&clock](SqlLedgerStore& store, const std::string& sentence) {
        const Ledger ledger(LedgerRules{});
        Witness witness;
        BatchCounters counters;
        BatchRunner runner(ledger, store, clock, witness, counters);
        const std::array<Envelope, 1> batch{envelopeOf(sentence)};
        return runner.run(batch, [](Duration) {}).front().answer.status;
    };
    QCOMPARE(ask(*shop.openStore(), "product stock=" + std::to_string(units)), 201);
    std::atomic<int> sold{0};
    std::atomic<int> refused{0};
    test::runTogether(sellers, [&](int seller) {
        const auto store = shop.openStore();
        for (int number = 0; number < asked; ++number) {
            const std::string name = std::to_string(seller) + '-' + std::to_string(number);
            const int status = ask(*store, "place " + name + " 1x1 single");
            sold += status == 201 ? 1 : 0;
            refused += status == 409 ? 1 : 0;
        }
    });
    QCOMPARE(sold.load(), units);
    QCOMPARE(refused.load(), sellers * asked - units);
    QCOMPARE(numberOf(*shop.openReader(), "SELECT held FROM stock"), units);
    QCOMPARE(shop.difference(), std::string());
}

QTEST_GUILESS_MAIN(TestOversellRaces)
#include "test_oversell_races.moc"
