#include "server/ops/reconciler.h"
#include "tests/ledger/story.h"
#include "tests/store/shop_file.h"
#include "tests/support/engines.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <map>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

/// One figure of the metrics; -1 when there is none of this name.
double figure(const Reconciler& reconciler, const char* name)
{
    const QByteArray text = '\n' + QByteArray::fromStdString(reconciler.metrics());
    const QByteArray start = QByteArray("\nholdfast_reconcile_") + name + ' ';
    const qsizetype at = text.indexOf(start);
    const qsizetype from = at + start.size();
    return at < 0 ? -1 : text.mid(from, text.indexOf('\n', from) - from).toDouble();
}

/// The differences of a run that begins from now on; -1 when there was none in time.
double foundBy(const Reconciler& reconciler)
{
    // The one under way may have read before.
    const double runs = figure(reconciler, "runs_total") + 2;
    const bool done =
        QTest::qWaitFor([&] { return figure(reconciler, "runs_total") >= runs; }, 20'000);
    return done ? figure(reconciler, "differences") : -1;
}

/// "" or what went wrong with telling it.
std::string told(LedgerStore& store, const std::vector<std::string>& sentences)
{
    Story story;
    for (const std::string& sentence : sentences) {
        story.lines.push_back({.sentence = Sentence::parse(sentence), .endsBatch = false});
        if (story.lines.size() % limits::batchCommandsMax == 0) {
            story.lines.back().endsBatch = true;
        }
    }
    story.lines.back().endsBatch = true;
    const std::string said = tell(story, store);
    return said.find("refused") == std::string::npos &&
                   said.find("does not take") == std::string::npos
               ? ""
               : said;
}

/// More rows than are read at once, in each table that sales write to.
std::vector<std::string> busyDay(int sales)
{
    std::vector<std::string> sentences{"product stock=1000000 price=100 barcodes=4006381333931",
                                       "product stock=1000000 price=100"};
    const auto each = [&](const std::string& before, const std::string& behind) {
        for (int sale = 1; sale <= sales; ++sale) {
            const std::string name = std::to_string(sale);
            sentences.push_back(before + name + behind);
        }
    };
    each("place h", " 1x1,2x2");
    for (int sale = 1; sale <= sales; ++sale) {
        const std::string name = std::to_string(sale);
        sentences.push_back("order o" + name + " h" + name);
        sentences.push_back("event e" + name + " paid o" + name);
        sentences.push_back("refund o" + name + " lines=0x1,1x1 restock");
    }
    return sentences;
}

} // namespace

/// The server's own check of its books, on each engine.
class TestReconciler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agreesAfterABusyDay_data() { addEngines(); }
    void agreesAfterABusyDay();
    void findsWhatWasPlanted_data() { addEngines(); }
    void findsWhatWasPlanted();
    void agreesWhileOthersWrite_data() { addEngines(); }
    void agreesWhileOthersWrite();
    void leavesALongJournalToVerify();
    void namesNoMoreThanItMust();
    void aBrokenJournalIsTheOnlyFinding();
    void stopsInTheMiddle();
    void comesAgainWhenTheDatabaseWasAway();

private:
    void addEngines();
    [[nodiscard]] ShopDatabase& freshShop(const QString& engine);
    [[nodiscard]] std::unique_ptr<Reconciler> reconcilerOf(const ShopDatabase& shop,
                                                           Reconciler::Timing timing);

    std::map<QString, std::unique_ptr<test::DatabaseServer>> m_servers;
    std::map<QString, std::unique_ptr<ShopDatabase>> m_shops;
    std::vector<std::unique_ptr<ShopFolder>> m_folders;
    SystemClock m_clock;
    Log m_log{Log::Form::Text};
};

void TestReconciler::initTestCase()
{
    m_servers.emplace(QStringLiteral("PostgreSQL"), std::make_unique<test::PostgresServer>());
    m_servers.emplace(QStringLiteral("MariaDB"), std::make_unique<test::MariaDbServer>());
    for (auto& [name, server] : m_servers) {
        QVERIFY2(server->start(), server->problem());
        const auto url = sql::DatabaseUrl::parse(server->createDatabase().toStdString());
        QVERIFY2(url.has_value(), server->problem());
        m_shops.emplace(name, std::make_unique<ShopDatabase>(*url));
    }
    m_shops.emplace(QStringLiteral("SQLite"), nullptr); // a new file each time
}

void TestReconciler::addEngines()
{
    QTest::addColumn<QString>("engine");
    for (const auto& [name, shop] : m_shops) {
        QTest::addRow("%s", qPrintable(name)) << name;
    }
}

ShopDatabase& TestReconciler::freshShop(const QString& engine)
{
    std::unique_ptr<ShopDatabase>& shop = m_shops.at(engine);
    if (engine == QStringLiteral("SQLite")) {
        m_folders.push_back(std::make_unique<ShopFolder>());
        shop = std::make_unique<ShopDatabase>(sql::DatabaseUrl{.path = m_folders.back()->path()});
    } else {
        shop->empty();
    }
    return *shop;
}

std::unique_ptr<Reconciler> TestReconciler::reconcilerOf(const ShopDatabase& shop,
                                                         Reconciler::Timing timing)
{
    return std::make_unique<Reconciler>(
        [url = shop.url()] { return sql::Connection::open(url, sql::Access::ReadOnly); }, timing,
        m_clock, m_log);
}

void TestReconciler::agreesAfterABusyDay()
{
    QFETCH(QString, engine);
    const ShopDatabase& shop = freshShop(engine);
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(2'100)), std::string());
    const auto reconciler = reconcilerOf(shop, {.period = 1h});
    QTRY_COMPARE_WITH_TIMEOUT(figure(*reconciler, "runs_total"), 1.0, 60'000);
    QCOMPARE(figure(*reconciler, "differences"), 0.0);
    QCOMPARE(figure(*reconciler, "failures_total"), 0.0);
    QCOMPARE(static_cast<std::int64_t>(figure(*reconciler, "records")),
             numberOf(*shop.openReader(), "SELECT COUNT(*) FROM journal"));
    QVERIFY(figure(*reconciler, "duration_seconds") > 0);
    const double age = static_cast<double>(m_clock.now().ms) / 1000 -
                       figure(*reconciler, "last_run_timestamp_seconds");
    QVERIFY(age >= 0 && age < 60);
    // Each table was longer than what is read at once, and nothing was overlooked.
    for (const char* table : {"holds", "hold_lines", "orders", "order_lines", "payments", "refunds",
                              "refund_lines", "payment_events", "stock_movements"}) {
        QVERIFY2(numberOf(*shop.openReader(), std::string("SELECT COUNT(*) FROM ") + table) > 2'050,
                 table);
    }
}

void TestReconciler::findsWhatWasPlanted()
{
    QFETCH(QString, engine);
    const ShopDatabase& shop = freshShop(engine);
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(10)), std::string());
    const auto writer = shop.openWriter();
    const auto reconciler = reconcilerOf(shop, {.period = 20ms});
    const auto differences = [&](const char* change) {
        writer->execute(change);
        return foundBy(*reconciler);
    };
    QCOMPARE(foundBy(*reconciler), 0.0);
    // The column is compared with the journal, and with the holds that the journal knows.
    QCOMPARE(differences("UPDATE stock SET held = held + 1 WHERE product_id = 2"), 2.0);
    QCOMPARE(differences("UPDATE stock SET held = held - 1 WHERE product_id = 2"), 0.0);
    QCOMPARE(differences("UPDATE orders SET tax_minor = tax_minor + 1 WHERE number = 4"), 1.0);
    QCOMPARE(differences("DELETE FROM payment_events WHERE event_key = 'e3'"), 2.0);
    QVERIFY2(!writer->error(), writer->errorText().c_str());
}

void TestReconciler::agreesWhileOthersWrite()
{
    QFETCH(QString, engine);
    const ShopDatabase& shop = freshShop(engine);
    std::atomic<bool> enough = false;
    std::array<std::string, 2> wrong;
    {
        const auto first = shop.openStore();
        QCOMPARE(told(*first, {"product stock=1000000000 price=100"}), std::string());
    }
    std::vector<std::thread> writers;
    for (std::size_t number = 0; number < wrong.size(); ++number) {
        writers.emplace_back([&, number] {
            const auto store = shop.openStore();
            for (int round = 0; !enough && wrong.at(number).empty(); ++round) {
                const std::string name = std::to_string(number) + 'r' + std::to_string(round);
                wrong.at(number) =
                    told(*store, {"place h" + name + " 1x2", "place i" + name + " 1x1",
                                  "order o" + name + " h" + name,
                                  "event e" + name + " paid o" + name, "release i" + name});
            }
        });
    }
    const auto reconciler = reconcilerOf(shop, {.period = 1ms, .restShare = 0});
    double most = 0;
    const bool ran = QTest::qWaitFor(
        [&] {
            most = std::max(most, figure(*reconciler, "differences"));
            return figure(*reconciler, "runs_total") >= 6 && figure(*reconciler, "records") > 500;
        },
        60'000);
    enough = true;
    for (std::thread& writer : writers) {
        writer.join();
    }
    QCOMPARE(wrong[0] + wrong[1], std::string());
    QVERIFY(ran);
    QCOMPARE(most, 0.0);
    QCOMPARE(figure(*reconciler, "failures_total"), 0.0);
}

void TestReconciler::leavesALongJournalToVerify()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(10)), std::string());
    const auto position = std::to_string(limits::reconcileRecordsMax + 1);
    shop.openWriter()->execute("UPDATE journal SET position = " + position +
                               " WHERE position = (SELECT MAX(position) FROM journal)");
    const auto reconciler = reconcilerOf(shop, {.period = 1h});
    QTRY_COMPARE_WITH_TIMEOUT(figure(*reconciler, "failures_total"), 1.0, 20'000);
    QCOMPARE(figure(*reconciler, "runs_total"), 0.0);
}

void TestReconciler::namesNoMoreThanItMust()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(100)), std::string());
    shop.openWriter()->execute("UPDATE holds SET owner = owner + 1");
    const auto reconciler = reconcilerOf(shop, {.period = 1h});
    QTRY_COMPARE_WITH_TIMEOUT(figure(*reconciler, "runs_total"), 1.0, 20'000);
    QCOMPARE(figure(*reconciler, "differences"), 20.0);
}

void TestReconciler::aBrokenJournalIsTheOnlyFinding()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(100)), std::string());
    shop.openWriter()->execute("UPDATE journal SET at = at + 1 WHERE position = 50");
    const auto reconciler = reconcilerOf(shop, {.period = 1h});
    QTRY_COMPARE_WITH_TIMEOUT(figure(*reconciler, "runs_total"), 1.0, 20'000);
    QCOMPARE(figure(*reconciler, "differences"), 1.0);
    QCOMPARE(figure(*reconciler, "records"), 49.0);
}

/// However long the journal, and however long it means to rest.
void TestReconciler::stopsInTheMiddle()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    QCOMPARE(told(*store, busyDay(2'100)), std::string());
    for (const int restShare : {0, 1'000'000}) {
        for (const auto pause : {0ms, 5ms, 20ms, 40ms, 80ms, 160ms}) {
            const auto reconciler = reconcilerOf(shop, {.period = 0ms, .restShare = restShare});
            QElapsedTimer timer;
            timer.start();
            QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(pause.count()); }));
            timer.start();
            reconciler->stop();
            QVERIFY2(timer.elapsed() < 1'000, std::to_string(timer.elapsed()).c_str());
            // What was broken off has found nothing, and is no failure.
            QCOMPARE(figure(*reconciler, "differences"), 0.0);
            QCOMPARE(figure(*reconciler, "failures_total"), 0.0);
        }
    }
}

void TestReconciler::comesAgainWhenTheDatabaseWasAway()
{
    auto& server = *m_servers.at(QStringLiteral("PostgreSQL"));
    const ShopDatabase& shop = freshShop(QStringLiteral("PostgreSQL"));
    QCOMPARE(told(*shop.openStore(), busyDay(10)), std::string());
    server.stop();
    const auto reconciler = reconcilerOf(shop, {.period = 20ms});
    QTRY_VERIFY_WITH_TIMEOUT(figure(*reconciler, "failures_total") >= 2, 20'000);
    QCOMPARE(figure(*reconciler, "runs_total"), 0.0);
    QVERIFY2(server.start(), server.problem());
    QTRY_VERIFY_WITH_TIMEOUT(figure(*reconciler, "runs_total") >= 2, 20'000);
    QCOMPARE(figure(*reconciler, "differences"), 0.0);
}

QTEST_GUILESS_MAIN(TestReconciler)
#include "test_reconciler.moc"
