#include "shared/domain/barcode.h"

#include "tests/domain/property.h"

using namespace holdfast;

namespace {

std::string canonical(std::string_view scanned)
{
    const auto barcode = canonicalBarcode(scanned);
    return barcode ? barcode->text() : "fault: " + std::string(toString(barcode.error()));
}

/// A number of `size` digits with its right check digit.
rc::Gen<std::string> genGtin(std::size_t size)
{
    const auto body = rc::gen::container<std::string>(size - 1, rc::gen::inRange('0', ':'));
    return rc::gen::map(body,
                        [](const std::string& digits) { return digits + gtinCheckDigit(digits); });
}

/// Eight digits that are right as UPC-E.
rc::Gen<std::string> genUpcE()
{
    const auto body = rc::gen::container<std::string>(6, rc::gen::inRange('0', ':'));
    return rc::gen::map(rc::gen::pair(rc::gen::inRange('0', '2'), body), [](const auto& parts) {
        std::string digits = parts.first + parts.second + "0";
        while (expandUpcE(digits).empty()) {
            ++digits.back();
        }
        return digits;
    });
}

bool finds(const std::string& scanned, const std::string& stored)
{
    const auto tried = barcodesToTry(scanned);
    const auto kept = canonicalBarcode(stored);
    return tried && kept && std::find(tried->begin(), tried->end(), *kept) != tried->end();
}

} // namespace

class TestBarcode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void canonicalForms_data();
    void canonicalForms();
    void kinds_data();
    void kinds();
    void upcE_data();
    void upcE();
    void paddedInternalNumbers();
    void aWrongDigitIsNoticed();
    void allSpellingsOfANumberAreOne();
    void canonicalIsStable();
    void suppressionIsTheInverseOfExpansion();
    void aScannerFindsItInEitherSetting();
};

void TestBarcode::canonicalForms_data()
{
    QTest::addColumn<QByteArray>("scanned");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* scanned, const char* expected) {
        QTest::newRow(name) << QByteArray(scanned) << QString::fromUtf8(expected);
    };
    row("EAN-13", "3017620422003", "3017620422003");
    row("EAN-8", "40084053", "40084053");
    row("UPC-A, 12 digits", "049000050103", "0049000050103");
    row("UPC-A, 13 digits", "0049000050103", "0049000050103");
    row("UPC-A, 14 digits", "00049000050103", "0049000050103");
    row("EAN-13 in 14 digits", "03017620422003", "3017620422003");
    row("EAN-8 in 14 digits", "00000040084053", "40084053");
    row("EAN-8 in 13 digits", "0000040084053", "40084053");
    row("EAN-8 in 12 digits", "000040084053", "40084053");
    row("GTIN-14 of a case", "10009800800077", "10009800800077");
    row("UPC-E, not right as EAN-8", "03677302", "0036000007732");
    row("UPC-E and EAN-8: EAN-8", "07020254", "07020254");
    row("ISBN with hyphens", "978-3-16-148410-0", "9783161484100");
    row("ISBN with spaces", " 978 3 16 148410 0 ", "9783161484100");
    row("outer spaces and line end", " 3017620422003\r\n", "3017620422003");
    row("code of the house", "CAKE-12", "CAKE-12");
    row("code of the house keeps its case", "aB/7", "aB/7");
    row("digits and hyphen are a text", "12-34", "12-34");
    row("nothing", "", "fault: missing");
    row("only spaces", " \t ", "fault: missing");
    row("wrong check digit of EAN-13", "3017620422004", "fault: check_digit");
    row("wrong check digit of UPC-A", "049000050104", "fault: check_digit");
    row("wrong check digit of GTIN-14", "10009800800078", "fault: check_digit");
    row("wrong as EAN-8 and as UPC-E", "40084054", "fault: check_digit");
    row("UPC-E has number system 0 or 1", "21234505", "fault: check_digit");
    row("7 digits", "3677302", "fault: length");
    row("11 digits", "49000050103", "fault: length");
    row("15 digits", "103017620422003", "fault: length");
    row("spreadsheet, comma", "8,01E+12", "fault: scientific_notation");
    row("spreadsheet, point", "5.41E+12", "fault: scientific_notation");
    row("spreadsheet, bare", "2E12", "fault: scientific_notation");
    row("letters with an E are a text", "12E", "12E");
    row("white space inside", "AB 12", "fault: character");
    row("not ASCII", "caf\xc3\xa9", "fault: character");
    row("control character", "AB\x01", "fault: character");
    row("other digits than ASCII's", "\xd9\xa3\xd9\xa0", "fault: character");
    row("a text of 49", "A123456789012345678901234567890123456789012345678", "fault: length");
}

void TestBarcode::canonicalForms()
{
    QFETCH(const QByteArray, scanned);
    QFETCH(const QString, expected);
    QCOMPARE(QString::fromStdString(canonical(scanned.constData())), expected);
}

void TestBarcode::kinds_data()
{
    QTest::addColumn<QByteArray>("scanned");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char* scanned, const char* kind) {
        QTest::newRow(scanned) << QByteArray(scanned) << QString::fromUtf8(kind);
    };
    row("40084053", "ean_8");
    row("049000050103", "upc_a");
    row("03677302", "upc_a");
    row("3017620422003", "ean_13");
    row("10009800800077", "gtin_14");
    row("20706838", "in_store");
    row("07020254", "in_store");
    row("2204315020731", "in_store");
    row("2999999999991", "in_store");
    row("0200000000004", "in_store");
    row("412345678903", "in_store");
    row("9783161484100", "isbn");
    row("9790000000001", "isbn");
    row("9770000000003", "ean_13");
    row("CAKE-12", "text");
}

void TestBarcode::kinds()
{
    QFETCH(const QByteArray, scanned);
    QFETCH(const QString, kind);
    const auto barcode = canonicalBarcode(scanned.constData());
    QVERIFY2(barcode, scanned.constData());
    QCOMPARE(QString::fromUtf8(toString(barcode->kind()).data()), kind);
}

/// Every branch of the zero suppression; the third column is the form that is printed.
void TestBarcode::upcE_data()
{
    QTest::addColumn<QByteArray>("upcE");
    QTest::addColumn<QByteArray>("upcA");
    const auto row = [](const char* upcE, const char* upcA) {
        QTest::newRow(upcE) << QByteArray(upcE) << QByteArray(upcA);
    };
    row("01234505", "012000003455");
    row("01234514", "012100003454");
    row("01234523", "012200003453");
    row("01234531", "012300000451");
    row("01234543", "012340000053");
    row("01234558", "012345000058");
    row("01234565", "012345000065");
    row("01234572", "012345000072");
    row("01234589", "012345000089");
    row("01234596", "012345000096");
    row("11234502", "112000003452");
    row("04252614", "042100005264");
    row("01234500", "");
    row("21234505", "");
    row("0123450", "");
    row("0123450A", "");
}

void TestBarcode::upcE()
{
    QFETCH(const QByteArray, upcE);
    QFETCH(const QByteArray, upcA);
    QCOMPARE(QByteArray::fromStdString(expandUpcE(upcE.toStdString())), upcA);
    if (!upcA.isEmpty()) {
        QCOMPARE(QByteArray::fromStdString(suppressUpcA(upcA.toStdString())), upcE);
    }
}

void TestBarcode::paddedInternalNumbers()
{
    for (const char* padded : {"00000703", "00947985", "0000000008204", "0000000502351"}) {
        const auto barcode = canonicalBarcode(padded);
        QVERIFY2(barcode && barcode->isPaddedInternalNumber(), padded);
    }
    for (const char* ordinary : {"07020254", "0000100292688", "40084053", "049000050103"}) {
        const auto barcode = canonicalBarcode(ordinary);
        QVERIFY2(barcode && !barcode->isPaddedInternalNumber(), ordinary);
    }
}

void TestBarcode::aWrongDigitIsNoticed()
{
    HOLDFAST_PROPERTY("one changed digit of an EAN-13 never passes", [] {
        std::string code = *genGtin(13);
        const auto at = *rc::gen::inRange<std::size_t>(0, 13);
        const char other = *rc::gen::suchThat(rc::gen::inRange('0', ':'),
                                              [&](char digit) { return digit != code[at]; });
        code[at] = other;
        const auto barcode = canonicalBarcode(code);
        RC_ASSERT(!barcode);
        RC_ASSERT(barcode.error() == BarcodeFault::CheckDigit);
    });
}

void TestBarcode::allSpellingsOfANumberAreOne()
{
    HOLDFAST_PROPERTY("12, 13 and 14 digits find the same goods", [] {
        const std::string upcA = *genGtin(12);
        const std::string stored = canonical(upcA);
        RC_ASSERT(canonical("0" + upcA) == stored);
        RC_ASSERT(canonical("00" + upcA) == stored);
        RC_ASSERT(canonical(" " + upcA + "\n") == stored);
    });
    HOLDFAST_PROPERTY("13 and 14 digits find the same goods", [] {
        const std::string ean = *genGtin(13);
        RC_ASSERT(canonical(ean) == canonical("0" + ean));
    });
    HOLDFAST_PROPERTY("different numbers stay different", [] {
        const std::string a = *genGtin(13);
        const std::string b = *genGtin(13);
        RC_PRE(a != b);
        RC_ASSERT(canonical(a) != canonical(b));
    });
}

void TestBarcode::canonicalIsStable()
{
    HOLDFAST_PROPERTY("the canonical form is its own canonical form", [] {
        const auto size = *rc::gen::element<std::size_t>(8, 12, 13, 14);
        const std::string once = canonical(*genGtin(size));
        RC_ASSERT(!once.starts_with("fault"));
        RC_ASSERT(canonical(once) == once);
    });
    HOLDFAST_PROPERTY("any bytes give a code or a fault", [] {
        const std::string once = canonical(*rc::gen::arbitrary<std::string>());
        // RC_ASSERT looks at both sides of an ||, and canonical() wants a code.
        if (!once.starts_with("fault")) {
            RC_ASSERT(canonical(once) == once);
        }
    });
}

void TestBarcode::suppressionIsTheInverseOfExpansion()
{
    HOLDFAST_PROPERTY("what is printed as UPC-E expands to the UPC-A it came from", [] {
        const std::string upcA = expandUpcE(*genUpcE());
        RC_ASSERT(upcA.size() == 12U);
        const std::string printed = suppressUpcA(upcA);
        RC_ASSERT(!printed.empty());
        RC_ASSERT(expandUpcE(printed) == upcA);
    });
    HOLDFAST_PROPERTY("what cannot be abbreviated is not", [] {
        const auto digit = rc::gen::oneOf(rc::gen::just('0'), rc::gen::inRange('0', ':'));
        std::string upcA = "0" + *rc::gen::container<std::string>(10, digit);
        upcA += gtinCheckDigit(upcA);
        const std::string printed = suppressUpcA(upcA);
        if (!printed.empty()) {
            RC_ASSERT(expandUpcE(printed) == upcA);
        }
    });
    QVERIFY(suppressUpcA("049000050103").empty());
    QVERIFY(suppressUpcA("012345000041").empty());
}

void TestBarcode::aScannerFindsItInEitherSetting()
{
    HOLDFAST_PROPERTY("goods marked with UPC-E are found however the scanner sends it", [] {
        const std::string printed = suppressUpcA(expandUpcE(*genUpcE()));
        const std::string upcA = expandUpcE(printed);
        RC_ASSERT(finds(printed, printed));
        RC_ASSERT(finds(upcA, printed));
        RC_ASSERT(finds(printed, upcA));
        RC_ASSERT(finds("0" + upcA, printed));
    });
    QVERIFY(!finds("3017620422003", "40084053"));
    QCOMPARE(barcodesToTry("3017620422003")->size(), 1U);
}

QTEST_GUILESS_MAIN(TestBarcode)
#include "test_barcode.moc"
