#include "tests/domain/property.h"

#include "shared/domain/money.h"

#include <limits>

using namespace holdfast;

class MoneyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decimals_data();
    void decimals();
    void decimalsReadBack();
    void currencyCodes();
    void minorDigits_data();
    void minorDigits();
    void arithmeticIsChecked();
};

namespace {

constexpr Minor minorMax = std::numeric_limits<Minor>::max();
constexpr Minor minorMin = std::numeric_limits<Minor>::min();

Currency currency(std::string_view code)
{
    return Currency::parse(code).value();
}

} // namespace

void MoneyTest::decimals_data()
{
    QTest::addColumn<Minor>("minor");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](Minor minor, const char* code, const char* expected) {
        QTest::addRow("%s %s", expected, code) << minor << QByteArray(code) << QByteArray(expected);
    };
    row(1234, "EUR", "12.34");
    row(100'000, "EUR", "1000.00");
    row(0, "EUR", "0.00");
    row(5, "EUR", "0.05");
    row(50, "EUR", "0.50");
    row(-5, "EUR", "-0.05");
    row(-1234, "EUR", "-12.34");
    row(500, "JPY", "500");
    row(0, "JPY", "0");
    row(-500, "JPY", "-500");
    row(999, "KWD", "0.999");
    row(1, "KWD", "0.001");
    row(1'000, "KWD", "1.000");
    row(-12'345, "TND", "-12.345");
    row(minorMax, "EUR", "92233720368547758.07");
    row(minorMin, "EUR", "-92233720368547758.08");
    row(minorMin, "JPY", "-9223372036854775808");
    row(minorMin, "KWD", "-9223372036854775.808");
}

void MoneyTest::decimals()
{
    QFETCH(Minor, minor);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, expected);
    const Money amount{minor, currency(code.constData())};
    QCOMPARE(QByteArray::fromStdString(toDecimal(amount)), expected);
}

void MoneyTest::decimalsReadBack()
{
    HOLDFAST_PROPERTY("without its point a decimal is the minor units", [](Minor minor) {
        const auto code = *rc::gen::element<std::string>("EUR", "JPY", "KWD");
        std::string text = toDecimal({minor, currency(code)});
        const auto digits = static_cast<std::size_t>(currency(code).minorDigits());
        if (digits > 0) {
            RC_ASSERT(text.size() >= digits + 2);
            RC_ASSERT(text[text.size() - digits - 1] == '.');
            text.erase(text.size() - digits - 1, 1);
        }
        RC_ASSERT(std::stoll(text) == minor);
    });
}

void MoneyTest::currencyCodes()
{
    QVERIFY(Currency::parse("USD")->code() == "USD");
    QVERIFY(Currency().code() == "EUR");
    for (const char* bad : {"", "EU", "EURO", "eur", "Eur", "E1R", "EU ", " EU", "€"}) {
        QVERIFY2(!Currency::parse(bad), bad);
    }
    QVERIFY(currency("USD") != currency("EUR"));
    QVERIFY((Money{1, currency("USD")} != Money{1, currency("EUR")}));
}

void MoneyTest::minorDigits_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("expected");
    const auto rows = [](int digits, std::initializer_list<const char*> codes) {
        for (const char* code : codes) {
            QTest::newRow(code) << QByteArray(code) << digits;
        }
    };
    rows(0, {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
             "VND", "VUV", "XAF", "XOF", "XPF"});
    rows(2, {"EUR", "USD", "GBP", "CHF", "SEK", "HUF", "CZK", "INR", "CNY", "MRU", "MGA", "IDR"});
    rows(3, {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"});
}

void MoneyTest::minorDigits()
{
    QFETCH(QByteArray, code);
    QFETCH(int, expected);
    QCOMPARE(currency(code.constData()).minorDigits(), expected);
}

void MoneyTest::arithmeticIsChecked()
{
    QVERIFY(checkedAdd(2, 3) == 5);
    QVERIFY(checkedAdd(minorMax, minorMin) == -1);
    QVERIFY(!checkedAdd(minorMax, 1));
    QVERIFY(!checkedAdd(minorMin, -1));
    QVERIFY(checkedMultiply(-4, 5) == -20);
    QVERIFY(checkedMultiply(minorMax, 1) == minorMax);
    QVERIFY(!checkedMultiply(minorMin, -1));
    QVERIFY(!checkedMultiply(minorMax / 2 + 1, 2));
    QVERIFY(checkedMultiply(1'000'000, 1'000'000'000'000) == 1'000'000'000'000'000'000);
}

QTEST_GUILESS_MAIN(MoneyTest)
#include "test_money.moc"
