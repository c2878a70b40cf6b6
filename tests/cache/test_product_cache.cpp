#include "server/cache/product_cache.h"
#include "shared/domain/limits.h"
#include "shared/protocol/json.h"

#include <QTest>

#include <array>
#include <thread>

using namespace holdfast;

namespace {

ProductView view(std::int64_t id, std::int64_t version, std::int64_t stockVersion, Units onHand = 0)
{
    ProductView made;
    made.product.id = {id};
    made.product.version = version;
    made.product.details.name = "thing";
    made.stock.onHand = onHand;
    made.stockVersion = stockVersion;
    return made;
}

std::string etagOf(const CachedProductPtr& product)
{
    return product == nullptr ? "none" : product->etag.toStdString();
}

} // namespace

class TestProductCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasPutIsFoundRendered();
    void aStaleFillDoesNotReplaceANewerProduct_data();
    void aStaleFillDoesNotReplaceANewerProduct();
    void aFillFromBeforeTheClearIsNotKept();
    void whatAPutPushedOutIsNotFilledWithAnOlderState();
    void itHasAnEnd();
    void readersNeverSeeTheStockGoBack();
    void aReadAfterACommitSeesIt();
};

void TestProductCache::whatWasPutIsFoundRendered()
{
    ProductCache cache;
    QVERIFY(cache.find({1}) == nullptr);
    cache.put(view(1, 2, 3, 7));
    const CachedProductPtr found = cache.find({1});
    QCOMPARE(etagOf(found), std::string("\"2.3\""));
    QVERIFY(!found->answer.isEmpty());
    QCOMPARE(found->view.stock.onHand, 7);
    QCOMPARE(cache.find({1}), found); // rendered once
    QCOMPARE(cache.counters().misses.load(), 1U);
    QCOMPARE(cache.counters().hits.load(), 2U);
}

void TestProductCache::aStaleFillDoesNotReplaceANewerProduct_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("stockVersion");
    QTest::addColumn<bool>("kept");
    QTest::newRow("older stock") << 2 << 4 << false;
    QTest::newRow("older details") << 1 << 5 << false;
    QTest::newRow("the same") << 2 << 5 << true;
    QTest::newRow("newer stock") << 2 << 6 << true;
    QTest::newRow("newer details") << 3 << 5 << true;
}

void TestProductCache::aStaleFillDoesNotReplaceANewerProduct()
{
    QFETCH(int, version);
    QFETCH(int, stockVersion);
    QFETCH(bool, kept);
    ProductCache cache;
    const std::uint64_t generation = cache.generation();
    cache.put(view(1, 2, 5));
    const CachedProductPtr given = cache.fill(view(1, version, stockVersion), generation);
    const std::string wanted =
        kept ? '"' + std::to_string(version) + '.' + std::to_string(stockVersion) + '"' : "\"2.5\"";
    QCOMPARE(etagOf(given), wanted); // the newer of the two, also for who brought the older
    QCOMPARE(etagOf(cache.find({1})), wanted);
    QVERIFY(!given->answer.isEmpty());
    QCOMPARE(cache.counters().staleFills.load(), kept ? 0U : 1U);
}

void TestProductCache::aFillFromBeforeTheClearIsNotKept()
{
    ProductCache cache;
    const std::uint64_t before = cache.generation();
    cache.clear();                                         // another process has written
    QVERIFY(cache.fill(view(1, 1, 1), before) != nullptr); // who asked gets an answer
    QVERIFY(cache.find({1}) == nullptr);
    static_cast<void>(cache.fill(view(1, 1, 2), cache.generation()));
    QCOMPARE(etagOf(cache.find({1})), std::string("\"1.2\""));
}

void TestProductCache::whatAPutPushedOutIsNotFilledWithAnOlderState()
{
    ProductCache cache;
    const std::uint64_t before = cache.generation(); // a slow reader has read product 1 at 1.1
    for (std::int64_t id = 1; id <= 2 * static_cast<std::int64_t>(limits::productCacheEntriesMax);
         ++id) {
        cache.put(view(id, 1, 2));
    }
    for (std::int64_t id = 1; id <= 1'000; ++id) {
        static_cast<void>(cache.fill(view(id, 1, 1), before));
        const CachedProductPtr found = cache.find({id});
        QVERIFY(found == nullptr || etagOf(found) == "\"1.2\"");
    }
}

void TestProductCache::itHasAnEnd()
{
    ProductCache cache;
    const auto past = static_cast<std::int64_t>(limits::productCacheEntriesMax) + 5'000;
    for (std::int64_t id = 1; id <= past; ++id) {
        cache.put(view(id, 1, 1));
    }
    std::size_t kept = 0;
    for (std::int64_t id = 1; id <= past; ++id) {
        kept += cache.has({id}) ? 1U : 0U;
    }
    QVERIFY2(kept <= limits::productCacheEntriesMax, std::to_string(kept).c_str());
    QVERIFY(kept > limits::productCacheEntriesMax / 2);
    QVERIFY(cache.has({past})); // the newest is never the one that goes
}

void TestProductCache::readersNeverSeeTheStockGoBack()
{
    constexpr std::int64_t products = 8;
    constexpr std::int64_t commits = 3'000;
    ProductCache cache;
    // What the database holds: written before the commit is told, as the writer does.
    std::array<std::atomic<std::int64_t>, products> database{};
    std::atomic<bool> done{false};
    std::atomic<int> wentBack{0};
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 3; ++reader) {
        readers.emplace_back([&] {
            std::array<std::int64_t, products> seen{};
            while (!done) {
                for (std::int64_t id = 0; id < products; ++id) {
                    const auto at = static_cast<std::size_t>(id);
                    CachedProductPtr found = cache.find({id});
                    if (found == nullptr) {
                        const std::uint64_t generation = cache.generation();
                        const std::int64_t read = database.at(at).load();
                        std::this_thread::yield(); // a slow reader
                        found = cache.fill(view(id, 1, read), generation);
                    }
                    wentBack += found->view.stockVersion < seen.at(at) ? 1 : 0;
                    seen.at(at) = std::max(seen.at(at), found->view.stockVersion);
                }
            }
        });
    }
    for (std::int64_t commit = 1; commit <= commits; ++commit) {
        const std::int64_t id = commit % products;
        database.at(static_cast<std::size_t>(id)) = commit;
        cache.put(view(id, 1, commit));
        if (commit % 100 == 0) {
            cache.clear();
        }
    }
    done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    QCOMPARE(wentBack.load(), 0);
    for (std::int64_t id = 0; id < products; ++id) {
        const CachedProductPtr found = cache.find({id});
        QVERIFY(found == nullptr ||
                found->view.stockVersion == database.at(static_cast<std::size_t>(id)).load());
    }
}

void TestProductCache::aReadAfterACommitSeesIt()
{
    ProductCache cache;
    std::atomic<bool> done{false};
    std::thread filler([&] {
        while (!done) {
            static_cast<void>(cache.fill(view(1, 1, 0), cache.generation())); // always too old
        }
    });
    int wrong = 0;
    for (std::int64_t commit = 1; commit <= 3'000; ++commit) {
        cache.put(view(1, 1, commit));
        const CachedProductPtr found = cache.find({1});
        wrong += found != nullptr && found->view.stockVersion == commit ? 0 : 1;
    }
    done = true;
    filler.join();
    QCOMPARE(wrong, 0);
}

QTEST_GUILESS_MAIN(TestProductCache)
#include "test_product_cache.moc"
