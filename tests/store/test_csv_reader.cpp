#include "tests/store/import_fixture.h"

#include <QtTest>

using namespace holdfast;

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace

class TestCsvReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void records_data();
    void records();
    void piecesOfAnySize();
    void aStrayQuotationMarkCostsOneRow();
    void aLongLineCostsOneRow();
    void anOpenQuoteIsGivenUpBeforeTheEnd();
};

void TestCsvReader::records_data()
{
    QTest::addColumn<QByteArray>("csv");
    QTest::addColumn<QString>("records");
    const auto row = [](const char* name, const char* csv, const char* records) {
        QTest::newRow(name) << QByteArray(csv) << QString::fromUtf8(records);
    };
    row("line feeds", "a,b\n1,2\n", "1:a|b 2:1|2");
    row("carriage returns too", "a,b\r\n1,2\r\n", "1:a|b 2:1|2");
    row("no line end at the end", "a,b\n1,2", "1:a|b 2:1|2");
    row("quotes", "a,\"b,\"\"c\"\"\"\n", "1:a|b,\"c\"");
    row("line end in quotes", "a,\"b\nc\"\nd,e\n", "1:a|b\nc 3:d|e");
    row("empty fields", ",\n\"\",\n", "1:| 2:|");
    row("outer spaces stay", " a , b\n", "1: a | b");
    row("blank lines are passed over", "a\n\n  \n\r\nb\n", "1:a 5:b");
    row("byte order mark", "\xEF\xBB\xBF\"a\",b\n", "1:a|b");
    row("semicolons", "a;b\n1,5;2\n", "1:a|b 2:1,5|2");
    row("text behind quotes", "a,b\n\"x\"y,1\nc,d\n", "1:a|b !2 3:c|d");
    row("quote inside", "a,b\n5\" pipe,1\nc,d\n", "1:a|b !2 3:c|d");
    row("never closed", "a,b\n\"x,1\nc,d\n", "1:a|b !2 3:c|d");
    row("never closed in the last line", "a,b\nc,\"d", "1:a|b !2");
    row("nothing", "", "");
}

void TestCsvReader::records()
{
    QFETCH(const QByteArray, csv);
    QStringList said;
    CsvReader reader(
        [&said](const CsvRecord& record) {
            QStringList fields;
            for (const std::string& field : record.fields) {
                fields << text(field);
            }
            said << QString::number(record.line) + u':' + fields.join(u'|');
        },
        [&said](std::int64_t line, CsvFault) { said << u'!' + QString::number(line); });
    reader.feed({csv.constData(), static_cast<std::size_t>(csv.size())});
    reader.finish();
    QTEST(said.join(u' '), "records");
}

void TestCsvReader::piecesOfAnySize()
{
    const QByteArray csv = "name,barcode\n\"a\nb\",1\n\"c\"\"d\",2\r\n\ne,\"3\"\n\"x\"y,4\nf,5";
    const auto whole = recordsOf(csv);
    QCOMPARE(whole.size(), 5U);
    for (qsizetype size = 1; size < csv.size(); ++size) {
        std::vector<CsvRecord> records;
        CsvReader reader([&](CsvRecord record) { records.push_back(std::move(record)); },
                         [](std::int64_t, CsvFault) {});
        for (qsizetype at = 0; at < csv.size(); at += size) {
            reader.feed(csv.mid(at, size).toStdString());
        }
        reader.finish();
        QCOMPARE(records.size(), whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            QCOMPARE(records[i].line, whole[i].line);
            QCOMPARE(records[i].fields, whole[i].fields);
        }
    }
}

void TestCsvReader::aStrayQuotationMarkCostsOneRow()
{
    QByteArray csv = "name,sku\n\"open,1\n";
    for (int i = 2; i < 20'000; ++i) {
        csv += "goods " + QByteArray::number(i) + "," + QByteArray::number(i) + "\n";
    }
    FakeShop shop;
    const ImportRun run = import(csv, shop.sink());
    QVERIFY(run.result);
    QCOMPARE(run.result->rows, 19'999);
    QCOMPARE(run.result->refused, 1);
    QCOMPARE(text(run.causesOf(2)), QStringLiteral("quotes"));
    QCOMPARE(run.result->added, 19'998);
}

void TestCsvReader::aLongLineCostsOneRow()
{
    const QByteArray longName(200'000, 'x');
    FakeShop shop;
    const ImportRun run =
        import("name,sku\n" + longName + ",1\ngoods,2\nmore," + longName, shop.sink());
    QVERIFY(run.result);
    QCOMPARE(text(run.causesOf(2)), QStringLiteral("line_too_long"));
    QCOMPARE(text(run.causesOf(4)), QStringLiteral("line_too_long"));
    QCOMPARE(run.result->added, 1);
    QCOMPARE(run.result->rows, 3);
}

/// Else a file of gigabytes with one stray mark would be held in memory.
void TestCsvReader::anOpenQuoteIsGivenUpBeforeTheEnd()
{
    std::vector<std::int64_t> faults;
    int records = 0;
    CsvReader reader([&records](const CsvRecord&) { ++records; },
                     [&faults](std::int64_t line, CsvFault) { faults.push_back(line); });
    reader.feed("a,b\n\"open,1\n");
    for (int i = 0; i < 20'000; ++i) {
        reader.feed("goods,1\n");
    }
    QCOMPARE(faults, std::vector<std::int64_t>{2});
    QCOMPARE(records, 20'001);
}

QTEST_GUILESS_MAIN(TestCsvReader)
#include "test_csv_reader.moc"
