#include "server/ledger/slice.h"

#include <QTest>

using namespace holdfast;

namespace {

/// Goods 1, 2, 3 … of which so many units are available.
Slice sliceOf(std::initializer_list<Units> available)
{
    Slice slice;
    std::int64_t id = 0;
    for (const Units units : available) {
        // What is held and committed is not available.
        slice.products[ProductId{++id}].stock = {.onHand = units + 7, .held = 4, .committed = 3};
    }
    return slice;
}

std::vector<std::int64_t> scarceOf(const std::vector<HoldLine>& wanted, const Slice& slice)
{
    std::vector<std::int64_t> ids;
    for (const ProductId id : scarce(wanted, slice)) {
        ids.push_back(id.value);
    }
    return ids;
}

using Ids = std::vector<std::int64_t>;

} // namespace

/// Which goods a batch wants more of than there are: those bring their overdue holds along.
class TestSlice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastUnitIsThere();
    void everyScarceProductIsFound();
    void linesOfOneProductAddUp();
    void eachProductIsNamedOnce();
    void whatIsNoQuantityGivesNothingBack();
    void whatIsNotThereIsNotScarce();
};

void TestSlice::theLastUnitIsThere()
{
    const Slice slice = sliceOf({5});
    QCOMPARE(scarceOf({{{1}, 5}}, slice), Ids{});
    QCOMPARE(scarceOf({{{1}, 6}}, slice), Ids{1});
    QCOMPARE(scarceOf({{{1}, 1}}, sliceOf({0})), Ids{1});
    QCOMPARE(scarceOf({}, slice), Ids{});
}

void TestSlice::everyScarceProductIsFound()
{
    QCOMPARE(scarceOf({{{1}, 3}, {{2}, 2}, {{3}, 9}}, sliceOf({2, 2, 2})), (Ids{1, 3}));
}

/// As the lines of one hold, or of several of one batch.
void TestSlice::linesOfOneProductAddUp()
{
    const Slice slice = sliceOf({5, 5});
    QCOMPARE(scarceOf({{{1}, 2}, {{2}, 2}, {{1}, 3}}, slice), Ids{});
    QCOMPARE(scarceOf({{{1}, 2}, {{2}, 2}, {{1}, 4}}, slice), Ids{1});
    QCOMPARE(scarceOf({{{1}, 5}, {{1}, 1}}, slice), Ids{1}); // the first took the last unit
}

void TestSlice::eachProductIsNamedOnce()
{
    QCOMPARE(scarceOf({{{1}, 6}, {{1}, 1}, {{1}, 9}}, sliceOf({5})), Ids{1});
}

/// The ledger refuses such a line; it must not make room for others.
void TestSlice::whatIsNoQuantityGivesNothingBack()
{
    const Slice slice = sliceOf({5});
    QCOMPARE(scarceOf({{{1}, 0}}, slice), Ids{});
    QCOMPARE(scarceOf({{{1}, -3}}, slice), Ids{});
    QCOMPARE(scarceOf({{{1}, -3}, {{1}, 6}}, slice), Ids{1});
}

void TestSlice::whatIsNotThereIsNotScarce()
{
    QCOMPARE(scarceOf({{{9}, 1}, {{1}, 6}}, sliceOf({5})), Ids{1});
}

QTEST_GUILESS_MAIN(TestSlice)
#include "test_slice.moc"
