#include "tests/store/import_fixture.h"

#include "server/ops/import/category_map.h"
#include "server/ops/import/mending.h"
#include "shared/domain/barcode.h"

#include <QProcessEnvironment>
#include <QtTest>

using namespace holdfast;

namespace {

QString source(const char* path)
{
    return qEnvironmentVariable("HOLDFAST_SOURCE") + u'/' + QString::fromLatin1(path);
}

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

/// Imports a file of one row below this header and gives its causes, or nothing for a good row.
QString causesOfRow(const QByteArray& header, const QByteArray& row)
{
    FakeShop shop;
    return text(import(header + '\n' + row + '\n', shop.sink()).causesOf(2));
}

} // namespace

class TestImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesHeaders_data();
    void refusesHeaders();
    void findsColumnsByName();
    void mendsTexts_data();
    void mendsTexts();
    void namesCauses_data();
    void namesCauses();
    void readsPrices_data();
    void readsPrices();
    void mapsCategories_data();
    void mapsCategories();
    void secondRowOfACodeIsADuplicate();
    void onlyAGoodRowTakesItsCode();
    void reportIsSafeInASpreadsheet();
    void ledgerRefusalsStandInTheReport();
    void stopsWhenTheShopIsAway();
    void sampleCatalogue();
    void cleanSample();
    void dirtySample();
};

void TestImport::refusesHeaders_data()
{
    QTest::addColumn<QByteArray>("csv");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* csv, const char* sentence) {
        QTest::newRow(sentence) << QByteArray(csv) << QString::fromUtf8(sentence);
    };
    row("", "the file has no header line");
    row("barcode,price\n", "the header has no column \"name\"");
    row("name,price\n", "the header has neither a column \"barcode\" nor \"sku\"");
    row("name,code,barcode\n", "the columns \"code\" and \"barcode\" mean the same");
    row("name,sku,price,price_minor\n", "there is a price and a price_minor column");
    row("na\"me,sku\n", "the header line is not CSV");
}

void TestImport::refusesHeaders()
{
    QFETCH(const QByteArray, csv);
    FakeShop shop;
    const ImportRun run = import(csv, shop.sink());
    QVERIFY(!run.result);
    QTEST(text(run.result.error()), "sentence");
    QVERIFY(shop.pieces().empty());
}

void TestImport::findsColumnsByName()
{
    FakeShop shop;
    const ImportRun run = import(" Picture ;ON HAND;Name;Colour;EAN;Price;Currency;tax_rate_bp;"
                                 "Brand;Category;quantity_text;favourite;SKU\n"
                                 "jar;12;Jam;red;40084053;3,49;CHF;250;Ours;Jams;250 g;7;J-1\n",
                                 shop.sink());
    QVERIFY2(run.result, run.result ? "" : run.result.error().c_str());
    QCOMPARE(run.result->ignoredColumns, std::vector<std::string>{"Colour"});
    const FakeShop::Good* jam = shop.byBarcode("40084053");
    QVERIFY(jam != nullptr);
    const ProductDetails expected{.sku = "J-1",
                                  .name = "Jam",
                                  .brand = "Ours",
                                  .quantityText = "250 g",
                                  .category = "Jams",
                                  .barcodes = {"40084053"},
                                  .priceMinor = 349,
                                  .currency = *Currency::parse("CHF"),
                                  .taxRateBp = 250,
                                  .image = "jar",
                                  .favouriteRank = 7};
    QVERIFY(jam->details == expected);
    QCOMPARE(jam->onHand, 12);
}

void TestImport::mendsTexts_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QString>("mended");
    const auto row = [](const char* name, const QByteArray& given, const QString& mended) {
        QTest::newRow(name) << given << mended;
    };
    row("nothing to do", "Caf\xc3\xa9 & Cr\xc3\xa8me", QStringLiteral("Café & Crème"));
    row("named entity", "&quot;Bio&quot; &amp; gut", QStringLiteral("\"Bio\" & gut"));
    row("numbers", "&#40;a&#x29; &#347;&deg;", QStringLiteral("(a) ś°"));
    row("decoded once", "&amp;quot;", QStringLiteral("&quot;"));
    row("unknown and broken entities stay", "&foo; &; &#0; &#xD800; R&D; a&b",
        QStringLiteral("&foo; &; &#0; &#xD800; R&D; a&b"));
    row("too long for an entity", "&#00000000040;", QStringLiteral("&#00000000040;"));
    row("byte order mark inside a file", "\xef\xbb\xbfJam", QStringLiteral("Jam"));
    row("byte order mark turned around", "\xef\xbf\xbeJam", QStringLiteral("Jam"));
    row("outer spaces of any script", " \xc2\xa0 a b \xe3\x80\x80", QStringLiteral("a b"));
    row("control characters",
        "a\x13\x02"
        "b\tc\nd",
        QStringLiteral("a b c d"));
    row("C1 control characters", "M\xc2\x85LK", QStringLiteral("M LK"));
    row("composed", "e\xcc\x81", QStringLiteral("é"));
    row("not UTF-8", "caf\xe9", QStringLiteral("!encoding"));
    row("overlong", "a\xc0\xaf", QStringLiteral("!encoding"));
    row("surrogate", "a\xed\xa0\x80", QStringLiteral("!encoding"));
    row("cut off", "a\xc3", QStringLiteral("!encoding"));
    row("lost character", "caf\xef\xbf\xbd", QStringLiteral("!mojibake"));
    row("emoji", "\xf0\x9f\x8d\xab choc", QStringLiteral("🍫 choc"));
}

void TestImport::mendsTexts()
{
    QFETCH(const QByteArray, given);
    const auto mended = mendText(given.toStdString());
    const QString said = mended                                  ? text(mended->text)
                         : mended.error() == TextFault::Encoding ? QStringLiteral("!encoding")
                                                                 : QStringLiteral("!mojibake");
    QTEST(said, "mended");
    if (mended) {
        QCOMPARE(mended->mended(), mended->text != given.toStdString());
    }
}

void TestImport::namesCauses_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("causes");
    const auto row = [](const char* causes, const char* csv) {
        QTest::newRow(csv) << QByteArray(csv) << QString::fromLatin1(causes);
    };
    row("", "Jam,40084053,,199,EUR,700,5,jar,1");
    row("", "Jam,,J-1,,,,,,");
    row("", "Jam,CAKE-12,,,,,,,");
    row("", "Jam,40084053;3017620422003,,,,,,,");
    row("no_code", "Jam,,,,,,,,");
    row("no_name", ",40084053,,,,,,,");
    row("no_name", "   ,40084053,,,,,,,");
    row("length", "Jam,4008405,,,,,,,");
    row("check_digit", "Jam,40084054,,,,,,,");
    row("check_digit", "Jam,3017620422003;40084054,,,,,,,");
    row("short_padded", "Jam,00000703,,,,,,,");
    row("short_padded", "Jam,0000000008204,,,,,,,");
    row("non_digit", "Jam,40 08 40 53,,,,,,,");
    row("scientific_notation", "Jam,8.01E+12,,,,,,,");
    row("mojibake", "J\xef\xbf\xbdm,40084053,,,,,,,");
    row("encoding", "J\xe4m,40084053,,,,,,,");
    row("price", "Jam,40084053,,-1,,,,,");
    row("price", "Jam,40084053,,1.99,,,,,");
    row("price", "Jam,40084053,,1000000000001,,,,,");
    row("currency", "Jam,40084053,,199,Euro,,,,");
    row("tax_rate", "Jam,40084053,,,,10001,,,");
    row("stock", "Jam,40084053,,,,,-5,,");
    row("stock", "Jam,40084053,,,,,1.5,,");
    row("stock", "Jam,40084053,,,,,99999999999999999999,,");
    row("picture", "Jam,40084053,,,,,,../jar,");
    row("favourite", "Jam,40084053,,,,,,,first");
    row("check_digit+no_name+price+stock+tax_rate", ",40084054,,x,,x,x,,");
    row("column_count", "Jam,40084053");
    row("column_count", "Jam,40084053,,,,,,,,");
    row("quotes", "J\"am,40084053,,,,,,,");
}

void TestImport::namesCauses()
{
    QFETCH(const QByteArray, row);
    QTEST(causesOfRow("name,barcode,sku,price_minor,currency,tax_rate_bp,on_hand,picture,favourite",
                      row),
          "causes");
    const QByteArray name(201, 'n');
    QCOMPARE(causesOfRow("name,sku", name + ",1"), QStringLiteral("too_long"));
    QCOMPARE(causesOfRow("name,sku", name.first(200) + ",1"), QString());
    QCOMPARE(causesOfRow("name,sku", QStringLiteral("ü").repeated(200).toUtf8() + ",1"), QString());
}

void TestImport::readsPrices_data()
{
    QTest::addColumn<QByteArray>("price");
    QTest::addColumn<QByteArray>("currency");
    QTest::addColumn<qint64>("minor");
    const auto row = [](const char* price, const char* currency, qint64 minor) {
        QTest::addRow("%s %s", price, currency)
            << QByteArray(price) << QByteArray(currency) << minor;
    };
    row("1.99", "EUR", 199);
    row("1,99", "EUR", 199);
    row("2", "EUR", 200);
    row("2.5", "EUR", 250);
    row("0.05", "EUR", 5);
    row("0.00", "EUR", 0);
    row("500", "JPY", 500);
    row("1.234", "KWD", 1234);
    row("1.999", "EUR", -1);
    row("500.5", "JPY", -1);
    row("1.", "EUR", -1);
    row(".99", "EUR", -1);
    row("1.-9", "EUR", -1);
    row("-1", "EUR", -1);
    row("1 000", "EUR", -1);
    row("1.000,00", "EUR", -1);
    row("99999999999999999999", "EUR", -1);
}

void TestImport::readsPrices()
{
    QFETCH(const QByteArray, price);
    QFETCH(const QByteArray, currency);
    QFETCH(const qint64, minor);
    FakeShop shop;
    const ImportRun run =
        import("name,sku,price,currency\nJam,1,\"" + price + "\"," + currency + "\n", shop.sink());
    QVERIFY(run.result);
    if (minor < 0) {
        QCOMPARE(text(run.causesOf(2)), QStringLiteral("price"));
    } else {
        QCOMPARE(shop.goods().size(), 1U);
        QCOMPARE(shop.goods().front().details.priceMinor, minor);
        QCOMPARE(run.result->count(ImportRemark::NoPrice), minor == 0 ? 1 : 0);
    }
}

void TestImport::mapsCategories_data()
{
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<QString>("category");
    const auto row = [](const char* tags, const char* category) {
        QTest::newRow(tags) << QByteArray(tags) << QString::fromLatin1(category);
    };
    row("en:dairies,en:milks,en:whole-milks", "Dairy & eggs");
    row("en:plant-based-foods-and-beverages,en:beverages,en:plant-based-beverages,en:plant-milks",
        "Drinks");
    row("en:snacks,en:sweet-snacks,en:confectioneries,en:candies", "Chocolate & sweets");
    row("en:snacks", "Snacks");
    row("en:beverages,en:alcoholic-beverages,en:beers", "Beer & wine");
    row("en:beverages,en:non-alcoholic-beverages", "Drinks");
    row("en:beverages,en:hot-beverages,en:teas", "Coffee & tea");
    row("en:non-food-products, en:open-pet-food-facts", "Care & pets");
    row("en:groceries,en:sauces,en:ketchup", "Sauces & spices");
    row("en:spreads,en:sweet-spreads,en:bee-products,en:honeys", "Breakfast");
    row("en:frozen-foods,en:frozen-fishes", "Frozen & ice");
    row("Ice Cream & Frozen Yogurt", "Frozen & ice");
    row("Breads & Buns", "Bread & bakery");
    row("Popcorn, Peanuts, Seeds & Related Snacks", "Snacks");
    row("Soda", "Drinks");
    row("Falscher product type", "Other");
    row("", "Other");
    row(",,", "Other");
}

void TestImport::mapsCategories()
{
    QFETCH(const QByteArray, tags);
    const ShopCategory category = categoryFor(tags.toStdString());
    QTEST(text(category.name), "category");
    QVERIFY(QFile::exists(source("resources/pictures/") + text(category.picture) +
                          QStringLiteral(".svg")));
    QCOMPARE(text(pictureFor(category.name)), text(category.picture));
}

void TestImport::secondRowOfACodeIsADuplicate()
{
    FakeShop shop;
    const ImportRun run = import("name,barcode,sku\n"
                                 "Cola,049000050103,C-1\n"
                                 "Cola again,0049000050103,C-2\n"
                                 "Same SKU,40084053,C-1\n"
                                 "Second of its codes,3017620422003;049000050103,C-3\n",
                                 shop.sink());
    QVERIFY(run.result);
    QCOMPARE(run.result->added, 1);
    QCOMPARE(run.result->count(ImportCause::Duplicate), 3);
    QCOMPARE(text(run.detail(3, "duplicate")), QStringLiteral("0049000050103 stands in line 2"));
    QCOMPARE(text(run.detail(4, "duplicate")), QStringLiteral("C-1 stands in line 2"));
    QCOMPARE(text(run.detail(5, "duplicate")), QStringLiteral("0049000050103 stands in line 2"));
}

void TestImport::onlyAGoodRowTakesItsCode()
{
    FakeShop twice;
    QVERIFY(import("name,barcodes\nCola,049000050103;0049000050103\n", twice.sink()).result);
    QCOMPARE(twice.goods().front().details.barcodes, std::vector<std::string>{"0049000050103"});
    FakeShop shop;
    const ImportRun run = import("name,barcode\n,40084053\nNutella,40084053\n", shop.sink());
    QVERIFY(run.result);
    QCOMPARE(text(run.causesOf(2)), QStringLiteral("no_name"));
    QCOMPARE(text(run.causesOf(3)), QString());
    QCOMPARE(run.result->added, 1);
}

void TestImport::reportIsSafeInASpreadsheet()
{
    FakeShop shop;
    const ImportRun run = import("name,barcode\n\"\",=1+1\n\"\",@SUM(A1)\n,-4\n", shop.sink());
    QVERIFY(run.result);
    QCOMPARE(text(run.causesOf(2)), QStringLiteral("no_name"));
    QCOMPARE(text(run.report.at(0).code), QStringLiteral("'=1+1"));
    QCOMPARE(text(run.report.at(1).code), QStringLiteral("'@SUM(A1)"));
    QCOMPARE(text(run.report.at(2).code), QStringLiteral("'-4"));

    // Quotation marks and long fields come through the report's own CSV.
    const QByteArray longCode = "A" + QByteArray(400, '1');
    const ImportRun more =
        import("name,code,price\nJam,\"" + longCode + "\",\"a \"\"b\"\", c\"\n", shop.sink());
    QCOMPARE(text(more.detail(2, "price")), QStringLiteral("not a price: a \"b\", c"));
    QCOMPARE(more.report.at(0).code.size(), 200U);
    QCOMPARE(text(more.causesOf(2)), QStringLiteral("length+price"));
}

void TestImport::ledgerRefusalsStandInTheReport()
{
    using Row = ImportOutcome::Row;
    const ImportSink sink =
        [](std::span<const ImportRow> rows) -> Result<ImportOutcome, std::string> {
        ImportOutcome outcome;
        outcome.rows = {Row::Added, Row::SkuTaken, Row::BarcodeTaken, Row::InvalidField,
                        Row::Changed};
        return rows.size() == 5 ? Result<ImportOutcome, std::string>(outcome)
                                : Failure<std::string>("five rows were sent");
    };
    const ImportRun run = import("name,sku\na,1\nb,2\nc,3\nd,4\ne,5\n", sink);
    QVERIFY(run.result);
    QCOMPARE(text(run.causesOf(3)), QStringLiteral("sku_taken"));
    QCOMPARE(text(run.causesOf(4)), QStringLiteral("barcode_taken"));
    QCOMPARE(text(run.causesOf(5)), QStringLiteral("refused"));
    QCOMPARE(run.result->added, 1);
    QCOMPARE(run.result->changed, 1);
    QCOMPARE(run.result->refused, 3);
}

void TestImport::stopsWhenTheShopIsAway()
{
    QByteArray csv = "name,sku\n";
    for (int i = 0; i < 1'600; ++i) {
        csv += "goods," + QByteArray::number(i) + "\n";
    }
    std::vector<std::size_t> pieces;
    const ImportSink sink =
        [&pieces](std::span<const ImportRow> rows) -> Result<ImportOutcome, std::string> {
        pieces.push_back(rows.size());
        if (pieces.size() == 2) {
            return Failure<std::string>("the database is away");
        }
        return ImportOutcome{std::vector(rows.size(), ImportOutcome::Row::Added)};
    };
    const ImportRun run = import(csv, sink);
    QVERIFY(!run.result);
    QCOMPARE(text(run.result.error()), QStringLiteral("the database is away"));
    QCOMPARE(pieces, (std::vector<std::size_t>{500, 500}));
}

/// What the demo sells: no fault, no remark, and every picture is there.
void TestImport::sampleCatalogue()
{
    FakeShop shop;
    const QString path = source("resources/catalogue/sample.csv");
    const ImportRun run = importFile(path, shop.sink());
    QVERIFY2(run.result, run.result ? "" : run.result.error().c_str());
    QCOMPARE(run.result->rows, 482);
    QCOMPARE(run.result->added, 482);
    QCOMPARE(run.result->ignoredColumns.size(), 0U);
    QCOMPARE(run.result->count(ImportRemark::NoPrice) + run.result->count(ImportRemark::Mended), 0);
    const ProductDetails& first = shop.goods().front().details;
    QCOMPARE(text(first.name), QStringLiteral("Nutella"));
    QCOMPARE(first.barcodes, (std::vector<std::string>{"3017620422003", "40084053"}));
    QVERIFY(shop.goods().front().onHand >= 200);
    for (const FakeShop::Good& good : shop.goods()) {
        const QString name = text(good.details.name);
        QVERIFY2(good.details.priceMinor > 0 && !good.details.sku.empty(), qPrintable(name));
        QVERIFY2(good.details.taxRateBp == 700 || good.details.taxRateBp == 1900, qPrintable(name));
        QVERIFY2(!good.details.barcodes.empty() && name.size() <= 40, qPrintable(name));
        QVERIFY2(QFile::exists(source("resources/pictures/") + text(good.details.image) +
                               QStringLiteral(".svg")),
                 qPrintable(name));
    }
    const ImportRun again = importFile(path, shop.sink());
    QVERIFY(again.result);
    QCOMPARE(again.result->unchanged, 482);
}

void TestImport::cleanSample()
{
    FakeShop shop;
    const QString path = source("tests/data/catalogue-clean.csv");
    const ImportRun run = importFile(path, shop.sink());
    QVERIFY2(run.result, run.result ? "" : run.result.error().c_str());
    QCOMPARE(run.result->rows, 200);
    QCOMPARE(run.result->added, 200);
    QCOMPARE(run.result->refused, 0);
    QCOMPARE(run.result->count(ImportRemark::NoPrice), 200);
    QCOMPARE(run.result->count(ImportRemark::Mended), 19);
    // A file without a price column is not reported row by row.
    QVERIFY(std::none_of(run.report.begin(), run.report.end(), [](const ReportLine& line) {
        return line.kind == "remark" && line.cause == "no_price";
    }));
    // 12 digits of a UPC-A find what the file has with 13.
    int found = 0;
    for (const FakeShop::Good& good : shop.goods()) {
        const std::string& code = good.details.barcodes.front();
        if (code.size() == 13 && code.front() == '0') {
            found += shop.byBarcode(canonicalBarcode(code.substr(1))->text()) == &good ? 1 : 0;
        }
    }
    QCOMPARE(found, 56);
    const ImportRun again = importFile(path, shop.sink());
    QVERIFY(again.result);
    QCOMPARE(again.result->unchanged, 200);
    QCOMPARE(again.result->added + again.result->changed + again.result->refused, 0);
}

void TestImport::dirtySample()
{
    QFile file(source("tests/data/catalogue-dirty.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray csv = file.readAll();
    FakeShop shop;
    const ImportRun run = import(csv, shop.sink());
    QVERIFY2(run.result, run.result ? "" : run.result.error().c_str());
    const auto records = recordsOf(csv);
    QCOMPARE(records.size(), 201U);
    int good = 0;
    for (std::size_t i = 1; i < records.size(); ++i) {
        const std::string expected = expectedCauses(records[i].fields[5]);
        QCOMPARE(text(run.causesOf(records[i].line)), text(expected));
        good += expected.empty() ? 1 : 0;
    }
    QCOMPARE(run.result->rows, 200);
    QCOMPARE(run.result->added, good);
    QCOMPARE(run.result->count(ImportRemark::UpcE), good);
    QCOMPARE(good, 18);
}

QTEST_GUILESS_MAIN(TestImport)
#include "test_import.moc"
