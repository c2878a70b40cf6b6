#include "server/ops/local_ledger.h"
#include "tests/store/shop_file.h"

#include <QTest>

using namespace holdfast;

/// What a sub-command decides by itself, beside or without a server.
class TestLocalLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAsAServerDoes();
    void saysWhatTheDatabaseSaid();

private:
    static LocalLedger ledgerOf(const ShopFile& shop);
};

LocalLedger TestLocalLedger::ledgerOf(const ShopFile& shop)
{
    auto database = WritableDatabase::open("sqlite:" + shop.path());
    return LocalLedger(std::move(*database), LedgerRules{});
}

void TestLocalLedger::decidesAsAServerDoes()
{
    const ShopFile shop;
    LocalLedger ledger = ledgerOf(shop);
    const auto made = ledger.run(CreateProduct{.details = {.name = "tea"}, .openingStock = 3});
    QVERIFY(made && std::holds_alternative<ProductOutcome>(*made));
    const auto moved = ledger.run(
        MoveStock{.product = {1}, .kind = MovementKind::WriteOff, .qty = 4, .reason = ""});
    QVERIFY(moved && std::get<Refused>(*moved).code == RefusalCode::StockInUse);
    QCOMPARE(shop.difference(), std::string());
}

void TestLocalLedger::saysWhatTheDatabaseSaid()
{
    const ShopFile shop;
    LocalLedger ledger = ledgerOf(shop);
    shop.openWriter()->execute("CREATE TRIGGER full BEFORE INSERT ON products "
                               "BEGIN SELECT RAISE(ABORT, 'the shelf is full'); END");
    const auto refused = ledger.run(CreateProduct{.details = {.name = "tea"}});
    QVERIFY(!refused);
    QVERIFY2(refused.error().find("the shelf is full") != std::string::npos,
             refused.error().c_str());
    QCOMPARE(refused.error().find('\n'), std::string::npos);
}

QTEST_GUILESS_MAIN(TestLocalLedger)
#include "test_local_ledger.moc"
