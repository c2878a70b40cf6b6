// Real tills sell from a real server: cash, cards, two tills at once, and everybody dying
// meanwhile.
#include "tests/e2e/till_world.h"

#include <QElapsedTimer>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int patienceMs = 20'000;

} // namespace

class TillSales : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void saleByCash();
    void cashIsRoundedByTheServerAlone_data();
    void cashIsRoundedByTheServerAlone();
    void saleByCard();
    void declinedCardThenCash();
    void silentCardIsUnknownAndNeverChargedTwice();
    void cancelledCardIsConfirmed();
    void saleOnOneTillShowsOnTheOther();
    void lastUnitGoesToOneTill();
    void serverDiesInTheMiddleOfASale();
    void tillDiesInTheMiddleOfASale();
    void tillDiesInTheMiddleOfACardPayment();
    void holdExpiresAndIsHeldAgain();

private:
    void open(const QStringList& gatewayOptions = {}, const QStringList& serverOptions = {});
    /// One unit of a new product at this price is in the cart, held, and being paid.
    void startPaying(qint64 priceMinor);
    [[nodiscard]] TillSession& till() { return m_till->session(); }
    [[nodiscard]] qint64 onHand(qint64 id)
    {
        return m_shop->product(id).value(u"on_hand"_s).toInteger();
    }

    std::unique_ptr<TillWorld> m_world;
    std::unique_ptr<Shop> m_shop;
    std::unique_ptr<RealTill> m_till;
    int m_product = 0;
};

void TillSales::init()
{
    m_world = std::make_unique<TillWorld>();
}

void TillSales::cleanup()
{
    m_till.reset();
    m_shop.reset();
    m_world.reset();
}

void TillSales::open(const QStringList& gatewayOptions, const QStringList& serverOptions)
{
    QVERIFY(m_world->start(gatewayOptions, serverOptions));
    m_shop = std::make_unique<Shop>(m_world->shop());
    m_product = static_cast<int>(m_shop->addProduct(10, 250, u"Oat drink"_s));
    QVERIFY(m_product > 0);
    m_till = m_world->newTill();
    QTRY_COMPARE_WITH_TIMEOUT(m_till->tile(m_product), 10, patienceMs);
    QTRY_COMPARE(till().status()->connection(), TillStatus::Online);
}

void TillSales::startPaying(qint64 priceMinor)
{
    m_product = static_cast<int>(m_shop->addProduct(10, priceMinor, u"Chocolate"_s));
    QTRY_COMPARE_WITH_TIMEOUT(m_till->tile(m_product), 10, patienceMs);
    till().addProduct(m_product);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    till().startPayment();
    QCOMPARE(till().payment()->dueMinor(), priceMinor);
}

void TillSales::saleByCash()
{
    open();
    till().addProduct(m_product);
    till().addProduct(m_product);
    QTRY_COMPARE(m_shop->available(m_product), 8);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QVERIFY(till().hold()->secondsLeft() > 100);
    till().startPayment();
    till().payCash(1'000);
    QTRY_COMPARE(till().payment()->state(), PaymentSession::Paid);
    QCOMPARE(till().payment()->changeMinor(), 500);
    QCOMPARE(till().receipt()->methodText(), u"Cash"_s);
    QCOMPARE(onHand(m_product), 8);
    till().finishSale();
    QTRY_COMPARE(m_till->tile(m_product), 8);
    QCOMPARE(m_world->server().tool({u"verify"_s}).exitCode, 0);
}

void TillSales::cashIsRoundedByTheServerAlone_data()
{
    QTest::addColumn<int>("price");
    QTest::addColumn<int>("tendered");
    QTest::addColumn<int>("change");
    QTest::newRow("down, the coins that exist") << 302 << 300 << 0;
    QTest::newRow("down, more given") << 302 << 500 << 200;
    QTest::newRow("up, the exact sum given") << 303 << 303 << 0;
    QTest::newRow("up, more given") << 303 << 500 << 195;
}

void TillSales::cashIsRoundedByTheServerAlone()
{
    QFETCH(int, price);
    QFETCH(int, tendered);
    QFETCH(int, change);
    open({}, {u"--cash-rounding-minor"_s, u"5"_s});
    startPaying(price);
    till().payCash(tendered);
    QTRY_COMPARE(till().payment()->state(), PaymentSession::Paid);
    QCOMPARE(till().payment()->changeMinor(), change);
    QCOMPARE(onHand(m_product), 9);
}

void TillSales::saleByCard()
{
    open();
    startPaying(250);
    till().startCard();
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::Paid, patienceMs);
    QCOMPARE(till().receipt()->methodText(), u"Card"_s);
    QCOMPARE(onHand(m_product), 9);
}

void TillSales::declinedCardThenCash()
{
    open();
    startPaying(301); // the gateway declines amounts that end in 01
    till().startCard();
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::CardDeclined, patienceMs);
    QCOMPARE(till().cart()->count(), 1);
    QVERIFY(till().payment()->canCash());
    till().payCash(500);
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::Paid, patienceMs);
    QCOMPARE(till().payment()->changeMinor(), 199);
    QCOMPARE(onHand(m_product), 9); // sold once
    QTRY_COMPARE(m_shop->available(m_product), 9);
}

void TillSales::silentCardIsUnknownAndNeverChargedTwice()
{
    open({u"--silent-ms"_s, u"4000"_s});
    startPaying(302); // the gateway is silent about amounts that end in 02
    till().startCard();
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::CardUnknown, patienceMs);
    till().payCash(500);
    till().startCard();
    till().leavePayment();
    QCOMPARE(till().payment()->state(), PaymentSession::CardUnknown);
    till().checkCard();
    QTRY_VERIFY_WITH_TIMEOUT(till().payment()->state() == PaymentSession::Paid ||
                                 till().payment()->state() == PaymentSession::CardDeclined,
                             patienceMs);
    HttpClient gateway(m_world->gateway().port());
    QCOMPARE(gateway.get("/v1/payments").list().size(), 1);
}

void TillSales::cancelledCardIsConfirmed()
{
    open({u"--manual"_s});
    startPaying(250);
    till().startCard();
    QTRY_VERIFY(till().payment()->messageText().contains(u"Present"_s));
    till().cancelCard();
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::CardDeclined, patienceMs);
    HttpClient gateway(m_world->gateway().port());
    const QJsonArray payments = gateway.get("/v1/payments").list();
    QCOMPARE(payments.size(), 1);
    QCOMPARE(payments.first()[u"state"].toString(), u"cancelled"_s);
    till().leavePayment();
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QTRY_COMPARE(m_shop->available(m_product), 9);
}

void TillSales::saleOnOneTillShowsOnTheOther()
{
    open();
    const std::unique_ptr<RealTill> other = m_world->newTill();
    QTRY_COMPARE_WITH_TIMEOUT(other->tile(m_product), 10, patienceMs);
    qint64 slowestMs = 0;
    for (int round = 0; round < 5; ++round) {
        const int before = other->tile(m_product);
        QElapsedTimer timer;
        timer.start();
        till().addProduct(m_product);
        QTRY_COMPARE_WITH_TIMEOUT(other->tile(m_product), before - 1, patienceMs);
        slowestMs = std::max(slowestMs, timer.elapsed());
    }
    till().startPayment();
    till().payCashExact();
    QTRY_COMPARE(till().payment()->state(), PaymentSession::Paid);
    QTRY_COMPARE(other->tile(m_product), 5);
    qInfo("from a touch on one till to the other's tile: %lld ms at most", slowestMs);
    QVERIFY2(slowestMs <= 1'000, "slower than a second");
}

void TillSales::lastUnitGoesToOneTill()
{
    open();
    const int rare = static_cast<int>(m_shop->addProduct(1, 999, u"The last one"_s));
    const std::unique_ptr<RealTill> other = m_world->newTill();
    QTRY_COMPARE_WITH_TIMEOUT(m_till->tile(rare), 1, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(other->tile(rare), 1, patienceMs);
    till().addProduct(rare);
    other->session().addProduct(rare);
    QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(till().canPay()) +
                                  static_cast<int>(other->session().canPay()),
                              1, patienceMs);
    QTRY_VERIFY(!till().hold()->busy() && !other->session().hold()->busy());
    TillSession& loser = till().canPay() ? other->session() : till();
    QCOMPARE(loser.cart()->rows().first().refusalText, u"none left"_s);
}

void TillSales::serverDiesInTheMiddleOfASale()
{
    open();
    till().addProduct(m_product);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    m_shop.reset();
    QVERIFY(m_world->restartServerHard());
    m_shop = std::make_unique<Shop>(m_world->shop());
    till().addProduct(m_product); // while the till may still be finding its way back
    QTRY_COMPARE_WITH_TIMEOUT(m_shop->available(m_product), 8, patienceMs);
    QTRY_VERIFY(!till().hold()->busy());
    till().startPayment();
    till().payCash(500);
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::Paid, patienceMs);
    QCOMPARE(onHand(m_product), 8);
    QTRY_COMPARE_WITH_TIMEOUT(till().status()->connection(), TillStatus::Online, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_till->tile(m_product), 8, patienceMs);
    QCOMPARE(m_world->server().tool({u"verify"_s}).exitCode, 0);
}

void TillSales::tillDiesInTheMiddleOfASale()
{
    open();
    till().addProduct(m_product);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    till().addProduct(m_product);
    m_till->switchOff(); // the change may or may not have been sent
    m_till->switchOn();
    QTRY_COMPARE_WITH_TIMEOUT(till().cart()->count(), 1, patienceMs);
    QCOMPARE(till().cart()->rows().first().qty, 2);
    QTRY_COMPARE_WITH_TIMEOUT(m_shop->available(m_product), 8, patienceMs);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    till().startPayment();
    till().payCashExact();
    QTRY_COMPARE(till().payment()->state(), PaymentSession::Paid);
    QCOMPARE(onHand(m_product), 8);
}

void TillSales::tillDiesInTheMiddleOfACardPayment()
{
    open({u"--manual"_s});
    startPaying(250);
    till().startCard();
    QTRY_VERIFY(till().payment()->messageText().contains(u"Present"_s));
    m_till->switchOff();
    HttpClient gateway(m_world->gateway().port());
    const QString id = gateway.get("/v1/payments").list().first()[u"id"].toString();
    QVERIFY(!id.isEmpty());
    QCOMPARE(gateway.post("/v1/payments/" + id.toLatin1() + "/approve", {}).status, 200);
    m_till->switchOn();
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::Paid, patienceMs);
    QCOMPARE(gateway.get("/v1/payments").list().size(), 1);
    QCOMPARE(onHand(m_product), 9);
}

void TillSales::holdExpiresAndIsHeldAgain()
{
    open({}, {u"--hold-seconds"_s, u"2"_s});
    till().addProduct(m_product);
    QTRY_COMPARE(till().hold()->state(), HoldView::Expiring); // below 30 s from the start
    QTRY_COMPARE_WITH_TIMEOUT(till().hold()->state(), HoldView::Expired, patienceMs);
    QCOMPARE(till().cart()->count(), 1);
    QTRY_COMPARE(m_shop->available(m_product), 10);
    till().retryHold();
    QTRY_COMPARE(m_shop->available(m_product), 9);
}

QTEST_GUILESS_MAIN(TillSales)
#include "till_sales.moc"
