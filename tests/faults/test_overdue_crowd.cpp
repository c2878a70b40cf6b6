#include "tests/runtime/runtime_shop.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <array>

using namespace holdfast;

namespace {

constexpr int crowd = 2'600; // more than one transaction ends, more than once
constexpr int ordered = 600;

} // namespace

/// Goods whose holds have run out are there for whoever asks next, however many holds they were.
class TestOverdueCrowd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theNextHoldGetsAllUnits();
    void aCountFindsThemFree();
    void aLatePaymentFindsItsGoods();
    void whoIsServedAnywayDoesNotWaitForThem();

private:
    CommandAnswer ask(const std::string& sentence);

    std::unique_ptr<ShopFile> m_shop;
    std::unique_ptr<SqlLedgerStore> m_store;
    SetClock m_clock;
    Ledger m_ledger{LedgerRules{}};
    Witness m_witness;
    BatchCounters m_counters;
};

CommandAnswer TestOverdueCrowd::ask(const std::string& sentence)
{
    BatchRunner runner(m_ledger, *m_store, m_clock, m_witness, m_counters);
    const std::array<Envelope, 1> batch{envelopeOf(sentence)};
    return runner.run(batch, [](Duration) {}).front().answer;
}

/// One order that nobody has paid, and a crowd of holds for the same goods; all of them overdue.
void TestOverdueCrowd::init()
{
    m_shop = std::make_unique<ShopFile>();
    m_store = m_shop->openStore();
    const std::string stock = std::to_string(crowd + ordered);
    QCOMPARE(ask("product price=100 stock=" + stock).status, 201);
    QCOMPARE(ask("place z 1x" + std::to_string(ordered)).status, 201);
    QCOMPARE(ask("order o z").status, 201);
    m_clock.pass(Duration::seconds(900));
    std::vector<Envelope> holds;
    for (int number = 0; number < crowd; ++number) {
        holds.push_back(envelopeOf("place h" + std::to_string(number) + " 1x1 life=10"));
    }
    BatchRunner runner(m_ledger, *m_store, m_clock, m_witness, m_counters);
    for (const auto& settled : runner.run(holds, [](Duration) {})) {
        QCOMPARE(settled.answer.status, 201);
    }
    m_clock.pass(Duration::seconds(10));
}

void TestOverdueCrowd::theNextHoldGetsAllUnits()
{
    QCOMPARE(ask("place a 1x" + std::to_string(crowd) + " single").status, 201);
    QCOMPARE(numberOf(*m_shop->openReader(), "SELECT held FROM stock"), crowd);
    QCOMPARE(m_counters.holdsExpired.load(), std::uint64_t{crowd});
    // And no one gets more than there is.
    QCOMPARE(ask("place b 1x2 single").status, 409);
    QCOMPARE(m_shop->difference(), std::string());
}

void TestOverdueCrowd::aCountFindsThemFree()
{
    const CommandAnswer counted = ask("move 1 count 600");
    QVERIFY2(counted.status == 201, counted.body.c_str());
    QCOMPARE(m_shop->difference(), std::string());
}

void TestOverdueCrowd::aLatePaymentFindsItsGoods()
{
    QCOMPARE(ask("cancel o").status, 200);
    // All but one of what the order and two transactions have given back by now.
    QCOMPARE(ask("place y 1x1599").status, 201);
    const CommandAnswer paid = ask("event e1 paid o amount=60000 ref=p1");
    QVERIFY2(paid.body.find("applied") != std::string::npos, paid.body.c_str());
    QVERIFY2(paid.body.find("unfulfilled") == std::string::npos, paid.body.c_str());
    QCOMPARE(m_shop->difference(), std::string());
}

void TestOverdueCrowd::whoIsServedAnywayDoesNotWaitForThem()
{
    const int commits = m_witness.commits;
    QCOMPARE(ask("place a 1x1 single").status, 201);
    QCOMPARE(m_witness.commits - commits, 1);
}

QTEST_GUILESS_MAIN(TestOverdueCrowd)
#include "test_overdue_crowd.moc"
