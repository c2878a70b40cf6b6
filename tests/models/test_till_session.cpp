// The till as a person uses it, against a shop that answers, refuses, dies and comes back.
#include "tests/models/fake_till.h"

#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

class TestTillSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m.reset(); }

    void firstLinePlacesAHold();
    void linesChangeTheSameHold();
    void emptyCartReleases();
    void undoBringsTheLineBack();
    void refusalLandsOnItsLine();
    void takingWhatIsLeftSolvesIt();
    void soldOutLineIsRemoved();
    void lostAnswerHoldsOnce();
    void unreachableServerIsToldAndSentLater();
    void holdRunsOutAndIsTriedAgain();
    void extendGivesMoreTime();
    void cartAndHoldSurviveARestart();
    void restartMidFlightHoldsOnce();
    void parkedSalesKeepTheirHolds();
    void voidedSaleGivesItsUnitsBack();
    void tilesShowWhatThisTillMayAdd();
    void keypadCountsAndSetsQuantities();
    void scansFindGoodsAndNameUnknownCodes();
    void wrongClockEndsNoHold();
    void enterTakesWhatIsLeft();
    void searchGoesThroughAllCategories();

private:
    [[nodiscard]] TillSession& till() { return m->till(); }
    [[nodiscard]] FakeShop& shop() { return m->shop(); }
    [[nodiscard]] int shown(int productId, ProductListModel::Role role);
    void heldFor(int productId, int units);

    std::unique_ptr<FakeTill> m;
};

void TestTillSession::init()
{
    m = std::make_unique<FakeTill>();
    QTRY_COMPARE(till().products()->count(), 3);
}

void TestTillSession::heldFor(int productId, int units)
{
    QTRY_COMPARE(shop().held(productId), units);
    QTRY_VERIFY(!till().hold()->busy());
}

int TestTillSession::shown(int productId, ProductListModel::Role role)
{
    ProductListModel* products = till().products();
    for (int row = 0; row < products->count(); ++row) {
        if (products->productAt(row) == productId) {
            return products->data(products->index(row), role).toInt();
        }
    }
    return -1;
}

void TestTillSession::firstLinePlacesAHold()
{
    QCOMPARE(till().hold()->state(), HoldView::None);
    till().addProduct(1);
    QCOMPARE(till().cart()->count(), 1); // at once, whatever the network does
    QCOMPARE(till().hold()->state(), HoldView::Placing);
    QVERIFY(m->line(0).pending);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QVERIFY(!m->line(0).pending);
    QCOMPARE(shop().held(1), 1);
    QCOMPARE(till().hold()->secondsLeft(), 120);
    QCOMPARE(till().hold()->timeText(), u"2:00"_s);
    QCOMPARE(till().totals()->totalMinor(), 229);
}

void TestTillSession::linesChangeTheSameHold()
{
    till().addProduct(1);
    till().addProduct(1);
    till().addProduct(2);
    heldFor(1, 2);
    heldFor(2, 1);
    QCOMPARE(shop().activeHolds(), 1);
    QCOMPARE(till().cart()->count(), 2);
    till().changeQty(m->line(0).lineId, -1);
    heldFor(1, 1);
    QCOMPARE(shop().activeHolds(), 1);
    QCOMPARE(shop().seen("POST /api/holds"), 1);
}

void TestTillSession::emptyCartReleases()
{
    till().addProduct(1);
    heldFor(1, 1);
    till().removeSelectedLine();
    heldFor(1, 0);
    QCOMPARE(shop().activeHolds(), 0);
    QCOMPARE(till().hold()->state(), HoldView::None);
}

void TestTillSession::undoBringsTheLineBack()
{
    till().addProduct(1);
    till().addProduct(2);
    heldFor(2, 1);
    till().removeLine(m->line(0).lineId);
    heldFor(1, 0);
    QVERIFY(till().canUndoRemove());
    QCOMPARE(till().notice()->action(), Notice::UndoRemove);
    till().runNoticeAction();
    heldFor(1, 1);
    QCOMPARE(m->line(0).name, u"Oat drink 1 l"_s); // in its old place
    QVERIFY(!till().notice()->visible());
}

void TestTillSession::refusalLandsOnItsLine()
{
    QSignalSpy tones(&till(), &TillSession::refused);
    till().addProduct(1);
    till().addProduct(2);
    heldFor(2, 1);
    till().setQty(m->line(1).lineId, 5);
    QTRY_COMPARE(m->line(1).refusalText, u"only 3 left"_s);
    QCOMPARE(m->line(1).refusalAction, static_cast<int>(CartModel::TakeAvailable));
    QCOMPARE(m->line(1).refusalActionText, u"take 3"_s);
    QCOMPARE(m->line(1).qty, 5); // what the person wanted stays readable
    QVERIFY(m->line(0).refusalText.isEmpty());
    QCOMPARE(shop().held(2), 1); // what was promised stays promised
    QVERIFY(!till().canPay());
    QCOMPARE(tones.size(), 1);
}

void TestTillSession::takingWhatIsLeftSolvesIt()
{
    till().addProduct(2);
    heldFor(2, 1);
    till().setQty(m->line(0).lineId, 5);
    QTRY_VERIFY(!m->line(0).refusalText.isEmpty());
    till().addProduct(1); // another line still goes through
    heldFor(1, 1);
    till().applyRefusalAction(m->line(0).lineId);
    heldFor(2, 3);
    QVERIFY(m->line(0).refusalText.isEmpty());
    QVERIFY(till().canPay());
}

void TestTillSession::soldOutLineIsRemoved()
{
    shop().setOnHand(3, 0);
    till().addProduct(1);
    till().addProduct(3);
    QTRY_COMPARE(m->line(1).refusalText, u"none left"_s);
    QCOMPARE(m->line(1).refusalAction, static_cast<int>(CartModel::RemoveLine));
    till().applyRefusalAction(m->line(1).lineId);
    QCOMPARE(till().cart()->count(), 1);
    heldFor(1, 1);
}

void TestTillSession::lostAnswerHoldsOnce()
{
    shop().breakNext("POST /api/holds", FakeShop::Fault::CutAfter);
    till().addProduct(1);
    QTRY_VERIFY(shop().seen("POST /api/holds") >= 1);
    m->passMs(10);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QCOMPARE(shop().seen("POST /api/holds"), 2);
    QCOMPARE(shop().activeHolds(), 1);
    QCOMPARE(shop().held(1), 1);
}

void TestTillSession::unreachableServerIsToldAndSentLater()
{
    shop().setAway(true);
    till().addProduct(1);
    QTRY_COMPARE(till().status()->connection(), TillStatus::Offline);
    QCOMPARE(till().hold()->state(), HoldView::Placing);
    m->passMs(3'000);
    QTRY_COMPARE(till().status()->unsentCount(), 1);
    QCOMPARE(till().status()->unsentOldestText(), u"3 s"_s);
    shop().setAway(false);
    m->passMs(10);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QTRY_COMPARE(till().status()->connection(), TillStatus::Online);
    QTRY_COMPARE(till().status()->unsentCount(), 0);
    QCOMPARE(shop().activeHolds(), 1);
}

void TestTillSession::holdRunsOutAndIsTriedAgain()
{
    till().addProduct(1);
    heldFor(1, 1);
    m->passMs(89'000);
    QTRY_VERIFY(till().hold()->secondsLeft() <= 31);
    QCOMPARE(till().hold()->state(), HoldView::Active); // the Date of answers is cut to the second
    m->passMs(1'000);
    QTRY_COMPARE(till().hold()->state(), HoldView::Expiring);
    m->passMs(30'000);
    shop().expireHolds();
    QTRY_COMPARE(till().hold()->state(), HoldView::Expired);
    QCOMPARE(till().cart()->count(), 1); // the cart stays
    QVERIFY(!till().canPay());
    QCOMPARE(till().notice()->action(), Notice::RetryHold);
    till().runNoticeAction();
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    heldFor(1, 1);
    QCOMPARE(shop().seen("POST /api/holds"), 2);
}

void TestTillSession::extendGivesMoreTime()
{
    till().addProduct(1);
    heldFor(1, 1);
    m->passMs(100'000);
    QTRY_COMPARE(till().hold()->secondsLeft(), 20);
    QVERIFY(till().hold()->canExtend());
    till().extendHold();
    QTRY_COMPARE(till().hold()->secondsLeft(), 120);
    QCOMPARE(till().hold()->fraction(), 1.0);
}

void TestTillSession::cartAndHoldSurviveARestart()
{
    till().addProduct(1);
    till().addProduct(2);
    heldFor(2, 1);
    m->passMs(20'000);
    m->switchOff();
    m->switchOn();
    QTRY_COMPARE(till().cart()->count(), 2);
    QCOMPARE(m->line(1).name, u"Dark chocolate"_s);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QCOMPARE(till().hold()->secondsLeft(), 100);
    QCOMPARE(shop().activeHolds(), 1);
    till().addProduct(1);
    heldFor(1, 2);
    QCOMPARE(shop().activeHolds(), 1);
}

void TestTillSession::restartMidFlightHoldsOnce()
{
    shop().breakNext("POST /api/holds", FakeShop::Fault::CutAfter);
    till().addProduct(1);
    QTRY_COMPARE(shop().held(1), 1);
    m->switchOff(); // the server has the hold, the till never heard of it
    m->switchOn();
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QCOMPARE(shop().activeHolds(), 1);
    QCOMPARE(shop().held(1), 1);
    QVERIFY(shop().seen("POST /api/holds") >= 2);
}

void TestTillSession::parkedSalesKeepTheirHolds()
{
    till().addProduct(1);
    heldFor(1, 1);
    till().newSale();
    QCOMPARE(till().cart()->count(), 0);
    QCOMPARE(till().sales()->count(), 2);
    QCOMPARE(till().saleTitle(), u"Sale 2 of 2"_s);
    till().newSale(); // an empty sale is enough
    QCOMPARE(till().sales()->count(), 2);
    till().addProduct(1);
    heldFor(1, 2);
    QCOMPARE(shop().activeHolds(), 2);
    const QModelIndex first = till().sales()->index(0);
    till().switchSale(till().sales()->data(first, SaleTabModel::SaleIdRole).toString());
    QCOMPARE(till().cart()->count(), 1);
    QCOMPARE(till().sales()->currentRow(), 0);
    m->switchOff();
    m->switchOn();
    QTRY_COMPARE(till().sales()->count(), 2);
}

void TestTillSession::voidedSaleGivesItsUnitsBack()
{
    till().addProduct(1);
    heldFor(1, 1);
    till().newSale();
    till().addProduct(2);
    heldFor(2, 1);
    till().voidSale();
    heldFor(2, 0);
    // On to an empty sale, never into another shopper's.
    QTRY_COMPARE(till().cart()->count(), 0);
    QCOMPARE(till().sales()->count(), 2);
    QCOMPARE(till().sales()->currentRow(), 1);
    QCOMPARE(shop().held(1), 1);
}

void TestTillSession::tilesShowWhatThisTillMayAdd()
{
    QCOMPARE(shown(2, ProductListModel::AvailableRole), 3);
    shop().breakNext("POST /api/holds", FakeShop::Fault::Keep);
    till().addProduct(2);
    QCOMPARE(shown(2, ProductListModel::AvailableRole), 2); // before any answer
    QCOMPARE(shown(2, ProductListModel::InCartRole), 1);
    shop().letGo();
    heldFor(2, 1);
    QTRY_COMPARE(shown(2, ProductListModel::AvailableRole), 2);
    shop().setOnHand(2, 1); // sold elsewhere
    QTRY_COMPARE(shown(2, ProductListModel::AvailableRole), 0);
    QVERIFY(shown(2, ProductListModel::SoldOutRole));
}

void TestTillSession::keypadCountsAndSetsQuantities()
{
    till().keypad()->press(KeypadEntry::Key4);
    till().addProduct(1);
    QCOMPARE(m->line(0).qty, 4);
    QVERIFY(till().keypad()->empty());
    till().keypad()->press(KeypadEntry::Key7);
    till().keypad()->press(KeypadEntry::KeyEnter);
    QCOMPARE(m->line(0).qty, 7);
    heldFor(1, 7);
}

void TestTillSession::scansFindGoodsAndNameUnknownCodes()
{
    till().keypad()->press(KeypadEntry::Key9);
    till().addByCode(u"4000000000001"_s);
    QCOMPARE(m->line(0).qty, 1); // what was typed never multiplies a scan
    till().addByCode(u"SKU-2"_s);
    QCOMPARE(till().cart()->count(), 2);
    till().addByCode(u"9999999999999"_s);
    QCOMPARE(till().cart()->count(), 2);
    QVERIFY(till().notice()->text().contains(u"9999999999999"_s));
    till().addByCode(u"4000000000001"_s); // the next scan still works
    QCOMPARE(m->line(0).qty, 2);
    QVERIFY(!till().notice()->visible());
}

void TestTillSession::wrongClockEndsNoHold()
{
    till().addProduct(1);
    heldFor(1, 1);
    m->switchOff();
    m->setClockWrongByMs(3'600'000);
    shop().setAway(true);
    m->switchOn();
    QTRY_COMPARE(till().status()->connection(), TillStatus::Offline);
    QSignalSpy refusals(&till(), &TillSession::refused);
    QVERIFY(!refusals.wait(50)); // several ticks, by a clock that the server has not confirmed
    shop().setAway(false);
    till().checkCard(); // send again now
    QTRY_COMPARE(till().status()->connection(), TillStatus::Online);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QVERIFY(till().hold()->secondsLeft() >= 118);
    QCOMPARE(shop().seen("POST /api/holds"), 1);
}

void TestTillSession::enterTakesWhatIsLeft()
{
    till().addProduct(2);
    heldFor(2, 1);
    till().setQty(m->line(0).lineId, 5);
    QTRY_COMPARE(m->line(0).refusalText, u"only 3 left"_s);
    till().keypad()->press(KeypadEntry::KeyEnter);
    QCOMPARE(m->line(0).qty, 3);
    heldFor(2, 3);
    till().keypad()->press(KeypadEntry::KeyEnter); // nothing left to solve
    QCOMPARE(m->line(0).qty, 3);
}

void TestTillSession::searchGoesThroughAllCategories()
{
    till().setCategory(u"Toys"_s);
    QCOMPARE(till().products()->count(), 0);
    till().setSearchText(u"olive"_s);
    QCOMPARE(till().products()->count(), 1);
    till().setCategory(u"Toys"_s); // touched again: back to it
    QCOMPARE(till().searchText(), QString());
    QCOMPARE(till().products()->count(), 0);
}

QTEST_MAIN(TestTillSession)
#include "test_till_session.moc"
