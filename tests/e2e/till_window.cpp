// The real window of a real till on the real server: a whole sale from the keyboard and the
// scanner.
#include "app/devices/scanner_filter.h"
#include "tests/e2e/till_world.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

Q_IMPORT_QML_PLUGIN(Holdfast_AppPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TillPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_UiPlugin)

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int patienceMs = 20'000;

} // namespace

class TillWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void saleByKeyboardAndScanner();
    void scanLeavesTheSearchFieldAlone();
    void unknownCodeIsNamed();

private:
    [[nodiscard]] TillSession& till() { return m_till->session(); }
    void scan(const QString& code);

    TillWorld m_world;
    std::unique_ptr<RealTill> m_till;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
    std::unique_ptr<ScannerFilter> m_scanner;
    QQuickWindow* m_window = nullptr;
    int m_product = 0;
};

void TillWindow::initTestCase()
{
    QVERIFY(m_world.start());
    Shop shop = m_world.shop();
    const QJsonObject fields{{u"sku"_s, u"OAT-1"_s},
                             {u"name"_s, u"Oat drink"_s},
                             {u"barcodes"_s, QJsonArray{u"4006381333931"_s}},
                             {u"price_minor"_s, 250},
                             {u"currency"_s, u"EUR"_s}};
    m_product = shop.createProduct(fields).data()[u"id"].toInt();
    QVERIFY(m_product > 0);
    QCOMPARE(shop.move(m_product, u"receipt"_s, 10).status, 201);
    m_till = m_world.newTill();
    m_engine = std::make_unique<QQmlApplicationEngine>();
    m_engine->addImportPath(u"qrc:/qt/qml"_s);
    m_engine->setInitialProperties({{u"till"_s, QVariant::fromValue(&till())}});
    m_engine->load(QUrl(u"qrc:/qt/qml/Holdfast/Till/Main.qml"_s));
    QVERIFY(!m_engine->rootObjects().isEmpty());
    m_window = qobject_cast<QQuickWindow*>(m_engine->rootObjects().constFirst());
    QVERIFY(m_window != nullptr);
    m_scanner = std::make_unique<ScannerFilter>(*m_window, ScanTiming{});
    connect(m_scanner.get(), &ScannerFilter::scanned, &till(), &TillSession::addByCode);
    m_window->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(m_window, patienceMs));
    QTRY_COMPARE_WITH_TIMEOUT(m_till->tile(m_product), 10, patienceMs);
}

void TillWindow::cleanupTestCase()
{
    m_scanner.reset();
    m_engine.reset();
    m_till.reset();
}

void TillWindow::scan(const QString& code)
{
    for (const QChar digit : code) {
        QTest::keyClick(m_window, static_cast<Qt::Key>(digit.unicode()));
    }
    QTest::keyClick(m_window, Qt::Key_Return);
    QTest::keyClick(m_window, Qt::Key_Return); // CR and LF
}

void TillWindow::saleByKeyboardAndScanner()
{
    scan(u"4006381333931"_s);
    scan(u"4006381333931"_s);
    QTRY_COMPARE(till().cart()->count(), 1);
    QTRY_COMPARE(till().cart()->rows().first().qty, 2);
    QTRY_COMPARE(till().hold()->state(), HoldView::Active);
    QTRY_VERIFY(!till().hold()->busy());
    QTest::keyClick(m_window, Qt::Key_F4);
    QTRY_COMPARE(till().stage(), TillSession::Paying);
    for (const Qt::Key key : {Qt::Key_2, Qt::Key_0, Qt::Key_0, Qt::Key_0}) {
        QTest::keyClick(m_window, key);
        QTRY_VERIFY(!till().keypad()->empty()); // a person's pace
    }
    QTRY_COMPARE(till().keypad()->text(), u"20.00"_s);
    QTest::keyClick(m_window, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(till().payment()->state(), PaymentSession::Paid, patienceMs);
    QCOMPARE(till().payment()->changeMinor(), 1'500);
    const QImage finished = m_window->grabWindow();
    QVERIFY(finished.width() >= 1'024);
    QTest::keyClick(m_window, Qt::Key_Return);
    QTRY_COMPARE(till().stage(), TillSession::Selling);
    QTRY_COMPARE(m_till->tile(m_product), 8);
}

void TillWindow::scanLeavesTheSearchFieldAlone()
{
    QTest::keyClick(m_window, Qt::Key_F3);
    QTRY_VERIFY(m_window->activeFocusItem() != nullptr &&
                m_window->activeFocusItem()->inherits("QQuickTextInput"));
    scan(u"4006381333931"_s);
    QTRY_COMPARE(till().cart()->count(), 1);
    QCOMPARE(till().searchText(), QString());
    QTest::keyClick(m_window, Qt::Key_O);
    QTRY_COMPARE(till().searchText(), u"o"_s);
    QCOMPARE(till().cart()->rows().first().qty, 1);
    till().setSearchText({});
    till().voidSale();
    QTRY_COMPARE(till().cart()->count(), 0);
}

void TillWindow::unknownCodeIsNamed()
{
    scan(u"5000000000001"_s);
    QTRY_VERIFY(till().notice()->text().contains(u"5000000000001"_s));
    QCOMPARE(till().cart()->count(), 0);
}

QTEST_MAIN(TillWindow)
#include "till_window.moc"
