#include "tests/e2e/replay/session.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// Some days of real trade through the real server, every total equal.
class ReplayExtractTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTotalAgrees()
    {
        holdfast::replay::Options options;
        options.file =
            qEnvironmentVariable("HOLDFAST_SOURCE") + u"/tests/data/online-retail-extract.csv"_s;
        QCOMPARE(holdfast::replay::runReplay(options), 0);
    }
};

QTEST_GUILESS_MAIN(ReplayExtractTest)
#include "test_replay_extract.moc"
