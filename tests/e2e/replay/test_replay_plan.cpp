#include "tests/e2e/replay/plan.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace holdfast::replay;

namespace {

/// Lines without the header: invoice,code,description,quantity,price,customer.
Plan planOf(const QByteArray& rows, int terminals = 2)
{
    QByteArray text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
                      "Country\n";
    for (const QByteArray& row : rows.split('\n')) {
        const QList<QByteArray> f = row.split(',');
        text += f[0] + ',' + f[1] + ',' + f[2] + ',' + f[3] + ",2011-01-04 10:00:00," + f[4] + ',' +
                f[5] + ",United Kingdom\n";
    }
    const RetailFile file = parseRetailText(text);
    if (!file.error.isEmpty()) {
        qFatal("%s", qPrintable(file.error));
    }
    const Plan plan = makePlan(file.lines, terminals);
    const QStringList faults = auditPlan(plan, file.lines);
    if (!faults.isEmpty()) {
        qFatal("%s", qPrintable(faults.join(u'\n')));
    }
    return plan;
}

} // namespace

class ReplayPlanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsQuotedFields();
    void readsPrices_data();
    void readsPrices();
    void refusesBrokenText();
    void everyLineHasItsFate_data();
    void everyLineHasItsFate();
    void aReturnGoesToTheLatestPurchaseAtItsPrice();
    void aManualEntryUndoesADifferentlyShapedSale();
    void badDebtIsBookedTakenBackAndRefused();
    void longInvoicesAreSplit();
    void aCustomerStaysOnOneTerminal();
    void theShippedExtractAddsUp();
};

void ReplayPlanTest::readsQuotedFields()
{
    QByteArrayView rest("1,\"A, \"\"B\"\"\nC\",2\r\n3,,4\n");
    QCOMPARE(*takeCsvRecord(rest), (QList<QByteArray>{"1", "A, \"B\"\nC", "2"}));
    QCOMPARE(*takeCsvRecord(rest), (QList<QByteArray>{"3", "", "4"}));
    QVERIFY(rest.isEmpty());
}

void ReplayPlanTest::readsPrices_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isRead");
    QTest::addColumn<qint64>("milli");
    QTest::newRow("one decimal") << QByteArray("2.1") << true << qint64(2100);
    QTest::newRow("three decimals") << QByteArray("0.001") << true << qint64(1);
    QTest::newRow("negative") << QByteArray("-11062.06") << true << qint64(-11'062'060);
    QTest::newRow("whole") << QByteArray("18") << true << qint64(18'000);
    QTest::newRow("four decimals") << QByteArray("0.0001") << false << qint64(0);
    QTest::newRow("text") << QByteArray("free") << false << qint64(0);
    QTest::newRow("empty") << QByteArray("") << false << qint64(0);
}

void ReplayPlanTest::readsPrices()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isRead);
    QFETCH(qint64, milli);
    const auto price = parseMilli(text);
    QCOMPARE(price.has_value(), isRead);
    QCOMPARE(price.value_or(0), milli);
}

void ReplayPlanTest::refusesBrokenText()
{
    QVERIFY(!parseRetailText("header\n1,2,3\n").error.isEmpty());
    QVERIFY(!parseRetailText("header\n1,A,\"open,1,t,2.0,,UK\n").error.isEmpty());
    QVERIFY(!parseRetailText("header\n1,A,x,many,t,2.0,,UK\n").error.isEmpty());
}

void ReplayPlanTest::everyLineHasItsFate_data()
{
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<int>("fate");
    QTest::addColumn<int>("lines");
    const auto add = [](const char* name, const QByteArray& rows, Fate fate, int lines) {
        QTest::newRow(name) << rows << int(fate) << lines;
    };
    const QByteArray sale = "1,A,THING,5,2.5,7.0";
    add("a sale", sale, Fate::Sold, 1);
    add("a gift to a customer", "1,A,THING,5,0.0,7.0", Fate::GivenAway, 1);
    add("a gift beside paid goods", "1,B,X,1,2.0,\n1,A,THING,5,0.0,", Fate::GivenAway, 1);
    add("found", "1,A,found,5,0.0,", Fate::StockFound, 1);
    add("damaged", "1,A,damages,-5,0.0,", Fate::StockWrittenOff, 1);
    add("returned", sale + "\nC2,A,THING,-5,2.5,7.0", Fate::Returned, 1);
    add("returned in two", sale + "\nC2,A,THING,-2,2.5,7.0\nC3,A,THING,-3,2.5,7.0", Fate::Returned,
        2);
    add("returned dearer than bought", sale + "\nC2,A,THING,-5,3.0,7.0", Fate::Returned, 1);
    add("more than bought", sale + "\nC2,A,THING,-6,2.5,7.0", Fate::RefusedTooMany, 1);
    add("returned twice", sale + "\nC2,A,THING,-5,2.5,7.0\nC3,A,THING,-5,2.5,7.0",
        Fate::RefusedTooMany, 1);
    add("never bought", sale + "\nC2,B,OTHER,-1,2.5,7.0", Fate::RefusedUnknown, 1);
    add("bought by another", sale + "\nC2,A,THING,-1,2.5,8.0", Fate::RefusedUnknown, 1);
    add("returned by nobody", sale + "\nC2,A,THING,-1,2.5,", Fate::RefusedUnknown, 1);
    add("other case, other code", sale + "\nC2,a,THING,-1,2.5,7.0", Fate::RefusedUnknown, 1);
    add("discount", sale + "\nC2,D,Discount,-1,12.5,7.0", Fate::MoneyBack, 1);
    add("discount above what was paid", sale + "\nC2,D,Discount,-1,12.51,7.0", Fate::RefusedUnknown,
        1);
}

void ReplayPlanTest::everyLineHasItsFate()
{
    QFETCH(QByteArray, rows);
    QFETCH(int, fate);
    QFETCH(int, lines);
    QCOMPARE(planOf(rows).of(Fate(fate)).lines, lines);
}

void ReplayPlanTest::aReturnGoesToTheLatestPurchaseAtItsPrice()
{
    const Plan plan = planOf("1,A,THING,5,2.5,7.0\n2,A,THING,5,2.5,7.0\n3,A,THING,5,3.0,7.0\n"
                             "C4,A,THING,-6,2.5,7.0");
    QCOMPARE(plan.orders.at(0).refundedMinor(), 250);
    QCOMPARE(plan.orders.at(1).refundedMinor(), 1250);
    QCOMPARE(plan.orders.at(2).refundedMinor(), 0);
    QCOMPARE(plan.refundSteps, 2);
    QCOMPARE(plan.closingUnits(), 6);
    QCOMPARE(plan.openingUnits(), 15);
}

void ReplayPlanTest::aManualEntryUndoesADifferentlyShapedSale()
{
    const Plan plan = planOf("556444,22502,BASKET,60,649.5,15098.0\n"
                             "C556445,M,Manual,-1,38970.0,15098.0");
    QCOMPARE(plan.orders.at(0).refundedMinor(), 3'897'000);
    QCOMPARE(plan.closingUnits(), 0);
}

void ReplayPlanTest::badDebtIsBookedTakenBackAndRefused()
{
    const Plan plan = planOf("A1,B,Adjust bad debt,1,11062.06,\nA2,B,Adjust bad debt,1,-11062.06,\n"
                             "A3,B,Adjust bad debt,1,-11062.06,");
    QCOMPARE(plan.sellSteps, 1);
    QCOMPARE(plan.refundSteps, 1);
    QCOMPARE(plan.refusalSteps, 1);
    QCOMPARE(plan.orders.at(0).refundedMinor(), 1'106'206);
    QCOMPARE(plan.badDebtRefusedMilli, -11'062'060);
}

void ReplayPlanTest::longInvoicesAreSplit()
{
    QByteArray rows;
    for (int i = 0; i < 401; ++i) {
        rows += (i == 0 ? "" : "\n") + QByteArray("1,A,THING,1,2.5,7.0");
    }
    const Plan plan = planOf(rows);
    QCOMPARE(plan.sellSteps, 3);
    QCOMPARE(plan.orders.at(2).totalMinor(), 250);
}

void ReplayPlanTest::aCustomerStaysOnOneTerminal()
{
    const Plan plan = planOf("1,A,T,1,2.5,7.0\n2,A,T,1,2.5,8.0\nC3,A,T,-1,2.5,7.0\n"
                             "C4,A,T,-1,2.5,8.0");
    for (const auto& steps : plan.terminals) {
        QCOMPARE(steps.size(), std::size_t(2));
        QCOMPARE(steps[0].order, steps[1].order);
    }
}

void ReplayPlanTest::theShippedExtractAddsUp()
{
    const RetailFile file = readRetailFile(qEnvironmentVariable("HOLDFAST_SOURCE") +
                                           u"/tests/data/online-retail-extract.csv"_s);
    QVERIFY2(file.error.isEmpty(), qPrintable(file.error));
    const Plan plan = makePlan(file.lines, 8);
    QCOMPARE(auditPlan(plan, file.lines), QStringList());
    QVERIFY(plan.splitInvoices > 0);
    QVERIFY(plan.priceRoundingMilli > 0);
    for (int i = 0; i < fateCount; ++i) {
        QVERIFY2(plan.of(Fate(i)).lines > 0, nameOf(Fate(i)));
    }
}

QTEST_APPLESS_MAIN(ReplayPlanTest)
#include "test_replay_plan.moc"
