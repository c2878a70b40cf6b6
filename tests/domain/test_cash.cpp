#include "tests/domain/property.h"

#include "shared/domain/limits.h"
#include "shared/domain/pricing.h"

#include <algorithm>
#include <limits>

using namespace holdfast;

class CashTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rounding_data();
    void rounding();
    void roundingIsNearest();
    void steps();
    void quickAmounts_data();
    void quickAmounts();
    void quickAmountsAreUsable();
};

namespace {

Currency currency(std::string_view code)
{
    return Currency::parse(code).value();
}

} // namespace

void CashTest::rounding_data()
{
    QTest::addColumn<Minor>("amount");
    QTest::addColumn<Minor>("step");
    QTest::addColumn<Minor>("expected");
    const auto row = [](const char* name, Minor amount, Minor step, Minor expected) {
        QTest::newRow(name) << amount << step << expected;
    };
    constexpr Minor max = std::numeric_limits<Minor>::max();
    constexpr Minor min = std::numeric_limits<Minor>::min();
    row("no step", 1234, 1, 1234);
    row("0.05 down", 1202, 5, 1200);
    row("0.05 up", 1203, 5, 1205);
    row("already there", 1205, 5, 1205);
    row("small sale to nothing", 2, 5, 0);
    row("0.10, five goes up", 1205, 10, 1210);
    row("0.10, four goes down", 1204, 10, 1200);
    row("whole kronor, half goes up", 1250, 100, 1300);
    row("whole kronor, below half", 1249, 100, 1200);
    row("money back, half away from zero", -1250, 100, -1300);
    row("money back", -1202, 5, -1200);
    row("nothing", 0, 5, 0);
    row("step above amount, half", 50, 100, 100);
    row("largest stays in range", max, 10, max - 7);
    row("largest rounds down", max, 5, max - 2);
    row("at the upper end", max - 1, 5, max - 2);
    row("cannot go up", max, max - 1, max - 1);
    row("smallest stays in range", min, 10, min + 8);
    row("smallest", min, 1, min);
    row("largest step", max, max, max);
}

void CashTest::rounding()
{
    QFETCH(Minor, amount);
    QFETCH(Minor, step);
    QFETCH(Minor, expected);
    QCOMPARE(roundCash(amount, step), expected);
}

void CashTest::roundingIsNearest()
{
    HOLDFAST_PROPERTY("cash is a multiple of the step, at most half a step away", [] {
        const auto limit = limits::amountMinorMax;
        const Minor amount = *rc::gen::oneOf(rc::gen::inRange<Minor>(-limit, limit + 1),
                                             rc::gen::inRange<Minor>(-300, 301));
        const Minor step = *rc::gen::oneOf(rc::gen::inRange<Minor>(1, 2'001),
                                           rc::gen::element<Minor>(1, 2, 5, 10, 50, 100));
        const Minor cash = roundCash(amount, step);
        RC_ASSERT(cash % step == 0);
        RC_ASSERT(std::abs(cash - amount) * 2 <= step);
        RC_ASSERT((std::abs(cash - amount) * 2 < step || std::abs(cash) > std::abs(amount)));
        RC_ASSERT(roundCash(-amount, step) == -cash);
        RC_ASSERT(roundCash(cash, step) == cash);
    });
}

void CashTest::steps()
{
    QCOMPARE(cashStep(currency("EUR")), Minor{1});
    QCOMPARE(cashStep(currency("CHF")), Minor{5});
    QCOMPARE(cashStep(currency("SEK")), Minor{100});
    QCOMPARE(cashStep(currency("HUF")), Minor{500});
    QCOMPARE(cashStep(currency("JPY")), Minor{1});
    QCOMPARE(cashStep(currency("XTS")), Minor{1});
}

void CashTest::quickAmounts_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<Minor>("due");
    QTest::addColumn<std::vector<Minor>>("expected");
    const auto row = [](const char* code, Minor due, const std::vector<Minor>& expected) {
        QTest::addRow("%s %lld", code, static_cast<long long>(due))
            << QString::fromLatin1(code) << due << expected;
    };
    row("EUR", 1234, {1234, 1250, 1500, 2000, 5000});
    row("EUR", 35, {35, 40, 50, 100});
    row("EUR", 3500, {3500, 4000, 5000, 10000});
    row("EUR", 9999, {9999, 10000, 20000});
    row("EUR", 20000, {20000});
    row("EUR", 123456, {123456, 124000, 125000, 130000, 140000});
    row("USD", 1234, {1234, 1300, 1500, 2000, 5000});
    row("USD", 99, {99, 100, 500});
    row("JPY", 780, {780, 800, 1000, 5000});
    row("KWD", 1750, {1750, 2000, 5000, 10000});
    row("CHF", 1205, {1205, 1500, 2000, 5000});
    row("EUR", 4500, {4500, 5000, 6000, 10000});
    row("EUR", 4000, {4000, 5000, 10000});
    row("GBP", 8720, {8720, 9000, 10000});
    row("EUR", 0, {0});
    row("EUR", -1, {});
}

void CashTest::quickAmounts()
{
    QFETCH(QString, code);
    QFETCH(Minor, due);
    QFETCH(std::vector<Minor>, expected);
    const std::vector<Minor> got = quickCashAmounts(due, currency(code.toStdString()));
    const std::string both = rc::toString(got) + " against " + rc::toString(expected);
    QVERIFY2(got == expected, both.c_str());
}

void CashTest::quickAmountsAreUsable()
{
    HOLDFAST_PROPERTY("exact first, ascending, at most five", [] {
        const auto code = *rc::gen::elementOf(
            std::vector<std::string>{"AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HUF", "JPY",
                                     "KWD", "NOK", "NZD", "PLN", "SEK", "USD", "BRL", "TND"});
        const Minor due = *rc::gen::oneOf(rc::gen::inRange<Minor>(1, 30'000),
                                          rc::gen::inRange<Minor>(1, limits::amountMinorMax),
                                          rc::gen::just(std::numeric_limits<Minor>::max()));
        const std::vector<Minor> amounts = quickCashAmounts(due, currency(code));
        RC_ASSERT((!amounts.empty() && amounts.size() <= 5U));
        RC_ASSERT(amounts.front() == due);
        RC_ASSERT(std::is_sorted(amounts.begin(), amounts.end(), std::less_equal<>()));
    });
}

QTEST_GUILESS_MAIN(CashTest)
#include "test_cash.moc"
