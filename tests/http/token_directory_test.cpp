#include "server/feed/journal_follower.h"
#include "server/http/token_directory.h"
#include "server/ops/commit_hub.h"
#include "shared/domain/limits.h"
#include "tests/ledger/story_shop.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <thread>

using namespace holdfast;

namespace {

TokenEntry token(std::int64_t id, const std::string& secret, bool revoked = false)
{
    TokenEntry entry{.id = id, .name = "till", .secretHash = hashSecret(secret)};
    if (revoked) {
        entry.revokedAt = Instant{1};
    }
    return entry;
}

std::string bearer(const std::string& secret)
{
    return "Bearer " + secret;
}

/// A shop's file with one token whose secret is known, and everything that follows its commits.
struct TokenShop
{
    ShopFile file;
    SystemClock clock;
    std::unique_ptr<SqlLedgerStore> store = file.openStore();
    ReadPool readers{[this] { return file.openReader(); }, 1};
    ChangeFeed feed{readers, clock};
    ProductCache cache;
    TokenDirectory tokens{std::nullopt, false};
    JournalWatch watch;
    CommitHub hub{cache, tokens, feed, readers, watch};
    JournalFollower follower{[this] { return file.openReader(); }, watch, hub};

    ~TokenShop()
    {
        watch.stop();
        readers.stop();
    }

    void create(const std::string& secret)
    {
        run(CreateToken{.name = "till", .role = Role::Cashier, .secretHash = hashSecret(secret)});
    }

    /// Not told to the hub, as when another process does it.
    void run(Command command)
    {
        const Envelope envelope{.command = std::move(command), .caller = {.role = Role::Admin}};
        const std::span<const Envelope> batch(&envelope, 1);
        auto slice = store->begin(Ledger::touched(batch), clock.now());
        QVERIFY(slice.has_value());
        static_cast<void>(Ledger(LedgerRules{}).apply(batch, *slice, clock.now()));
        QVERIFY(store->commit(*slice, {}, clock.now()).has_value());
    }
};

} // namespace

class TestTokenDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheCaller_data();
    void findsTheCaller();
    void demoTakesCallsWithoutToken();
    void aListThatWasReadBeforeACommitIsRefused();
    void changesOnTwoThreadsAreAllKept();
    void loadedBeforeTheFirstRequest();
    void aRevokedTokenIsGoneThoughReadersAreBusy();
};

void TestTokenDirectory::findsTheCaller_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("caller"); // 0: nobody
    QTest::newRow("none") << QByteArray() << 0;
    QTest::newRow("right") << QByteArray("Bearer good") << 7;
    QTest::newRow("scheme in capitals") << QByteArray("BEARER good") << 7;
    QTest::newRow("wrong secret") << QByteArray("Bearer goof") << 0;
    QTest::newRow("cut secret") << QByteArray("Bearer goo") << 0;
    QTest::newRow("secret in capitals") << QByteArray("Bearer GOOD") << 0;
    QTest::newRow("revoked") << QByteArray("Bearer old") << 0;
    QTest::newRow("no secret") << QByteArray("Bearer ") << 0;
    QTest::newRow("two spaces") << QByteArray("Bearer  good") << 0;
    QTest::newRow("other scheme") << QByteArray("Basic good") << 0;
    QTest::newRow("no scheme") << QByteArray("good") << 0;
    QTest::newRow("its hash") << QByteArray("Bearer ") + QByteArray(reinterpret_cast<const char*>(
                                                                        hashSecret("good").data()),
                                                                    32)
                              << 0;
}

void TestTokenDirectory::findsTheCaller()
{
    QFETCH(QByteArray, header);
    QFETCH(int, caller);
    TokenDirectory tokens(std::nullopt, false);
    QVERIFY(tokens.replace({token(7, "good"), token(8, "old", true)}, tokens.generation()));
    const auto found = tokens.callerOf(header.toStdString());
    QCOMPARE(found ? static_cast<int>(found->id.value) : 0, caller);
}

void TestTokenDirectory::demoTakesCallsWithoutToken()
{
    const TokenDirectory tokens(hashSecret("boot"), true);
    QVERIFY(tokens.callerOf("")->role == Role::Manager);
    QVERIFY(tokens.callerOf("Bearer boot")->role == Role::Admin);
    QVERIFY(!tokens.callerOf("Bearer else"));
}

void TestTokenDirectory::aListThatWasReadBeforeACommitIsRefused()
{
    TokenDirectory tokens(std::nullopt, false);
    const std::uint64_t before = tokens.generation();
    tokens.update({{1, token(1, "fresh")}});
    QVERIFY(!tokens.replace({}, before));
    QVERIFY(tokens.callerOf(bearer("fresh")).has_value());
    QVERIFY(tokens.replace({}, tokens.generation()));
    QVERIFY(!tokens.callerOf(bearer("fresh")));
}

void TestTokenDirectory::changesOnTwoThreadsAreAllKept()
{
    constexpr int each = 300;
    TokenDirectory tokens(std::nullopt, false);
    const auto add = [&tokens](int from) {
        for (int id = from; id < from + each; ++id) {
            tokens.update({{id, token(id, std::to_string(id))}});
        }
    };
    std::thread other(add, each);
    add(0);
    other.join();
    for (int id = 0; id < 2 * each; ++id) {
        QVERIFY2(tokens.callerOf(bearer(std::to_string(id))), std::to_string(id).c_str());
    }
}

void TestTokenDirectory::loadedBeforeTheFirstRequest()
{
    TokenShop shop;
    shop.create("secret");
    const auto connection = shop.file.openReader();
    ShopReader reader(*connection);
    QVERIFY(shop.hub.loadTokens(reader));
    QVERIFY(shop.tokens.callerOf(bearer("secret")).has_value());
}

void TestTokenDirectory::aRevokedTokenIsGoneThoughReadersAreBusy()
{
    TokenShop shop;
    shop.create("secret");
    shop.hub.foreignWrites();
    QTRY_VERIFY(shop.tokens.callerOf(bearer("secret")).has_value());

    std::atomic<bool> go{false};
    const auto hold = [&go](ShopReader&) { go.wait(false); };
    while (shop.readers.post(hold)) {
    }
    shop.run(RevokeToken{.id = {1}});
    shop.hub.heard({.tokens = true}); // finds no place in the readers' queue
    go = true;
    go.notify_all();
    const auto gone = [&shop] {
        shop.hub.tick();
        return !shop.tokens.callerOf(bearer("secret"));
    };
    QTRY_VERIFY(gone());
}

QTEST_GUILESS_MAIN(TestTokenDirectory)
#include "token_directory_test.moc"
