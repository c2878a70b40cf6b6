#include "server/feed/journal_follower.h"
#include "tests/ledger/story_shop.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>

using namespace holdfast;

namespace {

/// Remembers what it was told.
class Ear final : public JournalListener
{
public:
    void heard(const JournalNews& news) override
    {
        ++times;
        if (stopAtOnce != nullptr) {
            stopAtOnce->stop();
        }
        const std::lock_guard lock(m_mutex);
        for (const ProductView& view : news.products) {
            m_held[view.product.id.value] = view.stock.held;
        }
        m_tokens = m_tokens || news.tokens;
    }
    void journalReplaced() override { ++replaced; }

    /// Units held as it was last told; -1 when it was not.
    [[nodiscard]] std::int64_t held(std::int64_t product) const
    {
        const std::lock_guard lock(m_mutex);
        return m_held.contains(product) ? m_held.at(product) : -1;
    }
    [[nodiscard]] bool tokens() const
    {
        const std::lock_guard lock(m_mutex);
        return m_tokens;
    }

    std::atomic<int> times{0};
    std::atomic<int> replaced{0};
    JournalWatch* stopAtOnce = nullptr;

private:
    mutable std::mutex m_mutex;
    std::map<std::int64_t, std::int64_t> m_held;
    bool m_tokens = false;
};

/// A shop that another server writes to, and the follower of ours.
struct FollowedShop
{
    ShopFile file;
    std::unique_ptr<SqlLedgerStore> store = file.openStore();
    StoryShop other{*store, LedgerRules{}};
    JournalWatch watch;
    Ear ear;
    std::optional<JournalFollower> follower;

    void follow()
    {
        follower.emplace([this] { return file.openReader(); }, watch, ear);
    }

    std::vector<std::string> say(const std::vector<std::string>& sentences)
    {
        std::vector<Sentence> parsed;
        for (const std::string& sentence : sentences) {
            parsed.push_back(Sentence::parse(sentence));
        }
        return other.batch(parsed);
    }

    [[nodiscard]] JournalPlace head() const
    {
        const auto reader = file.openReader();
        return JournalQueries(*reader).head().value_or(JournalPlace{-1});
    }

    /// Past all rules, as a copy that is put back.
    void tamper(const std::vector<std::string>& statements) const
    {
        const auto writer = file.openWriter();
        for (const std::string& statement : statements) {
            QVERIFY2(writer->execute(statement), writer->errorText().c_str());
        }
    }

    [[nodiscard]] bool caughtUp() const
    {
        return watch.isCurrent() && watch.seen() == head().position;
    }
};

} // namespace

/// A server follows what others commit, notices when the journal is another one, and can tell how
/// far behind it is.
class TestJournalFollower : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatOthersCommitIsHeard();
    void whatIsOwnIsNotReadAgain();
    void aReplacedJournalIsNoticed_data();
    void aReplacedJournalIsNoticed();
    void whatWeHaveWrittenMustStay();
    void aDoubtBeginsAnew();
    void aDatabaseThatIsAwayShows();
    void itStopsWhileThereIsMore();
};

void TestJournalFollower::whatOthersCommitIsHeard()
{
    FollowedShop shop;
    shop.follow();
    shop.say({"product stock=5", "place a 1x2"});
    QTRY_COMPARE(shop.ear.held(1), 2);
    QVERIFY(!shop.ear.tokens());
    shop.say({"token till cashier", "place b 1x1"});
    QTRY_COMPARE(shop.ear.held(1), 3);
    QVERIFY(shop.ear.tokens());
    QTRY_VERIFY(shop.caughtUp());
    QVERIFY(shop.watch.anchor() == shop.head());
    QCOMPARE(shop.ear.replaced.load(), 0);
}

void TestJournalFollower::whatIsOwnIsNotReadAgain()
{
    FollowedShop shop;
    shop.say({"product stock=5"});
    shop.watch.advance(shop.head());
    const std::int64_t before = shop.head().position;
    shop.say({"place a 1x2"});
    shop.watch.committed(before, shop.head().position);
    shop.watch.recorded(shop.head());
    shop.say({"product stock=7", "place b 2x1"});
    shop.follow();
    QTRY_COMPARE(shop.ear.held(2), 1);
    QCOMPARE(shop.ear.held(1), -1);
}

void TestJournalFollower::aReplacedJournalIsNoticed_data()
{
    QTest::addColumn<int>("lost");
    QTest::addColumn<int>("added");
    QTest::newRow("shorter") << 2 << 0;
    QTest::newRow("empty") << 100 << 0;
    QTest::newRow("as long") << 2 << 2;
    QTest::newRow("longer") << 2 << 5;
}

void TestJournalFollower::aReplacedJournalIsNoticed()
{
    QFETCH(int, lost);
    QFETCH(int, added);
    FollowedShop shop;
    shop.say({"product stock=50", "place a 1x1", "place b 1x1", "place c 1x1"});
    shop.follow();
    QTRY_VERIFY(shop.caughtUp());
    QCOMPARE(shop.ear.replaced.load(), 0);
    const std::int64_t kept = std::max<std::int64_t>(shop.head().position - lost, 0);
    const auto writer = shop.file.openWriter();
    QVERIFY(writer->execute(sql::beginWrite(sql::Engine::Sqlite)));
    QVERIFY(writer->execute("DELETE FROM journal WHERE position > " + std::to_string(kept)));
    for (int extra = 1; extra <= added; ++extra) {
        writer->statement("INSERT INTO journal(position, at, payload, hash) VALUES (?, 0, ?, ?)")
            .bind(kept + extra)
            .bindBytes("{}")
            .bindBytes(std::string(32, 'x'))
            .run();
    }
    QVERIFY2(writer->execute("COMMIT"), writer->errorText().c_str());
    QTRY_COMPARE(shop.ear.replaced.load(), 1);
    QTRY_VERIFY(shop.caughtUp());
    QCOMPARE(shop.watch.resets(), std::uint64_t{1});
    QVERIFY(shop.watch.anchor() == shop.head());
    if (added == 0) { // and from there on it is followed as ever
        shop.say({"place d 1x1"});
        QTRY_COMPARE(shop.ear.held(1), 4);
        QCOMPARE(shop.ear.replaced.load(), 1);
    }
}

/// Between two looks we have written more than the copy has.
void TestJournalFollower::whatWeHaveWrittenMustStay()
{
    FollowedShop shop;
    shop.say({"product stock=5"});
    shop.watch.advance(shop.head());
    const JournalPlace read = shop.head();
    shop.say({"place a 1x2"});
    shop.watch.recorded(shop.head());
    shop.watch.committed(read.position, shop.head().position);
    shop.tamper({"DELETE FROM journal WHERE position > " + std::to_string(read.position)});
    shop.follow();
    QTRY_COMPARE(shop.ear.replaced.load(), 1);
    QTRY_COMPARE(shop.watch.seen(), read.position);
}

void TestJournalFollower::aDoubtBeginsAnew()
{
    FollowedShop shop;
    shop.say({"product stock=5"});
    shop.follow();
    QTRY_VERIFY(shop.caughtUp());
    shop.watch.doubt();
    QTRY_COMPARE(shop.ear.replaced.load(), 1);
    QTRY_VERIFY(shop.watch.anchor() == shop.head());
}

void TestJournalFollower::aDatabaseThatIsAwayShows()
{
    FollowedShop shop;
    shop.say({"product stock=5"});
    shop.follow();
    QTRY_VERIFY(shop.caughtUp());
    shop.tamper({"ALTER TABLE journal RENAME TO gone"});
    QTRY_VERIFY(!shop.watch.isCurrent());
    QVERIFY(shop.watch.lag() >= std::chrono::milliseconds(limits::stalenessMax.ms));
    QCOMPARE(shop.ear.replaced.load(), 0); // not to be read is not to be another one
    shop.tamper({"ALTER TABLE gone RENAME TO journal"});
    QTRY_VERIFY(shop.caughtUp());
}

void TestJournalFollower::itStopsWhileThereIsMore()
{
    FollowedShop shop;
    shop.say(std::vector<std::string>(limits::changesPerAnswerMax + 500, "product stock=0"));
    shop.ear.stopAtOnce = &shop.watch;
    shop.follow();
    QTRY_VERIFY(shop.watch.stopped());
    shop.follower.reset();
    QCOMPARE(shop.ear.times.load(), 1);
    QVERIFY(!shop.watch.isCurrent());
}

QTEST_GUILESS_MAIN(TestJournalFollower)
#include "test_journal_follower.moc"
