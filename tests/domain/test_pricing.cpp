#include "tests/domain/sale_text.h"

#include "shared/domain/limits.h"
#include "shared/domain/pricing.h"

#include <QtTest>

#include <limits>
#include <numeric>

using namespace holdfast;
using namespace holdfast::test;

/// Each row is a sale and what it must cost; the expected amounts were worked out with exact
/// fractions, not with the code under test.
class PricingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sale_data();
    void sale();
    void fault_data();
    void fault();
    void taxesAreListedByRate();
    void firstFaultDoesNotDependOnPlace();
    void discountsInAnyOrder();
    void extremeNumbersAreFaults();
    void wordsRoundTrip();
    void refundPieces_data();
    void refundPieces();
    void refundAfterMoneyWentBackAlone();
};

namespace {

QString shown(const std::string& text)
{
    return QString::fromStdString(text);
}

void sale(const char* name, TaxMode mode, const char* lines, const char* discounts,
          const char* expected)
{
    QTest::newRow(name) << mode << std::string(lines) << std::string(discounts)
                        << std::string(expected);
}

void plainSales()
{
    constexpr TaxMode in = TaxMode::Inclusive;
    constexpr TaxMode ex = TaxMode::Exclusive;
    sale("3 x 11.00 is 33.00, not 32.99", in, "3x1100@2100", "",
         "3300=2727+573 | 3300 tax 573 off 0");
    sale("one line of 33.00 the same", in, "1x3300@2100", "", "3300=2727+573 | 3300 tax 573 off 0");
    sale("2 x 16.50 at 10 %", in, "2x1650@1000", "", "3300=3000+300 | 3300 tax 300 off 0");
    sale("3 x 0.333 KWD", in, "3x333@0", "", "999=999+0 | 999 tax 0 off 0");
    sale("3 x 0.333 KWD + 5 %", ex, "3x333@500", "", "1049=999+50 | 1049 tax 50 off 0");
    sale("17.5 % on 34.04", ex, "1x3404@1750", "", "4000=3404+596 | 4000 tax 596 off 0");
    sale("17.5 % in 40.00", in, "1x4000@1750", "", "4000=3404+596 | 4000 tax 596 off 0");
    sale("8.25 % sales tax", ex, "7x1005@825", "", "7615=7035+580 | 7615 tax 580 off 0");
    sale("half a cent of tax goes up", ex, "1x10@500", "", "11=10+1 | 11 tax 1 off 0");
    sale("tax is rounded per line", ex, "1x1@500 1x1@500", "", "1=1+0 1=1+0 | 2 tax 0 off 0");
    sale("not per piece", ex, "100x1@500", "", "105=100+5 | 105 tax 5 off 0");
    sale("100 % tax, odd cent", in, "1x1@10000", "", "1=0+1 | 1 tax 1 off 0");
    sale("no lines", in, "", "", "| 0 tax 0 off 0");
    sale("no pieces", in, "0x999@1900", "", "0=0+0 | 0 tax 0 off 0");
    sale("free goods", ex, "5x0@1900", "", "0=0+0 | 0 tax 0 off 0");
    sale("the largest sale", in, "1000000x1000000000@1900", "",
         "1000000000000000=840336134453782+159663865546218 | "
         "1000000000000000 tax 159663865546218 off 0");
}

void discountedSales()
{
    constexpr TaxMode in = TaxMode::Inclusive;
    constexpr TaxMode ex = TaxMode::Exclusive;
    sale("10 % off a line", in, "3x333@1900", "10%#0", "899=755+144 | 899 tax 144 off 100");
    sale("half a cent off goes up", in, "1x10@0", "5%#0", "9=9+0 | 9 tax 0 off 1");
    sale("less than half stays", in, "1x10@0", "4.9%#0", "10=10+0 | 10 tax 0 off 0");
    sale("two halves of a cent are one cent", in, "1x1@0", "50%#0 50%#0", "0=0+0 | 0 tax 0 off 1");
    sale("likewise off the sale", in, "1x1@0", "50% 50%", "0=0+0 | 0 tax 0 off 1");
    sale("a line given away", in, "2x999@1900", "100%#0", "0=0+0 | 0 tax 0 off 1998");
    sale("a sale given away", in, "2x999@1900 1x250@700", "100%", "0=0+0 0=0+0 | 0 tax 0 off 2248");
    sale("by amount", in, "2x999@1900", "1998", "0=0+0 | 0 tax 0 off 1998");
    sale("percent and amount up to the brim", in, "1x101@0", "50% 50", "0=0+0 | 0 tax 0 off 101");
    sale("line first, then sale", in, "1x101@0", "50%#0 50%", "25=25+0 | 25 tax 0 off 76");
    sale("half per cents", in, "1x4199@1900", "2.5%", "4094=3440+654 | 4094 tax 654 off 105");
    sale("discounts come off before tax", ex, "1x1000@1900 1x500@700", "10% 50#0",
         "1017=855+162 482=450+32 | 1499 tax 194 off 195");
    sale("three kinds at once", ex, "7x1005@825", "12.5%#0 1.5% 33",
         "6529=6031+498 | 6529 tax 498 off 1004");
}

void sharedDiscounts()
{
    constexpr TaxMode in = TaxMode::Inclusive;
    sale("two to one", in, "1x1000@1900 1x500@700", "100",
         "933=784+149 467=436+31 | 1400 tax 180 off 100");
    sale("larger remainder takes the cent", in, "1x200@0 1x100@0", "1",
         "199=199+0 100=100+0 | 299 tax 0 off 1");
    sale("equal: the higher rate takes it", in, "1x100@1900 1x100@700", "1",
         "99=83+16 100=93+7 | 199 tax 23 off 1");
    sale("equal, other way round", in, "1x100@700 1x100@1900", "1",
         "100=93+7 99=83+16 | 199 tax 23 off 1");
    sale("rests alike: the larger line takes it", in, "1x4@500 1x12@500", "2",
         "4=4+0 10=10+0 | 14 tax 0 off 2");
    sale("rests alike, other way round", in, "1x12@500 1x4@500", "2",
         "10=10+0 4=4+0 | 14 tax 0 off 2");
    sale("one cent over three equal lines", in, "1x333@1900 1x333@1900 1x333@1900", "1",
         "332=279+53 333=280+53 333=280+53 | 998 tax 159 off 1");
    sale("two cents over three equal lines", in, "1x333@1900 1x333@1900 1x333@1900", "2",
         "332=279+53 332=279+53 333=280+53 | 997 tax 159 off 2");
    sale("a free line takes no share", in, "1x0@1900 1x100@1900", "50%",
         "0=0+0 50=42+8 | 50 tax 8 off 50");
    sale("three rates", in, "1x1999@2000 2x349@500 1x1299@0", "5%",
         "1899=1582+317 663=631+32 1234=1234+0 | 3796 tax 349 off 200");
    sale("line and sale", in, "12x89@700 1x2499@1900 3x159@700", "20%#1 3%",
         "1036=968+68 1939=1629+310 463=433+30 | 3438 tax 408 off 606");
}

} // namespace

void PricingTest::sale_data()
{
    QTest::addColumn<TaxMode>("mode");
    QTest::addColumn<std::string>("lines");
    QTest::addColumn<std::string>("discounts");
    QTest::addColumn<std::string>("expected");
    plainSales();
    discountedSales();
    sharedDiscounts();
}

void PricingTest::sale()
{
    QFETCH(TaxMode, mode);
    QFETCH(std::string, lines);
    QFETCH(std::string, discounts);
    QFETCH(std::string, expected);
    const auto result = priceSale(saleLines(lines), saleDiscounts(discounts), mode);
    QCOMPARE(shown(outcome(result)), shown(expected));
}

void PricingTest::fault_data()
{
    QTest::addColumn<std::string>("lines");
    QTest::addColumn<std::string>("discounts");
    QTest::addColumn<PricingFault>("expected");
    const auto row = [](const char* name, const char* lines, const char* discounts,
                        PricingFault expected) {
        QTest::newRow(name) << std::string(lines) << std::string(discounts) << expected;
    };
    row("negative pieces", "-1x100@0", "", PricingFault::NegativeQuantity);
    row("negative price", "1x-1@0", "", PricingFault::NegativePrice);
    row("negative rate", "1x100@-1", "", PricingFault::TaxRateOutOfRange);
    row("rate over 100 %", "1x100@10001", "", PricingFault::TaxRateOutOfRange);
    row("negative percentage", "1x100@0", "-1%", PricingFault::DiscountOutOfRange);
    row("over 100 %", "1x100@0", "101%#0", PricingFault::DiscountOutOfRange);
    row("negative amount", "1x100@0", "-1#0", PricingFault::DiscountOutOfRange);
    row("line after the last", "1x100@0", "1#1", PricingFault::DiscountLineUnknown);
    row("line before the first", "1x100@0", "1#-1", PricingFault::DiscountLineUnknown);
    row("line of no lines", "", "1#0", PricingFault::DiscountLineUnknown);
    row("more off than the line", "1x100@0 1x900@0", "101#0", PricingFault::DiscountExceedsAmount);
    row("two of 60 %", "1x100@0", "60%#0 60%#0", PricingFault::DiscountExceedsAmount);
    row("two of 60 % off a cent", "1x1@0", "60%#0 60%#0", PricingFault::DiscountExceedsAmount);
    row("two of 60 % off a free sale", "1x0@0", "60% 60%", PricingFault::DiscountExceedsAmount);
    row("percent and amount", "1x101@0", "50%#0 51#0", PricingFault::DiscountExceedsAmount);
    row("more off than the sale", "1x100@0", "101", PricingFault::DiscountExceedsAmount);
    row("sale after its lines", "1x100@0", "50#0 51", PricingFault::DiscountExceedsAmount);
    row("off nothing", "", "1", PricingFault::DiscountExceedsAmount);
    row("line too large", "1000000x1000000001@0", "", PricingFault::AmountTooLarge);
    row("sale too large", "1000000x500000000@0 1000000x500000001@0", "",
        PricingFault::AmountTooLarge);
}

void PricingTest::fault()
{
    QFETCH(std::string, lines);
    QFETCH(std::string, discounts);
    QFETCH(PricingFault, expected);
    for (const TaxMode mode : {TaxMode::Inclusive, TaxMode::Exclusive}) {
        const auto result = priceSale(saleLines(lines), saleDiscounts(discounts), mode);
        QCOMPARE(shown(outcome(result)), shown(std::string(toString(expected))));
    }
}

void PricingTest::taxesAreListedByRate()
{
    const auto lines = saleLines("1x1999@2000 2x349@500 1x1299@0 1x100@500 3x0@700");
    const auto result = priceSale(lines, {}, TaxMode::Inclusive);
    QVERIFY(result);
    QCOMPARE(taxTable(*result), std::string("0: 1299+0; 500: 760+38; 700: 0+0; 2000: 1666+333"));
    QVERIFY(priceSale({}, {}, TaxMode::Inclusive)->taxes.empty());
}

void PricingTest::firstFaultDoesNotDependOnPlace()
{
    const auto priceFirst = saleLines("1x-1@0 -1x100@0");
    const auto quantityFirst = saleLines("-1x100@0 1x-1@0");
    QCOMPARE(outcome(priceSale(priceFirst, {}, TaxMode::Inclusive)),
             outcome(priceSale(quantityFirst, {}, TaxMode::Inclusive)));
    const auto both = saleDiscounts("1#7 101%");
    QCOMPARE(outcome(priceSale(saleLines("1x1@0"), both, TaxMode::Inclusive)),
             std::string("discount_out_of_range"));
}

void PricingTest::discountsInAnyOrder()
{
    const auto lines = saleLines("3x333@1900 1x777@700");
    const auto forth = saleDiscounts("10%#0 33#0 2.5% 5% 100 7#1");
    const auto back = saleDiscounts("7#1 100 5% 2.5% 33#0 10%#0");
    QVERIFY(*priceSale(lines, forth, TaxMode::Inclusive) ==
            *priceSale(lines, back, TaxMode::Inclusive));
}

void PricingTest::extremeNumbersAreFaults()
{
    constexpr auto max = std::numeric_limits<std::int64_t>::max();
    const std::vector<PriceLine> huge(300, {max, max, limits::taxRateBpMax});
    QCOMPARE(outcome(priceSale(huge, {}, TaxMode::Exclusive)), std::string("amount_too_large"));
    const std::vector<Discount> all(300, {Discount::Kind::Amount, max, {}, std::nullopt});
    QCOMPARE(outcome(priceSale(saleLines("1x1@0"), all, TaxMode::Exclusive)),
             std::string("discount_exceeds_amount"));
    const auto onTop = saleLines("1000000x1000000000@1");
    QCOMPARE(outcome(priceSale(onTop, {}, TaxMode::Exclusive)), std::string("amount_too_large"));
    QVERIFY(priceSale(onTop, {}, TaxMode::Inclusive));
    QVERIFY(priceSale(onTop, saleDiscounts("1%"), TaxMode::Exclusive));
}

void PricingTest::wordsRoundTrip()
{
    for (const TaxMode mode : {TaxMode::Inclusive, TaxMode::Exclusive}) {
        QVERIFY(parseTaxMode(toString(mode)) == mode);
    }
    for (const auto kind : {Discount::Kind::Percent, Discount::Kind::Amount}) {
        QVERIFY(parseDiscountKind(toString(kind)) == kind);
    }
    QVERIFY(!parseTaxMode("Inclusive"));
    QVERIFY(!parseDiscountKind(""));
}

void PricingTest::refundPieces_data()
{
    QTest::addColumn<Minor>("total");
    QTest::addColumn<std::vector<Units>>("pieces");
    QTest::addColumn<std::vector<Minor>>("expected");
    const auto row = [](const char* name, Minor total, const std::vector<Units>& pieces,
                        const std::vector<Minor>& expected) {
        QTest::newRow(name) << total << pieces << expected;
    };
    row("all at once", 999, {3}, {999});
    row("even", 999, {1, 1, 1}, {333, 333, 333});
    row("10.00 in three", 1000, {1, 1, 1}, {333, 334, 333});
    row("10.00 as one and two", 1000, {1, 2}, {333, 667});
    row("10.00 as two and one", 1000, {2, 1}, {667, 333});
    row("0.99 for two", 99, {1, 1}, {50, 49});
    row("one cent for four", 1, {1, 1, 1, 1}, {0, 1, 0, 0});
    row("free", 0, {1, 4}, {0, 0});
    row("nothing asked", 999, {0, 3, 0}, {0, 999, 0});
    row("largest", 1'000'000'000'000'000, {333'333, 666'667},
        {333'333'000'000'000, 666'667'000'000'000});
}

void PricingTest::refundPieces()
{
    QFETCH(Minor, total);
    QFETCH(std::vector<Units>, pieces);
    QFETCH(std::vector<Minor>, expected);
    const Units qty = std::accumulate(pieces.begin(), pieces.end(), Units{0});
    std::vector<Minor> got;
    Units units = 0;
    Minor money = 0;
    for (const Units piece : pieces) {
        got.push_back(refundShare(total, qty, units, money, piece));
        units += piece;
        money += got.back();
    }
    QCOMPARE(got, expected);
    QCOMPARE(money, total);
}

void PricingTest::refundAfterMoneyWentBackAlone()
{
    QCOMPARE(refundShare(999, 3, 0, 100, 1), Minor{233});
    QCOMPARE(refundShare(999, 3, 0, 400, 1), Minor{0});
    QCOMPARE(refundShare(999, 3, 1, 400, 2), Minor{599});
    QCOMPARE(refundShare(999, 3, 0, 999, 3), Minor{0});
    QCOMPARE(refundShare(0, 0, 0, 0, 0), Minor{0});
}

QTEST_GUILESS_MAIN(PricingTest)
#include "test_pricing.moc"
