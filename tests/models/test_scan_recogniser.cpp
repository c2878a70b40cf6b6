// Which key bursts are scans: one row per story, times in milliseconds.
#include "app/devices/scan_recogniser.h"

#include <QTest>

using namespace holdfast;
using namespace Qt::StringLiterals;
using Then = ScanRecogniser::Verdict::Then;

class TestScanRecogniser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stories_data();
    void stories();
    void heldKeysAreLetGoInTime();
    void repeatedKeysAreTyping();
    void prefixIsCutOff();
};

namespace {

/// "4@0 0@10 \r@20": characters with their times; \r is a terminator, < another key. What comes
/// out: h held, p passed, s swallowed, S scan, ! held keys let go before.
QString play(ScanRecogniser& recogniser, const QString& story)
{
    QString out;
    for (const QString& step : story.split(u' ', Qt::SkipEmptyParts)) {
        const QString key = step.section(u'@', 0, 0);
        const qint64 atMs = step.section(u'@', 1).toLongLong();
        const auto kind = key == u"\\r" ? ScanRecogniser::Key::Terminator
                          : key == u"<" ? ScanRecogniser::Key::Other
                                        : ScanRecogniser::Key::Character;
        const ScanRecogniser::Verdict verdict = recogniser.press(kind, key, false, atMs);
        out += verdict.replay ? u"!"_s : QString();
        switch (verdict.then) {
        case Then::Pass:
            out += u'p';
            break;
        case Then::Hold:
            out += u'h';
            break;
        case Then::Swallow:
            out += u's';
            break;
        case Then::Scan:
            out += u"S(%1)"_s.arg(recogniser.code());
            break;
        }
    }
    return out;
}

} // namespace

void TestScanRecogniser::stories_data()
{
    QTest::addColumn<QString>("story");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QString& story, const QString& expected) {
        QTest::newRow(name) << story << expected;
    };
    row("a scan", u"4@0 0@5 0@10 1@15 \\r@20"_s, u"hhhhS(4001)"_s);
    row("the slowest scan", u"4@0 0@50 0@100 1@150 \\r@200"_s, u"hhhhS(4001)"_s);
    row("one pause too long", u"4@0 0@51 0@60 1@70 \\r@80"_s, u"h!hhh!p"_s);
    row("a person types", u"1@0 2@180 3@350 4@520 \\r@700"_s, u"h!h!h!h!p"_s);
    row("too short for a code", u"1@0 2@5 3@10 \\r@15"_s, u"hhh!p"_s);
    row("carriage return and line feed", u"4@0 0@5 0@10 1@15 \\r@20 \\r@25"_s, u"hhhhS(4001)s"_s);
    row("a later Enter is a person's", u"4@0 0@5 0@10 1@15 \\r@20 \\r@400"_s, u"hhhhS(4001)p"_s);
    row("Enter alone", u"\\r@0"_s, u"p"_s);
    row("two scans at once", u"4@0 0@2 0@4 1@6 \\r@8 4@10 0@12 0@14 2@16 \\r@18"_s,
        u"hhhhS(4001)hhhhS(4002)"_s);
    row("CR LF between two scans",
        u"4@0 0@2 0@4 1@6 \\r@8 \\r@9 4@10 0@12 0@14 2@16 \\r@18 \\r@19"_s,
        u"hhhhS(4001)shhhhS(4002)s"_s);
    row("typing right before a scan", u"7@0 4@200 0@205 0@210 1@215 \\r@220"_s, u"h!hhhhS(4001)"_s);
    row("an arrow breaks it", u"4@0 0@5 <@10 1@15 2@20 \\r@25"_s, u"hh!phh!p"_s);
    row("letters too", u"A@0 b@5 -@10 9@15 \\r@20"_s, u"hhhhS(Ab-9)"_s);
    QString endless;
    QString held;
    for (int i = 0; i < 40; ++i) {
        endless += u"1@%1 "_s.arg(i * 45);
        held += i == 34 ? u"!h"_s : u"h"_s; // 34 × 45 = 1530 ms: no scan takes so long
    }
    row("a key burst that never ends", endless, held);
}

void TestScanRecogniser::stories()
{
    QFETCH(QString, story);
    QFETCH(QString, expected);
    ScanRecogniser recogniser;
    QCOMPARE(play(recogniser, story), expected);
}

void TestScanRecogniser::heldKeysAreLetGoInTime()
{
    ScanRecogniser recogniser;
    QVERIFY(!recogniser.isOverdue(1'000));
    QCOMPARE(play(recogniser, u"1@100"_s), u"h"_s);
    QVERIFY(!recogniser.isOverdue(150));
    QVERIFY(recogniser.isOverdue(151));
    recogniser.forget();
    QVERIFY(!recogniser.isOverdue(10'000));
}

void TestScanRecogniser::repeatedKeysAreTyping()
{
    ScanRecogniser recogniser;
    QCOMPARE(recogniser.press(ScanRecogniser::Key::Character, u"5"_s, false, 0).then, Then::Hold);
    const ScanRecogniser::Verdict repeat =
        recogniser.press(ScanRecogniser::Key::Character, u"5"_s, true, 30);
    QVERIFY(repeat.replay);
    QCOMPARE(repeat.then, Then::Pass);
    QCOMPARE(play(recogniser, u"\\r@40"_s), u"p"_s);
}

void TestScanRecogniser::prefixIsCutOff()
{
    ScanTiming timing;
    timing.prefix = u"~"_s;
    ScanRecogniser recogniser(timing);
    QCOMPARE(play(recogniser, u"~@0 4@5 0@10 0@15 1@20 \\r@25"_s), u"hhhhhS(4001)"_s);
    QCOMPARE(play(recogniser, u"4@500 0@505 0@510 1@515 \\r@520"_s), u"hhhhS(4001)"_s);
    QCOMPARE(play(recogniser, u"~@900 4@905 0@910 0@915 \\r@920"_s), u"hhhh!p"_s);
}

QTEST_APPLESS_MAIN(TestScanRecogniser)
#include "test_scan_recogniser.moc"
