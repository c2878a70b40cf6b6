#include "tests/tidy/rules.h"

#include <QTest>

using namespace holdfast::tidy;

/// The tree itself against its own rules. Each finding is printed as path:line: message [rule].
class TestTidy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTreeKeepsItsRules()
    {
        const Tree tree = readTree(qEnvironmentVariable("HOLDFAST_SOURCE"));
        QVERIFY2(tree.find(QStringLiteral("CMakeLists.txt")) != nullptr,
                 "HOLDFAST_SOURCE does not name the repository");
        const Findings findings = checkAll(tree);
        for (const Finding& finding : findings) {
            qWarning("%s", qPrintable(toString(finding)));
        }
        QCOMPARE(findings.size(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestTidy)
#include "test_tidy.moc"
