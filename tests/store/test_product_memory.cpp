#include "server/store/product_memory.h"
#include "shared/domain/limits.h"
#include "tests/ledger/story_shop.h"
#include "tests/store/shop_file.h"

#include <QTest>

using namespace holdfast;

namespace {

constexpr ProductId tea{1};
constexpr Instant start{1'800'000'000'000};
constexpr Instant shortlyAfter = start + Duration{1};

Slice sliceOf(const ProductEntry& entry)
{
    Slice slice;
    slice.products.emplace(entry.product.id, entry);
    return slice;
}

ProductEntry entryFor(ProductId id, Units onHand)
{
    return {.product = {.id = id}, .stock = {.onHand = onHand}, .stockVersion = 7};
}

/// One command in a transaction of its own.
Result<void, StoreError> decide(SqlLedgerStore& store, const std::string& sentence, Instant now)
{
    const Envelope envelope{.command = commandOf(Sentence::parse(sentence)),
                            .caller = {.id = {1}, .role = Role::Manager, .name = "till 1"}};
    const std::span<const Envelope> batch(&envelope, 1);
    auto slice = store.begin(Ledger::touched(batch), now);
    if (!slice) {
        return Failure<StoreError>(slice.error());
    }
    static_cast<void>(Ledger(LedgerRules{}).apply(batch, *slice, now));
    return store.commit(*slice, {}, now);
}

StockLevel seen(SqlLedgerStore& store, Instant now)
{
    const auto slice = store.begin({.products = {tea}}, now);
    const StockLevel stock = slice ? slice->products.at(tea).stock : StockLevel{};
    store.rollback();
    return stock;
}

/// A shop with five units of tea, one of them held, in a store that knows about it.
struct KnownShop
{
    KnownShop()
    {
        for (const char* sentence : {"product stock=5", "place a 1x1"}) {
            ready = ready && decide(*store, sentence, start).has_value();
        }
    }

    /// Past the journal, as somebody does it by hand.
    void setOnHand(Units units) const
    {
        shop.openWriter()->execute("UPDATE stock SET on_hand = " + std::to_string(units));
    }

    ShopFile shop;
    std::unique_ptr<SqlLedgerStore> store = shop.openStore();
    bool ready = true;
};

} // namespace

/// What the writer remembers of products, and when it must not.
class TestProductMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatABatchLeavesIsRemembered();
    void aChangedProductIsNot();
    void nothingIsRememberedForLong();
    void itHasABound();
    void theStoreAsksNoFurther();
    void whatAnotherStoreWroteIsSeen();
    void whatWasChangedByHandIsSeenSoon();
    void aGuardThatFailsMakesItForget();
};

void TestProductMemory::whatABatchLeavesIsRemembered()
{
    ProductMemory memory;
    QVERIFY(!memory.find(tea));
    ProductEntry entry = entryFor(tea, 5);
    memory.learn(sliceOf(entry));
    QCOMPARE(memory.find(tea)->stock.onHand, 5);
    QCOMPARE(memory.find(tea)->stockVersion, 7);
    entry.stock.held = 2;
    entry.delta.held = 2;
    memory.learn(sliceOf(entry));
    QCOMPARE(memory.find(tea)->stock.held, 2);
    QCOMPARE(memory.find(tea)->stockVersion, 8);
    QVERIFY(memory.find(tea)->delta == StockLevel{});
}

void TestProductMemory::aChangedProductIsNot()
{
    ProductMemory memory;
    ProductEntry entry = entryFor(tea, 5);
    memory.learn(sliceOf(entry));
    entry.detailsChanged = true;
    memory.learn(sliceOf(entry));
    QVERIFY(!memory.find(tea));
    entry = entryFor(tea, 0);
    entry.isNew = true;
    memory.learn(sliceOf(entry));
    QVERIFY(!memory.find(tea));
}

void TestProductMemory::nothingIsRememberedForLong()
{
    ProductMemory memory;
    memory.expire(start);
    memory.learn(sliceOf(entryFor(tea, 5)));
    memory.expire(start + limits::productMemory - Duration{1});
    QVERIFY(memory.find(tea));
    memory.expire(start + limits::productMemory);
    QVERIFY(!memory.find(tea));
    memory.learn(sliceOf(entryFor(tea, 5)));
    memory.expire(start); // the clock was set back
    QVERIFY(!memory.find(tea));
}

void TestProductMemory::itHasABound()
{
    ProductMemory memory;
    const auto last = static_cast<std::int64_t>(limits::productMemoryEntriesMax);
    for (std::int64_t id = 1; id <= last; ++id) {
        memory.learn(sliceOf(entryFor({id}, 5)));
    }
    QVERIFY(memory.find({1}) && memory.find({last}));
    memory.learn(sliceOf(entryFor({last + 1}, 5)));
    QVERIFY(!memory.find({1}) && !memory.find({last}));
    QVERIFY(memory.find({last + 1}));
}

void TestProductMemory::theStoreAsksNoFurther()
{
    const KnownShop known;
    QVERIFY(known.ready);
    known.setOnHand(4);
    QCOMPARE(seen(*known.store, shortlyAfter).onHand, 5);
}

void TestProductMemory::whatAnotherStoreWroteIsSeen()
{
    const KnownShop known;
    QVERIFY(known.ready);
    QVERIFY(decide(*known.shop.openStore(), "place b 1x1", start).has_value());
    QCOMPARE(seen(*known.store, shortlyAfter).held, 2);
}

void TestProductMemory::whatWasChangedByHandIsSeenSoon()
{
    const KnownShop known;
    QVERIFY(known.ready);
    known.setOnHand(4);
    QCOMPARE(seen(*known.store, start + limits::productMemory).onHand, 4);
}

void TestProductMemory::aGuardThatFailsMakesItForget()
{
    const KnownShop known;
    QVERIFY(known.ready);
    known.setOnHand(1);
    const auto refused = decide(*known.store, "place b 1x1", shortlyAfter);
    QVERIFY(!refused && refused.error() == StoreError::Busy);
    QCOMPARE(seen(*known.store, shortlyAfter).onHand, 1);
}

QTEST_GUILESS_MAIN(TestProductMemory)
#include "test_product_memory.moc"
