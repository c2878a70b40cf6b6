// Finding goods: by typed words, by any length of a barcode, by category; and the live figures.
#include "app/models/catalogue.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace Qt::StringLiterals;

class TestTillCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_data();
    void words();
    void codes_data();
    void codes();
    void favouritesAndCategories();
    void changesReachTheGoods();
    void wholeCatalogueIsSearchedAtOnce();
};

namespace {

TillProduct product(int id, const QString& name, const QString& brand, const QString& code)
{
    TillProduct product;
    product.id = id;
    product.sku = u"ART-%1"_s.arg(id);
    product.name = name;
    product.brand = brand;
    product.category = id % 2 == 0 ? u"Drinks"_s : u"Food"_s;
    product.barcodes = {code};
    product.available = 10;
    product.onHand = 10;
    product.version = 1;
    return product;
}

std::vector<TillProduct> goods()
{
    std::vector<TillProduct> list{
        product(1, u"Müsli-Riegel Schoko"_s, u"Corny"_s, u"4011800523213"_s),
        product(2, u"Oat drink barista"_s, u"Oatly"_s, u"7394376616037"_s),
        product(3, u"Dark chocolate 70 %"_s, u"Lindt"_s, u"0037466017082"_s),
        product(4, u"Cola Zero"_s, u"Coca-Cola"_s, u"54491496"_s),
    };
    list[2].favouriteRank = 2;
    list[3].favouriteRank = 1;
    return list;
}

QString ids(const Catalogue& catalogue, const std::vector<int>& rows)
{
    QStringList found;
    for (const int row : rows) {
        found.append(QString::number(catalogue.products()[static_cast<std::size_t>(row)].id));
    }
    return found.join(u' ');
}

} // namespace

void TestTillCatalogue::words_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("expected");
    QTest::newRow("beginning of a word") << u"cho"_s << u"3"_s;
    QTest::newRow("not its middle") << u"olate"_s << QString();
    QTest::newRow("no accents needed") << u"musli"_s << u"1"_s;
    QTest::newRow("capitals do not matter") << u"OAT"_s << u"2"_s;
    QTest::newRow("brand and name") << u"oatly bar"_s << u"2"_s;
    QTest::newRow("all words count") << u"oatly cola"_s << QString();
    QTest::newRow("a second word of the name") << u"rieg"_s << u"1"_s;
    QTest::newRow("beginning of a barcode") << u"40118"_s << u"1"_s;
    QTest::newRow("a SKU") << u"art-2"_s << u"2"_s;
    QTest::newRow("part of a name with a hyphen") << u"coca-co"_s << u"4"_s;
    QTest::newRow("names that begin so come first") << u"co"_s << u"4 1"_s;
    QTest::newRow("favourites first without words") << QString() << u"4 3 1 2"_s;
    QTest::newRow("only spaces") << u"  "_s << u"4 3 1 2"_s;
}

void TestTillCatalogue::words()
{
    QFETCH(QString, words);
    QFETCH(QString, expected);
    Catalogue catalogue;
    catalogue.replace(LoadedGoods(goods()));
    QCOMPARE(ids(catalogue, catalogue.select({}, words)), expected);
}

void TestTillCatalogue::codes_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("expected");
    QTest::newRow("EAN-13") << u"4011800523213"_s << 1;
    QTest::newRow("UPC-A with 12 digits") << u"037466017082"_s << 3;
    QTest::newRow("the same as EAN-13") << u"0037466017082"_s << 3;
    QTest::newRow("the same as GTIN-14") << u"00037466017082"_s << 3;
    QTest::newRow("EAN-8") << u"54491496"_s << 4;
    QTest::newRow("SKU in small letters") << u"art-2"_s << 2;
    QTest::newRow("white space around") << u" 54491496 "_s << 4;
    QTest::newRow("unknown") << u"4011800523214"_s << 0;
    QTest::newRow("empty") << QString() << 0;
}

void TestTillCatalogue::codes()
{
    QFETCH(QString, code);
    QFETCH(int, expected);
    Catalogue catalogue;
    catalogue.replace(LoadedGoods(goods()));
    const TillProduct* found = catalogue.findByCode(code);
    QCOMPARE(found == nullptr ? 0 : found->id, expected);
}

void TestTillCatalogue::favouritesAndCategories()
{
    Catalogue catalogue;
    catalogue.replace(LoadedGoods(goods()));
    QCOMPARE(ids(catalogue, catalogue.select(Catalogue::favourites(), {})), u"4 3"_s);
    QCOMPARE(ids(catalogue, catalogue.select(u"Drinks"_s, {})), u"4 2"_s);
    QCOMPARE(ids(catalogue, catalogue.select(u"Drinks"_s, u"oat"_s)), u"2"_s);
    QCOMPARE(ids(catalogue, catalogue.select(u"Toys"_s, {})), QString());
}

void TestTillCatalogue::changesReachTheGoods()
{
    Catalogue catalogue;
    catalogue.replace(LoadedGoods(goods()));
    QSignalSpy figures(&catalogue, &Catalogue::figuresChanged);
    QSignalSpy replaced(&catalogue, &Catalogue::replaced);
    catalogue.apply({}, {}, {{2, 10, 4, 0, 6}, {99, 1, 0, 0, 1}});
    QCOMPARE(figures.size(), 1);
    QCOMPARE(figures.first().first().value<QList<int>>(), QList<int>{2});
    QCOMPARE(catalogue.find(2)->available, 6);
    catalogue.setOwnUnits({{2, 1}}, {{2, 3}}, {});
    QCOMPARE(catalogue.availableFor(*catalogue.find(2)), 5);
    QCOMPARE(catalogue.heldElsewhere(*catalogue.find(2)), 1);
    QCOMPARE(replaced.size(), 0);
    TillProduct dearer = *catalogue.find(2);
    dearer.priceMinor = 350;
    dearer.version = 2;
    catalogue.apply({dearer}, {}, {}); // a new price needs no new index
    QCOMPARE(replaced.size(), 0);
    QCOMPARE(catalogue.find(2)->priceMinor, 350);
    QCOMPARE(figures.last().first().value<QList<int>>(), QList<int>{2});
    TillProduct renamed = *catalogue.find(2);
    renamed.name = u"Hafermilch"_s;
    renamed.version = 3;
    catalogue.apply({renamed, product(7, u"Tea"_s, {}, u"7777777"_s)}, {1}, {});
    QCOMPARE(replaced.size(), 1);
    QCOMPARE(ids(catalogue, catalogue.select({}, u"hafer"_s)), u"2"_s);
    QCOMPARE(ids(catalogue, catalogue.select({}, u"tea"_s)), u"7"_s);
    QVERIFY(catalogue.find(1) == nullptr);
    QVERIFY(catalogue.findByCode(u"4011800523213"_s) == nullptr);
}

void TestTillCatalogue::wholeCatalogueIsSearchedAtOnce()
{
    std::vector<TillProduct> many;
    const QStringList nouns{u"milk"_s, u"bread"_s, u"cheese"_s, u"apple"_s, u"chocolate"_s};
    for (int i = 1; i <= 35'000; ++i) {
        many.push_back(product(i, u"%1 %2 organic"_s.arg(nouns[i % 5]).arg(i),
                               u"Brand %1"_s.arg(i % 900), QString::number(4'000'000'000'000 + i)));
    }
    Catalogue catalogue;
    QElapsedTimer timer;
    timer.start();
    const LoadedGoods loaded(std::move(many)); // on the worker
    const qint64 workerMs = timer.restart();
    catalogue.replace(loaded); // on the thread of the screen
    qInfo("35,000 products: %lld ms to index, %lld ms to take in", workerMs, timer.restart());
    qint64 hits = 0;
    for (const QString& typed :
         {u"c"_s, u"ch"_s, u"cho"_s, u"choc organ"_s, u"brand 7"_s, u"34999"_s}) {
        hits += static_cast<qint64>(catalogue.select({}, typed).size());
    }
    qInfo("6 searches over 35,000 products: %lld ms, %lld hits", timer.elapsed(), hits);
    QCOMPARE(ids(catalogue, catalogue.select({}, u"34999"_s)), u"34999"_s);
    QVERIFY(hits > 14'000 * 2);
}

QTEST_APPLESS_MAIN(TestTillCatalogue)
#include "test_till_catalogue.moc"
