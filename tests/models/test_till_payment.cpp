// Paying at the till: cash, card, and everything that a card terminal can leave unclear.
#include "tests/models/fake_till.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

class TestTillPayment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m.reset(); }

    void cashWithChange();
    void exactCashFromThePad();
    void cashInTwoParts();
    void serverAloneRoundsCash_data();
    void serverAloneRoundsCash();
    void orderOfALostDatabaseBlocksNothing();
    void unreachableServerIsNamedWhileCashWaits();
    void nextShopperIsServedMeanwhile();
    void lostCashAnswerTakesMoneyOnce();
    void leavingGivesTheCartBack();
    void holdThatEndsWhilePayingIsTold();
    void cardApproved();
    void cardDeclinedKeepsTheBasket();
    void cardThatIsNotDecidedBlocksEverythingElse();
    void silentGatewayIsUnknownUntilItAnswers();
    void cancelCountsOnlyWhenConfirmed();
    void cancelThatComesTooLateIsPaid();
    void lostCardStartChargesOnce();
    void runningCardPaymentSurvivesARestart();
    void paidSaleSurvivesARestart();
    void nextItemAfterReceiptStartsNextSale();

private:
    [[nodiscard]] TillSession& till() { return m->till(); }
    [[nodiscard]] FakeShop& shop() { return m->shop(); }
    [[nodiscard]] PaymentSession& payment() { return *till().payment(); }
    void basket();
    void startCard();

    std::unique_ptr<FakeTill> m;
};

void TestTillPayment::init()
{
    m = std::make_unique<FakeTill>();
    QTRY_COMPARE(till().products()->count(), 3);
}

/// 2 × 2.29 + 1 × 2.99 = 7.57
void TestTillPayment::basket()
{
    till().addProduct(1);
    till().addProduct(1);
    till().addProduct(2);
    QTRY_COMPARE(shop().held(2), 1);
    QTRY_VERIFY(!till().hold()->busy());
    QVERIFY(till().canPay());
    till().startPayment();
    QCOMPARE(till().stage(), TillSession::Paying);
    QCOMPARE(payment().state(), PaymentSession::Choosing);
    QCOMPARE(payment().dueMinor(), 757);
}

void TestTillPayment::startCard()
{
    basket();
    till().startCard();
    QCOMPARE(payment().state(), PaymentSession::CardWaiting);
    QTRY_COMPARE(shop().cardCharges(), 1);
    QTRY_VERIFY(!till().hold()->busy());
}

void TestTillPayment::cashWithChange()
{
    basket();
    till().payCash(1'000);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(till().stage(), TillSession::Finished);
    QCOMPARE(payment().changeMinor(), 243);
    QVERIFY(till().receipt()->present());
    QCOMPARE(till().receipt()->methodText(), u"Cash"_s);
    QCOMPARE(till().receipt()->lines()->rows().first().leftText, u"Oat drink 1 l"_s);
    QCOMPARE(shop().paidOrders(), 1);
    QCOMPARE(shop().cashTakenMinor(), 757);
    QCOMPARE(shop().available(1), 8);
    till().finishSale();
    QCOMPARE(till().stage(), TillSession::Selling);
    QCOMPARE(till().cart()->count(), 0);
    QVERIFY(!till().receipt()->present());
}

void TestTillPayment::exactCashFromThePad()
{
    basket();
    till().keypad()->press(KeypadEntry::KeyEnter);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(payment().changeMinor(), 0);
    QVERIFY(till().receipt()->changeText().isEmpty());
    till().keypad()->press(KeypadEntry::KeyEnter);
    QCOMPARE(till().stage(), TillSession::Selling);
}

void TestTillPayment::cashInTwoParts()
{
    basket();
    till().payCash(500);
    QTRY_COMPARE(payment().state(), PaymentSession::Choosing);
    QCOMPARE(payment().dueMinor(), 257);
    QVERIFY(!payment().canLeave()); // money was taken
    till().payCash(300);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(payment().changeMinor(), 43);
    QCOMPARE(shop().orderCount(), 1);
    QCOMPARE(shop().cashTakenMinor(), 757);
}

void TestTillPayment::serverAloneRoundsCash_data()
{
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("tendered");
    QTest::addColumn<int>("change");
    QTest::addColumn<int>("taken");
    QTest::newRow("every cent is there") << 1 << 757 << 0 << 757;
    QTest::newRow("rounded down") << 5 << 755 << 0 << 755;
    QTest::newRow("rounded down, exact amount given") << 5 << 757 << 2 << 755;
    QTest::newRow("rounded up, with change") << 10 << 1'000 << 240 << 760;
    QTest::newRow("rounded up, exact amount given") << 10 << 757 << 0 << 757;
}

void TestTillPayment::serverAloneRoundsCash()
{
    QFETCH(int, step);
    QFETCH(int, tendered);
    QFETCH(int, change);
    QFETCH(int, taken);
    shop().setCashStep(step);
    basket();
    QuickAmountModel* amounts = payment().quickAmounts();
    QCOMPARE(amounts->data(amounts->index(0), QuickAmountModel::AmountMinorRole).toInt(), 757);
    till().payCash(tendered);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(payment().changeMinor(), change);
    QCOMPARE(payment().changeText().isEmpty(), change == 0);
    QCOMPARE(shop().cashTakenMinor(), taken);
}

void TestTillPayment::orderOfALostDatabaseBlocksNothing()
{
    basket();
    till().payCash(500);
    QTRY_COMPARE(payment().dueMinor(), 257);
    shop().forgetOrders();
    till().payCash(257);
    QTRY_COMPARE(payment().dueMinor(), 757);
    QCOMPARE(payment().state(), PaymentSession::Choosing);
    QVERIFY(payment().messageText().contains(u"not taken"));
    QTRY_COMPARE(shop().held(1), 2); // held anew
    QTRY_VERIFY(!till().hold()->busy());
    till().payCashExact();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().paidOrders(), 1);
}

void TestTillPayment::unreachableServerIsNamedWhileCashWaits()
{
    basket();
    QTRY_VERIFY(!till().hold()->busy());
    till().keypad()->press(KeypadEntry::Key5);
    QVERIFY(till().typedIsPart()); // 0.05 of 7.57
    till().keypad()->press(KeypadEntry::Key00);
    till().keypad()->press(KeypadEntry::Key0);
    QVERIFY(!till().typedIsPart());
    shop().setAway(true);
    till().startCard();
    QTRY_VERIFY(payment().messageText().contains(u"not been asked"));
    till().cancelCard();
    QCOMPARE(payment().state(), PaymentSession::Choosing);
    till().payCash(1'000);
    QTRY_VERIFY(payment().messageText().contains(u"cannot be reached"));
    shop().setAway(false);
    QTRY_VERIFY_WITH_TIMEOUT((m->passMs(1), payment().state() == PaymentSession::Paid), 5'000);
    QCOMPARE(shop().cashTakenMinor(), 757);
}

void TestTillPayment::nextShopperIsServedMeanwhile()
{
    startCard();
    till().newSale();
    QCOMPARE(till().stage(), TillSession::Selling);
    till().addProduct(3);
    QTRY_COMPARE(shop().held(3), 1);
    QTRY_VERIFY(!till().hold()->busy());
    till().startPayment();
    till().payCashExact();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    till().finishSale();
    QCOMPARE(till().cart()->count(), 0); // not back into the first shopper's sale
    QCOMPARE(till().stage(), TillSession::Selling);
    shop().decideCard(u"approved"_s);
    const QModelIndex first = till().sales()->index(0);
    QTRY_VERIFY(till().sales()->data(first, SaleTabModel::AttentionRole).toBool());
    QCOMPARE(shop().cardCharges(), 1);
}

void TestTillPayment::lostCashAnswerTakesMoneyOnce()
{
    basket();
    shop().breakNext("/payments", FakeShop::Fault::CutAfter);
    till().payCash(1'000);
    QTRY_COMPARE(shop().paidOrders(), 1);
    m->switchOff(); // between the payment and its answer
    m->switchOn();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(payment().changeMinor(), 243);
    QCOMPARE(shop().cashTakenMinor(), 757);
    QCOMPARE(shop().paidOrders(), 1);
}

void TestTillPayment::leavingGivesTheCartBack()
{
    basket();
    till().leavePayment();
    QCOMPARE(till().stage(), TillSession::Selling);
    till().addProduct(3);
    QTRY_COMPARE(shop().held(3), 1);
    QCOMPARE(shop().orderCount(), 0);
    QCOMPARE(shop().activeHolds(), 1);
}

void TestTillPayment::holdThatEndsWhilePayingIsTold()
{
    basket();
    shop().expireHolds();
    till().payCash(1'000);
    QTRY_COMPARE(till().hold()->state(), HoldView::Expired);
    QCOMPARE(till().stage(), TillSession::Selling);
    QCOMPARE(shop().cashTakenMinor(), 0);
    QCOMPARE(till().cart()->count(), 2);
    till().retryHold();
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
}

void TestTillPayment::cardApproved()
{
    startCard();
    shop().decideCard(u"approved"_s);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(till().receipt()->methodText(), u"Card"_s);
    QCOMPARE(shop().cardCharges(), 1);
}

void TestTillPayment::cardDeclinedKeepsTheBasket()
{
    startCard();
    shop().decideCard(u"declined"_s);
    QTRY_COMPARE(payment().state(), PaymentSession::CardDeclined);
    QVERIFY(payment().messageText().contains(u"No money was taken"_s));
    QCOMPARE(till().cart()->count(), 2);
    QTRY_COMPARE(shop().activeHolds(), 1); // the goods are held again by themselves
    shop().setCardState(u"approved"_s);
    till().startCard();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().cardCharges(), 2); // two attempts, the first confirmed as declined
    QCOMPARE(shop().paidOrders(), 1);
    QCOMPARE(shop().orderCount(), 2);
}

void TestTillPayment::cardThatIsNotDecidedBlocksEverythingElse()
{
    startCard();
    QVERIFY(!payment().canCash());
    QVERIFY(!payment().canCard());
    QVERIFY(!payment().canLeave());
    till().payCash(1'000);
    till().startCard();
    till().leavePayment();
    till().voidSale();
    till().addProduct(3);
    QCOMPARE(payment().state(), PaymentSession::CardWaiting);
    QCOMPARE(till().cart()->count(), 2);
    QCOMPARE(shop().cardCharges(), 1);
    QCOMPARE(shop().cashTakenMinor(), 0);
    till().newSale(); // the next shopper can be served meanwhile
    QCOMPARE(till().stage(), TillSession::Selling);
    till().addProduct(3);
    QTRY_COMPARE(shop().held(3), 1);
}

void TestTillPayment::silentGatewayIsUnknownUntilItAnswers()
{
    shop().setCardState(u"unknown"_s);
    startCard();
    QTRY_COMPARE(payment().state(), PaymentSession::CardUnknown);
    till().payCash(1'000);
    till().startCard();
    QCOMPARE(payment().state(), PaymentSession::CardUnknown);
    QCOMPARE(shop().cardCharges(), 1);
    QVERIFY(payment().canCheckCard());
    shop().setAway(true); // nobody can be asked at all
    till().checkCard();
    m->passMs(100'000);
    QTRY_COMPARE(till().status()->connection(), TillStatus::Offline);
    QCOMPARE(payment().state(), PaymentSession::CardUnknown);
    shop().setAway(false);
    shop().decideCard(u"approved"_s);
    till().checkCard();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().cardCharges(), 1);
}

void TestTillPayment::cancelCountsOnlyWhenConfirmed()
{
    startCard();
    shop().breakNext("/cancel", FakeShop::Fault::Keep);
    till().cancelCard();
    QVERIFY(payment().cancelRequested());
    QCOMPARE(payment().state(), PaymentSession::CardWaiting);
    QTRY_VERIFY(shop().seen("/cancel") == 1);
    QVERIFY(!payment().canCash());
    shop().letGo();
    QTRY_COMPARE(payment().state(), PaymentSession::CardDeclined);
    QVERIFY(payment().canCash());
    till().payCash(1'000);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().paidOrders(), 1);
}

void TestTillPayment::cancelThatComesTooLateIsPaid()
{
    startCard();
    shop().breakNext("/cancel", FakeShop::Fault::Keep);
    till().cancelCard();
    QTRY_VERIFY(shop().seen("/cancel") == 1);
    shop().decideCard(u"approved"_s);
    shop().letGo();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().paidOrders(), 1);
}

void TestTillPayment::lostCardStartChargesOnce()
{
    shop().breakNext("POST /v1/payments", FakeShop::Fault::CutAfter);
    basket();
    till().startCard();
    QTRY_COMPARE(shop().cardCharges(), 1);
    QCOMPARE(payment().state(), PaymentSession::CardWaiting);
    QTRY_VERIFY_WITH_TIMEOUT((m->passMs(1), shop().seen("POST /v1/payments") >= 2), 5'000);
    shop().decideCard(u"approved"_s);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().cardCharges(), 1);
}

void TestTillPayment::runningCardPaymentSurvivesARestart()
{
    startCard();
    till().newSale();
    till().addProduct(3);
    QTRY_COMPARE(shop().held(3), 1);
    m->switchOff();
    m->switchOn();
    QTRY_COMPARE(till().stage(), TillSession::Paying); // it is returned to
    QCOMPARE(payment().state(), PaymentSession::CardWaiting);
    QVERIFY(!payment().canCash());
    shop().decideCard(u"approved"_s);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    QCOMPARE(shop().cardCharges(), 1);
    QCOMPARE(till().sales()->count(), 2);
}

void TestTillPayment::paidSaleSurvivesARestart()
{
    basket();
    till().payCash(1'000);
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    m->switchOff();
    m->switchOn();
    QTRY_COMPARE(till().stage(), TillSession::Finished);
    QCOMPARE(payment().changeMinor(), 243);
    QVERIFY(till().receipt()->present());
    till().finishSale();
    m->switchOff();
    m->switchOn();
    QTRY_COMPARE(till().products()->count(), 3);
    QCOMPARE(till().stage(), TillSession::Selling);
    QCOMPARE(till().cart()->count(), 0);
}

void TestTillPayment::nextItemAfterReceiptStartsNextSale()
{
    basket();
    till().payCashExact();
    QTRY_COMPARE(payment().state(), PaymentSession::Paid);
    till().addByCode(u"4000000000003"_s);
    QCOMPARE(till().stage(), TillSession::Selling);
    QCOMPARE(till().cart()->count(), 1);
    QCOMPARE(m->line(0).name, u"Olive oil"_s);
}

QTEST_MAIN(TestTillPayment)
#include "test_till_payment.moc"
