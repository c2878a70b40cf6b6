#include "server/http/api.h"
#include "server/ops/commit_hub.h"
#include "server/payments/canonical_webhook.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <atomic>

using namespace holdfast;

namespace {

/// Every route over a real store and a real writer, without a socket.
struct ApiShop
{
    ShopFile file;
    SystemClock clock;
    CommandQueue queue;
    ProductCache cache;
    TokenDirectory tokens{hashSecret("boss"), false};
    Ledger ledger{LedgerRules{}};
    ReadPool readers{[this] { return file.openReader(); }, 1};
    ChangeFeed feed{readers, clock};
    JournalWatch watch;
    CommitHub hub{cache, tokens, feed, readers, watch};
    CanonicalGateway webhooks{{}, SignaturePolicy::Required};
    WebhookCounters webhookCounters;
    Writer writer{ledger, clock, queue, hub, [this] { return file.openStore(); }, {}};
    ApiParts parts{clock,
                   queue,
                   readers,
                   cache,
                   nullptr,
                   feed,
                   tokens,
                   webhooks,
                   webhookCounters,
                   writer.counters(),
                   [] { return std::string(); },
                   [] { return true; },
                   "0"};
    std::shared_ptr<const http::Router> router = makeApiRouter(parts);

    ~ApiShop() { readers.stop(); }

    http::Response send(http::Method method, const QByteArray& target, const QByteArray& body = {},
                        const QByteArray& token = "boss", const QByteArray& key = {})
    {
        http::Request request;
        request.method = method;
        request.path = target.split('?').first();
        request.query = target.mid(request.path.size() + 1);
        request.body = body;
        if (!token.isEmpty()) {
            request.headers.add("authorization", QByteArray("Bearer " + token));
        }
        if (!key.isEmpty()) {
            request.headers.add("idempotency-key", key);
        }
        http::Response answer;
        std::atomic<bool> answered{false};
        router->dispatch(std::move(request), http::Reply::toSink([&](http::Response response) {
                             answer = std::move(response);
                             answered = true;
                             answered.notify_one();
                         }));
        answered.wait(false);
        return answer;
    }
    http::Response get(const QByteArray& target, const QByteArray& token = "boss")
    {
        return send(http::Method::Get, target, {}, token);
    }
    http::Response post(const QByteArray& target, const QByteArray& body,
                        const QByteArray& token = "boss", const QByteArray& key = {})
    {
        return send(http::Method::Post, target, body, token, key);
    }
    /// The text of a fresh token.
    QByteArray tokenOf(const QByteArray& role)
    {
        return textAfter(post("/api/tokens", R"({"name":"t","role":")" + role + "\"}").body);
    }
    static QByteArray textAfter(const QByteArray& body)
    {
        const QByteArray name = "\"token\":\"";
        const qsizetype at = body.indexOf(name);
        return at < 0 ? QByteArray() : body.mid(at + name.size()).split('"').first();
    }
};

} // namespace

class TestApiRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenIsMadeOnceForAKey();
    void aTokenWorksWithItsAnswer();
    void refusedWebhooksAreCounted();
    void aSnapshotGoesOnFromACursorOnly();
    void aKioskIsToldItsOwnChanges();
    void aNameThatStandsTwiceIsMalformed();
};

void TestApiRoutes::aTokenIsMadeOnceForAKey()
{
    ApiShop shop;
    const QByteArray body = R"({"name":"till","role":"cashier"})";
    const http::Response first = shop.post("/api/tokens", body, "boss", "k");
    QCOMPARE(first.status, 201);
    const QByteArray secret = ApiShop::textAfter(first.body);
    QVERIFY(secret.size() >= 40);
    const http::Response again = shop.post("/api/tokens", body, "boss", "k");
    QCOMPARE(again.status, 201);
    QVERIFY(ApiShop::textAfter(again.body).isEmpty()); // shown once
    QCOMPARE(shop.post("/api/tokens", R"({"name":"x","role":"admin"})", "boss", "k").status, 422);
    const auto reader = shop.file.openReader();
    QCOMPARE(numberOf(*reader, "SELECT COUNT(*) FROM tokens"), 1);
    std::string recorded;
    reader->statement("SELECT body FROM answers").each([&recorded](const sql::Statement& row) {
        recorded = row.text(0);
    });
    QVERIFY(!recorded.empty());
    QVERIFY(recorded.find(secret.toStdString()) == std::string::npos);
}

void TestApiRoutes::aTokenWorksWithItsAnswer()
{
    ApiShop shop;
    for (int round = 0; round < 20; ++round) {
        QCOMPARE(shop.get("/api/holds", shop.tokenOf("kiosk")).status, 200);
    }
    QCOMPARE(shop.get("/api/holds", "else").status, 401);
    QCOMPARE(shop.get("/api/tokens", shop.tokenOf("manager")).status, 403);
}

void TestApiRoutes::refusedWebhooksAreCounted()
{
    ApiShop shop;
    QCOMPARE(shop.post("/api/payments/webhook", R"({"event_id":"e"})", {}).status, 401);
    QCOMPARE(shop.post("/api/payments/webhook", "{}", {}).status, 401);
    const QByteArray metrics = shop.get("/metrics").body;
    QVERIFY(metrics.contains("\nholdfast_webhooks_refused_total 2\n"));
    QVERIFY(metrics.contains("\nholdfast_webhooks_received_total 0\n"));
    const auto reader = shop.file.openReader();
    QCOMPARE(numberOf(*reader, "SELECT COUNT(*) FROM payment_events"), 0);
    QCOMPARE(numberOf(*reader, "SELECT COUNT(*) FROM journal"), 0);
}

void TestApiRoutes::aSnapshotGoesOnFromACursorOnly()
{
    ApiShop shop;
    QCOMPARE(shop.get("/api/snapshot").status, 200);
    QVERIFY(shop.get("/api/snapshot?from=j5.1f").body.contains("\"changes_cursor\":\"j5.1f\""));
    QCOMPARE(shop.get("/api/snapshot?from=%FF").status, 422);
    QCOMPARE(shop.get("/api/changes?cursor=%FF").status, 422);
    QCOMPARE(shop.get("/api/changes?cursor=j99.1").status, 410);
}

void TestApiRoutes::aKioskIsToldItsOwnChanges()
{
    ApiShop shop;
    QCOMPARE(shop.post("/api/products", R"({"name":"a","price_minor":1,"on_hand":5})").status, 201);
    QCOMPARE(shop.post("/api/holds", R"({"product_id":1,"qty":1})").status, 201);
    const QByteArray kiosk = shop.tokenOf("kiosk");
    QVERIFY(!shop.get("/api/changes", kiosk).body.contains("\"kind\":\"hold\""));
    QCOMPARE(shop.post("/api/holds", R"({"product_id":1,"qty":2})", kiosk).status, 201);
    QCOMPARE(shop.get("/api/changes", kiosk).body.count("\"kind\":\"hold\""), 1);
    QCOMPARE(shop.get("/api/changes").body.count("\"kind\":\"hold\""), 2);
}

void TestApiRoutes::aNameThatStandsTwiceIsMalformed()
{
    ApiShop shop;
    const http::Response refused =
        shop.post("/api/holds", R"({"product_id":1,"qty":1,"qty":1000})");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.body.contains("\"code\":\"malformed_json\""));
}

QTEST_GUILESS_MAIN(TestApiRoutes)
#include "api_routes_test.moc"
