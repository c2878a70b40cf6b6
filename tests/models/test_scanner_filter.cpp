// Scans in a real window: nothing of them reaches what has the focus.
#include "app/devices/scanner_filter.h"

#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWindow>

using namespace holdfast;
using namespace Qt::StringLiterals;

namespace {

/// Writes down every key that arrives.
class KeyWindow : public QWindow
{
public:
    QString seen;

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        seen += event->key() == Qt::Key_Return ? u"⏎"_s : event->text();
    }
    void keyReleaseEvent(QKeyEvent* event) override
    {
        seen += event->key() == Qt::Key_Return ? u"(⏎)"_s : u'(' + event->text() + u')';
    }
};

} // namespace

class TestScannerFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void scanReachesNobody();
    void typingArrivesWholeAndInOrder();
    void typingBeforeAScanArrives();
    void fastScansComeInOrder();
    void touchLetsTypedKeysGoFirst();

private:
    void key(Qt::Key code, const QString& text);
    void type(const QString& text, int stepMs);
    void enter() { key(Qt::Key_Return, u"\r"_s); }

    std::unique_ptr<KeyWindow> m_window;
    std::unique_ptr<ScannerFilter> m_filter;
    std::unique_ptr<QSignalSpy> m_scans;
    qint64 m_nowMs = 0;
};

void TestScannerFilter::init()
{
    m_nowMs = 1'000;
    m_window = std::make_unique<KeyWindow>();
    m_filter = std::make_unique<ScannerFilter>(*m_window, ScanTiming{},
                                               [this](const QKeyEvent&) { return m_nowMs; });
    m_scans = std::make_unique<QSignalSpy>(m_filter.get(), &ScannerFilter::scanned);
}

void TestScannerFilter::cleanup()
{
    m_scans.reset();
    m_filter.reset();
    m_window.reset();
}

void TestScannerFilter::key(Qt::Key code, const QString& text)
{
    QKeyEvent press(QEvent::KeyPress, code, Qt::NoModifier, text);
    QCoreApplication::sendEvent(m_window.get(), &press);
    QKeyEvent release(QEvent::KeyRelease, code, Qt::NoModifier, text);
    QCoreApplication::sendEvent(m_window.get(), &release);
}

void TestScannerFilter::type(const QString& text, int stepMs)
{
    for (const QChar c : text) {
        key(static_cast<Qt::Key>(c.unicode()), QString(c));
        m_nowMs += stepMs;
    }
}

void TestScannerFilter::scanReachesNobody()
{
    type(u"4006381333931"_s, 3);
    enter();
    enter(); // the line feed of the pair
    QCOMPARE(m_scans->size(), 1);
    QCOMPARE(m_scans->first().first().toString(), u"4006381333931"_s);
    QCOMPARE(m_window->seen, QString());
    m_nowMs += 500;
    enter();
    QCOMPARE(m_window->seen, u"⏎(⏎)"_s);
}

void TestScannerFilter::typingArrivesWholeAndInOrder()
{
    type(u"12"_s, 200);
    enter();
    QCOMPARE(m_window->seen, u"1(1)2(2)⏎(⏎)"_s);
    QCOMPARE(m_scans->size(), 0);
    m_window->seen.clear();
    type(u"7"_s, 200);
    QCOMPARE(m_window->seen, QString());
    QTRY_COMPARE_WITH_TIMEOUT(m_window->seen, u"7(7)"_s, 2'000);
}

void TestScannerFilter::typingBeforeAScanArrives()
{
    type(u"3"_s, 300);
    type(u"40063"_s, 5);
    enter();
    QCOMPARE(m_window->seen, u"3(3)"_s);
    QCOMPARE(m_scans->size(), 1);
    QCOMPARE(m_scans->first().first().toString(), u"40063"_s);
}

void TestScannerFilter::fastScansComeInOrder()
{
    QStringList expected;
    for (int i = 0; i < 20; ++i) {
        const QString code = QString::number(10'000 + i);
        expected.append(code);
        type(code, 1);
        enter();
        m_nowMs += 2;
    }
    QStringList codes;
    for (const QList<QVariant>& scan : *m_scans) {
        codes.append(scan.first().toString());
    }
    QCOMPARE(codes, expected);
    QCOMPARE(m_window->seen, QString());
}

void TestScannerFilter::touchLetsTypedKeysGoFirst()
{
    type(u"5"_s, 5);
    QMouseEvent touch(QEvent::MouseButtonPress, {}, {}, Qt::LeftButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &touch);
    QCOMPARE(m_window->seen, u"5(5)"_s);
    type(u"40063"_s, 5);
    enter();
    QCOMPARE(m_scans->size(), 1);
    QCOMPARE(m_scans->first().first().toString(), u"40063"_s);
}

QTEST_MAIN(TestScannerFilter)
#include "test_scanner_filter.moc"
