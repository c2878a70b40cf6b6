#include "tests/ledger/story.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <array>
#include <set>

using namespace holdfast;

/// The ledger's stories once more, told to the store in SQL: every answer is the same, and every
/// table agrees with the journal afterwards.
class TestStoreStories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stories_data();
    void stories();
    void twoStoresAreOneShop();
    void eachPassGoesOnBehindTheLast();
};

void TestStoreStories::stories_data()
{
    QTest::addColumn<QString>("file");
    for (const std::string& file : storyFiles()) {
        QTest::newRow(file.c_str()) << QString::fromStdString(file);
    }
}

void TestStoreStories::stories()
{
    QFETCH(QString, file);
    for (const Story& story : readStories(file.toStdString())) {
        const ShopFile shop;
        const auto store = shop.openStore();
        const std::string wrong = tell(story, *store);
        QVERIFY2(wrong.empty(), (story.title + '\n' + wrong + store->lastFailure()).c_str());
        const std::string difference = shop.difference();
        QVERIFY2(difference.empty(), (story.title + ": " + difference).c_str());
    }
}

/// Hands every other call to another store on the same file, as another process would.
class TwoStores final : public LedgerStore
{
public:
    explicit TwoStores(const ShopFile& shop) : m_stores{shop.openStore(), shop.openStore()} {}

    Result<void, StoreError> open() override
    {
        m_turn = 1 - m_turn;
        return m_stores.at(m_turn)->open();
    }
    Result<Slice, StoreError> begin(const SliceRequest& request, Instant now) override
    {
        if (const auto opened = open(); !opened) {
            return Failure<StoreError>(opened.error());
        }
        auto slice = m_stores.at(m_turn)->begin(request, now);
        foreign += m_stores.at(m_turn)->takeForeignWrites() ? 1 : 0;
        return slice;
    }
    Result<void, StoreError> commit(const Slice& slice, std::span<const AnswerRecord> answers,
                                    Instant now) override
    {
        return m_stores.at(m_turn)->commit(slice, answers, now);
    }
    void rollback() override { m_stores.at(m_turn)->rollback(); }
    bool takeForeignWrites() override { return false; }

    int foreign = 0;

private:
    std::array<std::unique_ptr<SqlLedgerStore>, 2> m_stores;
    std::size_t m_turn = 0;
};

void TestStoreStories::twoStoresAreOneShop()
{
    int foreign = 0;
    for (const Story& story : readStories("orders")) {
        const ShopFile shop;
        TwoStores stores(shop);
        const std::string wrong = tell(story, stores);
        QVERIFY2(wrong.empty(), (story.title + '\n' + wrong).c_str());
        QCOMPARE(shop.difference(), std::string());
        foreign += stores.foreign;
    }
    QVERIFY(foreign > 50);
}

/// Over old payment events, most of which are kept for good.
void TestStoreStories::eachPassGoesOnBehindTheLast()
{
    const ShopFile shop;
    const auto store = shop.openStore();
    const std::int64_t count = static_cast<std::int64_t>(limits::eventsLookedAtAtOnce) * 5 / 4;
    {
        const auto writer = shop.openWriter();
        for (std::int64_t number = 1; number <= count; ++number) {
            const std::string name = std::to_string(number);
            writer->execute("INSERT INTO payment_events(number, id, gateway, event_key, order_id, "
                            "status, payment_ref, result, received_at, raw) VALUES (" +
                            name + ", randomblob(16), 'standard', 'e" + name +
                            "', zeroblob(16), 'paid', '', '" +
                            (number % 5 == 0 ? "applied" : "waiting") + "', 0, '')");
        }
        QVERIFY2(!writer->error(), writer->errorText().c_str());
    }
    const Instant now = Instant{1} + limits::paymentEventRetention;
    std::vector<std::int64_t> stops;
    std::set<EventName> found;
    SliceRequest request{.oldEventsMax = 150};
    for (bool more = true; more; request.oldEventsBehind = stops.back()) {
        auto slice = store->begin(request, now);
        QVERIFY(slice.has_value());
        store->rollback();
        more = slice->oldEventsLookedAt.has_value();
        stops.push_back(slice->oldEventsLookedAt.value_or(0));
        for (const EventName& name : slice->oldEvents) {
            QVERIFY(found.insert(name).second);
        }
    }
    QCOMPARE(stops, (std::vector<std::int64_t>{750, 1'500, 2'250, 0}));
    QCOMPARE(found.size(), 500U);
    // Where all are kept, no pass looks further than it may.
    shop.openWriter()->execute("UPDATE payment_events SET result = 'waiting'");
    const auto slice = store->begin({.oldEventsMax = 150}, now);
    QVERIFY(slice && slice->oldEvents.empty());
    QVERIFY(slice->oldEventsLookedAt == std::int64_t{limits::eventsLookedAtAtOnce});
    store->rollback();
}

QTEST_GUILESS_MAIN(TestStoreStories)
#include "test_store_stories.moc"
