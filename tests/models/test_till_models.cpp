// The list models keep the rules of Qt's model/view under every change, and change no more than
// needed.
#include "app/models/cart_model.h"
#include "app/models/catalogue.h"
#include "app/models/product_list_model.h"
#include "app/models/sale_tab_model.h"
#include "app/models/texts.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QRandomGenerator>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace Qt::StringLiterals;
using Mode = QAbstractItemModelTester::FailureReportingMode;

class TestTillModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cartFollowsAnySequence();
    void cartChangesOnlyWhatChanged();
    void tabsFollowAnySequence();
    void goodsFollowTheCatalogue();
    void moneyIsWrittenInOneKindOfFigures();
};

namespace {

CartRow cartRow(int id, int qty, bool selected = false)
{
    CartRow row;
    row.lineId = QString::number(id);
    row.productId = id;
    row.name = u"Product %1"_s.arg(id);
    row.qty = qty;
    row.selected = selected;
    return row;
}

} // namespace

void TestTillModels::cartFollowsAnySequence()
{
    CartModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    QRandomGenerator random(7);
    for (int round = 0; round < 300; ++round) {
        QList<CartRow> rows;
        for (int id = 0; id < 8; ++id) {
            if (random.bounded(3) > 0) {
                rows.insert(random.bounded(static_cast<int>(rows.size()) + 1),
                            cartRow(id, random.bounded(1, 4), random.bounded(5) == 0));
            }
        }
        model.setRows(rows);
        QCOMPARE(model.rows(), rows);
        QCOMPARE(model.count(), static_cast<int>(rows.size()));
    }
}

void TestTillModels::cartChangesOnlyWhatChanged()
{
    CartModel model;
    model.setRows({cartRow(1, 1), cartRow(2, 1)});
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setRows({cartRow(1, 1), cartRow(2, 2, true), cartRow(3, 1)});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().first().toModelIndex().row(), 1);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(model.selectedRow(), 1);
    model.setRows({cartRow(1, 1), cartRow(2, 2, true), cartRow(3, 1)});
    QCOMPARE(changed.size(), 1);
}

void TestTillModels::tabsFollowAnySequence()
{
    SaleTabModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    QRandomGenerator random(11);
    for (int round = 0; round < 100; ++round) {
        QList<SaleTabRow> rows;
        const int count = random.bounded(6);
        const int first = random.bounded(4);
        for (int i = 0; i < count; ++i) {
            rows.append({QString::number(first + i), u"Sale"_s, i, u"1.00"_s, i == 1, {}, false});
        }
        model.setRows(rows);
        QCOMPARE(model.count(), count);
        QCOMPARE(model.currentRow(), count > 1 ? 1 : -1);
    }
}

void TestTillModels::goodsFollowTheCatalogue()
{
    Catalogue catalogue;
    ProductListModel model(catalogue);
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    QVERIFY(model.loading());
    std::vector<TillProduct> goods;
    for (int id = 1; id <= 50; ++id) {
        TillProduct product;
        product.id = id;
        product.name = u"Product %1"_s.arg(id);
        product.category = id % 2 == 0 ? u"Even"_s : u"Odd"_s;
        product.currency = u"EUR"_s;
        product.priceMinor = 129;
        product.available = id;
        goods.push_back(product);
    }
    catalogue.replace(LoadedGoods(goods));
    QVERIFY(!model.loading());
    QCOMPARE(model.count(), 50);
    model.setFilter(u"Even"_s, {});
    QCOMPARE(model.count(), 25);
    QCOMPARE(model.productAt(0), 2);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    catalogue.apply({}, {}, {{4, 3, 0, 0, 3}, {5, 3, 0, 0, 3}});
    QCOMPARE(changed.size(), 1); // product 5 is not shown
    const QModelIndex four = model.index(1);
    QCOMPARE(model.data(four, ProductListModel::AvailableTextRole).toString(), u"3 left"_s);
    QVERIFY(model.data(four, ProductListModel::LowStockRole).toBool());
    QCOMPARE(model.data(four, ProductListModel::PriceTextRole).toString(), u"1.29\u00a0€"_s);
    TillProduct dearer = *catalogue.find(4);
    dearer.priceMinor = 149;
    catalogue.apply({dearer}, {}, {});
    QCOMPARE(changed.size(), 2);
    QVERIFY(changed.last().at(2).value<QList<int>>().isEmpty()); // any role may have changed
    QCOMPARE(model.data(four, ProductListModel::PriceTextRole).toString(), u"1.49\u00a0€"_s);
    model.setFilter({}, u"product 5"_s);
    QCOMPARE(model.count(), 2); // 5 and 50
}

void TestTillModels::moneyIsWrittenInOneKindOfFigures()
{
    const QLocale before;
    const auto back = qScopeGuard([&] { QLocale::setDefault(before); });
    QCOMPARE(texts::amount(2'213, u"EUR"_s), u"22.13"_s);
    QCOMPARE(texts::amount(-5, u"EUR"_s), u"\u22120.05"_s);
    QLocale::setDefault(QLocale(QLocale::Arabic, QLocale::Egypt));
    QCOMPARE(texts::amount(2'213, u"EUR"_s), u"٢٢٫١٣"_s);
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
    QCOMPARE(texts::amount(123'456, u"EUR"_s), u"1.234,56"_s);
}

QTEST_MAIN(TestTillModels)
#include "test_till_models.moc"
