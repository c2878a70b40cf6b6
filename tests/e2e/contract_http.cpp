#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/tokens.h"

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 2: shapes, statuses, headers, roles, pages and versions.
class ContractHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void problems_data();
    void problems();
    void wrongMethodNamesTheRightOnes();
    void bodyOverOneMegabyteIsRefused();
    void requestIdIsEchoedWhenSane();
    void rolesDecide_data();
    void rolesDecide();
    void aKioskSeesOnlyItsOwn();
    void readsOfProductsNeedNoToken();
    void headAnswersLikeGetWithoutBody();
    void pagesFollowEachOther();
    void pageSizesHaveLimits_data();
    void pageSizesHaveLimits();
    void etagSparesTheBody();
    void updatesCheckTheVersion();
    void numbersAndTimesHaveTheirForms();
    void operationsAnswer_data();
    void operationsAnswer();

private:
    Shop shop() { return Shop(m_server.client()); }
    HttpClient as(const QByteArray& token)
    {
        HttpClient client(m_server.port());
        client.setToken(token);
        return client;
    }

    ServerProcess m_server;
    QByteArray m_kiosk, m_otherKiosk, m_cashier, m_manager;
    qint64 m_product = 0;
};

void ContractHttp::initTestCase()
{
    m_kiosk = createToken(m_server, u"kiosk"_s, u"kiosk-1"_s);
    m_otherKiosk = createToken(m_server, u"kiosk"_s, u"kiosk-2"_s);
    m_cashier = createToken(m_server, u"cashier"_s, u"till-1"_s);
    m_manager = createToken(m_server, u"manager"_s, u"office"_s);
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_product = shop().addProduct(1'000'000, 250);
    QVERIFY(m_product > 0);
}

void ContractHttp::problems_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray json = "application/json";
    const auto add = [](const char* name, const char* method, const char* target,
                        const QByteArray& type, const QByteArray& body, int status) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(target) << type << body << status;
    };
    add("unknown path", "GET", "/api/nothing", {}, {}, 404);
    add("unknown product", "GET", "/api/products/999999999", {}, {}, 404);
    add("product id of words", "GET", "/api/products/abc", {}, {}, 404);
    add("unknown hold", "GET", "/api/holds/01890a5d-ac96-774b-bcce-b302099a8057", {}, {}, 404);
    add("unknown order", "GET", "/api/orders/01890a5d-ac96-774b-bcce-b302099a8057", {}, {}, 404);
    add("half a document", "POST", "/api/holds", json, "{\"product_id\":1,", 400);
    add("no document", "POST", "/api/holds", json, "", 400);
    add("a list", "POST", "/api/holds", json, "[1,2]", 422);
    add("two documents", "POST", "/api/holds", json, "{}{}", 400);
    add("broken text", "POST", "/api/holds", json, "{\"note\":\"\xff\xfe\"}", 400);
    add("deep nesting", "POST", "/api/holds", json, QByteArray(100'000, '['), 400);
    add("other type", "POST", "/api/holds", "text/plain", "{}", 415);
    add("no fields", "POST", "/api/holds", json, "{}", 422);
    add("quantity in words", "POST", "/api/holds", json, R"({"product_id":1,"qty":"2"})", 422);
    add("quantity with fraction", "POST", "/api/holds", json, R"({"product_id":1,"qty":1.5})", 422);
    add("quantity 0", "POST", "/api/holds", json, R"({"product_id":1,"qty":0})", 422);
    add("quantity below 0", "POST", "/api/holds", json, R"({"product_id":1,"qty":-1})", 422);
    add("quantity too large", "POST", "/api/holds", json, R"({"product_id":1,"qty":1000001})", 422);
    add("quantity beyond numbers", "POST", "/api/holds", json,
        R"({"product_id":1,"qty":99999999999999999999})", 422);
}

void ContractHttp::problems()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    HttpClient client = as(ServerProcess::adminToken);
    HeaderList headers;
    if (!type.isEmpty()) {
        headers.append({"Content-Type", type});
    }
    const HttpReply reply = client.request(method, target, headers, body);
    QVERIFY2(reply.status == status, reply.summary().constData());
    QVERIFY2(problemFault(reply).isEmpty(),
             QByteArray(problemFault(reply) + reply.body).constData());
}

void ContractHttp::wrongMethodNamesTheRightOnes()
{
    HttpClient client = as(ServerProcess::adminToken);
    const HttpReply reply = client.request("PUT", "/api/holds");
    CHECK_PROBLEM(reply, 405, "method_not_allowed");
    QVERIFY(reply.header("allow").contains("GET"));
    QVERIFY(reply.header("allow").contains("POST"));
    QVERIFY(!reply.header("allow").contains("DELETE"));
}

void ContractHttp::bodyOverOneMegabyteIsRefused()
{
    HttpClient client = as(ServerProcess::adminToken);
    const HttpReply reply = client.post("/api/holds", {{u"note"_s, QString(1'100'000, u'x')}});
    CHECK_STATUS(reply, 413);
    QVERIFY2(problemFault(reply).isEmpty(), reply.summary().constData());
    CHECK_STATUS(client.get("/healthz"), 200);
}

void ContractHttp::requestIdIsEchoedWhenSane()
{
    HttpClient client = as(ServerProcess::adminToken);
    const HttpReply named = client.get("/api/holds", {{"X-Request-Id", "till-7.sale_42"}});
    QCOMPARE(named.header("x-request-id"), QByteArray("till-7.sale_42"));
    const HttpReply unnamed = client.get("/api/holds");
    QVERIFY(!unnamed.header("x-request-id").isEmpty());
    const QByteArray wild = QByteArray(5'000, 'x');
    const HttpReply replaced = client.get("/api/holds", {{"X-Request-Id", wild}});
    CHECK_STATUS(replaced, 200);
    QVERIFY(replaced.header("x-request-id").size() < 200);
    QVERIFY(client.get("/api/holds").header("x-request-id") != unnamed.header("x-request-id"));
}

void ContractHttp::rolesDecide_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("lowest"); // 0 kiosk, 1 cashier, 2 manager, 3 admin
    QTest::newRow("hold") << QByteArray("POST") << QByteArray("/api/holds") << 0;
    QTest::newRow("order") << QByteArray("POST") << QByteArray("/api/orders") << 0;
    QTest::newRow("new product") << QByteArray("POST") << QByteArray("/api/products") << 2;
    QTest::newRow("change product") << QByteArray("PATCH") << QByteArray("/api/products/1") << 2;
    QTest::newRow("movement") << QByteArray("POST") << QByteArray("/api/stock/movements") << 2;
    QTest::newRow("movements") << QByteArray("GET") << QByteArray("/api/stock/movements") << 2;
    QTest::newRow("figures") << QByteArray("GET") << QByteArray("/metrics") << 2;
    QTest::newRow("refund") << QByteArray("POST")
                            << QByteArray("/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/"
                                          "refunds")
                            << 2;
}

void ContractHttp::rolesDecide()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(int, lowest);
    const QByteArray body = method == "GET" ? QByteArray() : QByteArray("{}");
    HttpClient nobody(m_server.port());
    CHECK_PROBLEM(nobody.request(method, target, {}, body), 401, "not_authenticated");
    HttpClient stranger = as("not-a-token-of-this-shop");
    CHECK_PROBLEM(stranger.request(method, target, {}, body), 401, "not_authenticated");
    const QList<QByteArray> tokens{m_kiosk, m_cashier, m_manager, ServerProcess::adminToken};
    for (int role = 0; role < tokens.size(); ++role) {
        HttpClient client = as(tokens.at(role));
        const HttpReply reply = client.request(method, target, {}, body);
        if (role < lowest) {
            CHECK_PROBLEM(reply, 403, "role_too_low");
        } else {
            QVERIFY2(reply.status != 401 && reply.status != 403, reply.summary().constData());
        }
    }
}

void ContractHttp::aKioskSeesOnlyItsOwn()
{
    Shop mine(as(m_kiosk));
    Shop theirs(as(m_otherKiosk));
    const HttpReply held = mine.hold(m_product, 1);
    CHECK_STATUS(held, 201);
    const QString id = held.data().value("id"_L1).toString();
    const QByteArray target = "/api/holds/" + id.toUtf8();
    CHECK_STATUS(mine.http().get(target), 200);
    const HttpReply peeked = theirs.http().get(target);
    QVERIFY2(peeked.status == 403 || peeked.status == 404, peeked.summary().constData());
    const HttpReply taken = theirs.order(id);
    QVERIFY2(taken.status == 403 || taken.status == 404, taken.summary().constData());
    const HttpReply released = theirs.http().request("DELETE", target);
    QVERIFY2(released.status == 403 || released.status == 404, released.summary().constData());
    for (const QJsonValue hold : theirs.http().get("/api/holds").list()) {
        QVERIFY(hold["id"_L1].toString() != id);
    }
    CHECK_STATUS(mine.order(id), 201);
}

void ContractHttp::readsOfProductsNeedNoToken()
{
    HttpClient nobody(m_server.port());
    const QByteArray one = "/api/products/" + QByteArray::number(m_product);
    for (const QByteArray& target :
         {QByteArray("/api/products"), one, QByteArray(one + "/available-stock"),
          QByteArray("/healthz"), QByteArray("/readyz")}) {
        const HttpReply reply = nobody.get(target);
        QVERIFY2(reply.status == 200, QByteArray(target + ' ' + reply.summary()).constData());
    }
}

void ContractHttp::headAnswersLikeGetWithoutBody()
{
    HttpClient client = as(ServerProcess::adminToken);
    const QByteArray target = "/api/products/" + QByteArray::number(m_product);
    const HttpReply whole = client.get(target);
    const HttpReply head = client.request("HEAD", target);
    CHECK_STATUS(head, 200);
    QCOMPARE(head.header("content-length"), QByteArray::number(whole.body.size()));
    QCOMPARE(head.header("etag"), whole.header("etag"));
    CHECK_STATUS(client.get("/healthz"), 200); // nothing of a body was left on the connection
}

void ContractHttp::pagesFollowEachOther()
{
    Shop office = shop();
    for (int i = 0; i < 5; ++i) {
        QVERIFY(office.addProduct(0) > 0);
    }
    QSet<qint64> seen;
    QByteArray cursor;
    int pages = 0;
    do {
        const HttpReply page = office.http().get(
            "/api/products?limit=2" + (cursor.isEmpty() ? QByteArray() : "&cursor=" + cursor));
        CHECK_STATUS(page, 200);
        QVERIFY(page.list().size() <= 2);
        for (const QJsonValue product : page.list()) {
            QVERIFY(!seen.contains(product["id"_L1].toInteger()));
            seen.insert(product["id"_L1].toInteger());
        }
        const QJsonValue next = page.json().value("meta"_L1)["next_cursor"_L1];
        QVERIFY(next.isString() || next.isNull());
        cursor = next.toString().toUtf8();
        ++pages;
    } while (!cursor.isEmpty() && pages < 50);
    QCOMPARE(seen.size(), office.http().get("/api/products?limit=500").list().size());
    QVERIFY(pages >= 3);
}

void ContractHttp::pageSizesHaveLimits_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::newRow("1") << QByteArray("limit=1") << 200;
    QTest::newRow("500") << QByteArray("limit=500") << 200;
    QTest::newRow("0") << QByteArray("limit=0") << 422;
    QTest::newRow("501") << QByteArray("limit=501") << 422;
    QTest::newRow("words") << QByteArray("limit=many") << 422;
    QTest::newRow("cursor of words") << QByteArray("cursor=%21%21") << 422;
}

void ContractHttp::pageSizesHaveLimits()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    HttpClient client = as(ServerProcess::adminToken);
    for (const char* path : {"/api/products?", "/api/holds?", "/api/orders?"}) {
        const HttpReply reply = client.get(path + query);
        QVERIFY2(reply.status == status,
                 QByteArray(path + query + ' ' + reply.summary()).constData());
    }
}

void ContractHttp::etagSparesTheBody()
{
    Shop office = shop();
    const qint64 product = office.addProduct(10);
    const QByteArray target = "/api/products/" + QByteArray::number(product);
    const QByteArray tag = office.http().get(target).header("etag");
    QVERIFY(tag.startsWith('"') || tag.startsWith("W/\""));
    const HttpReply same = office.http().get(target, {{"If-None-Match", tag}});
    CHECK_STATUS(same, 304);
    QVERIFY(same.body.isEmpty());
    QCOMPARE(same.header("etag"), tag);
    CHECK_STATUS(office.http().get(target, {{"If-None-Match", "\"other\", " + tag}}), 304);
    CHECK_STATUS(office.http().get(target, {{"If-None-Match", "*"}}), 304);
    CHECK_STATUS(office.hold(product, 1), 201);
    const HttpReply changed = office.http().get(target, {{"If-None-Match", tag}});
    CHECK_STATUS(changed, 200);
    QVERIFY(changed.header("etag") != tag);
    QCOMPARE(changed.data().value("held"_L1).toInt(), 1);
}

void ContractHttp::updatesCheckTheVersion()
{
    Shop office = shop();
    const qint64 product = office.addProduct(10);
    const QByteArray target = "/api/products/" + QByteArray::number(product);
    const QJsonObject change{{u"name"_s, u"Changed"_s}};
    CHECK_PROBLEM(office.http().send("PATCH", target, change, {{"If-Match", "\"wrong\""}}), 412,
                  "precondition_failed");
    const int version = office.product(product).value("version"_L1).toInt();
    CHECK_PROBLEM(
        office.http().send("PATCH", target, merged(change, {{u"version"_s, version + 7}})), 409,
        "version_conflict");
    const HttpReply done =
        office.http().send("PATCH", target, merged(change, {{u"version"_s, version}}));
    CHECK_STATUS(done, 200);
    QCOMPARE(done.data().value("name"_L1).toString(), u"Changed"_s);
    QVERIFY(done.data().value("version"_L1).toInt() > version);
    const QByteArray tag = office.http().get(target).header("etag");
    CHECK_STATUS(
        office.http().send("PATCH", target, {{u"name"_s, u"Again"_s}}, {{"If-Match", tag}}), 200);
}

void ContractHttp::numbersAndTimesHaveTheirForms()
{
    Shop till = shop();
    const qint64 id = till.addProduct(10, 1205);
    const QJsonObject product = till.product(id);
    QCOMPARE(product.value("price_minor"_L1).toInt(), 1205);
    QCOMPARE(product.value("price"_L1).toString(), u"12.05"_s);
    QCOMPARE(product.value("currency"_L1).toString().size(), 3);
    QVERIFY(isInstant(product.value("created_at"_L1).toString()));
    QVERIFY(isInstant(product.value("updated_at"_L1).toString()));
    const QJsonObject hold = till.hold(id, 1).data();
    QVERIFY(isUuid(hold.value("id"_L1).toString()));
    QCOMPARE(hold.value("id"_L1).toString().at(14), u'7'); // UUIDv7
    QVERIFY(isInstant(hold.value("expires_at"_L1).toString()));
    QVERIFY(isInstant(hold.value("created_at"_L1).toString()));
}

void ContractHttp::operationsAnswer_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("needle");
    QTest::newRow("healthz") << QByteArray("/healthz") << QByteArray();
    QTest::newRow("readyz") << QByteArray("/readyz") << QByteArray();
}

void ContractHttp::operationsAnswer()
{
    QFETCH(QByteArray, target);
    HttpClient nobody(m_server.port());
    const HttpReply reply = nobody.get(target);
    CHECK_STATUS(reply, 200);
    QVERIFY(reply.hasHeader("date"));
    QVERIFY(reply.hasHeader("content-type"));
}

QTEST_GUILESS_MAIN(ContractHttp)
#include "contract_http.moc"
