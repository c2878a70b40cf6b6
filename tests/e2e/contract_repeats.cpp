#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/tokens.h"

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 2: the same request twice has one effect and one answer.
class ContractRepeats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aRepeatedKeyGivesTheSameBytes();
    void aRepeatedKeyWithAnotherBodyIsRefused();
    void aRefusedKeyStaysRefused();
    void keysBelongToTheirToken();
    void keysSurviveARestart();
    void keysHaveLimits_data();
    void keysHaveLimits();
    void parallelCopiesOfOneRequestHaveOneEffect();
    void aCallersIdGivesTheFirstAnswerAgain();

private:
    Shop shop() { return Shop(m_server.client()); }
    HttpClient as(const QByteArray& token)
    {
        HttpClient client(m_server.port());
        client.setToken(token);
        return client;
    }

    ServerProcess m_server;
    QByteArray m_cashier, m_manager;
    qint64 m_product = 0;
};

void ContractRepeats::initTestCase()
{
    m_cashier = createToken(m_server, u"cashier"_s, u"till-1"_s);
    m_manager = createToken(m_server, u"manager"_s, u"office"_s);
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_product = shop().addProduct(1'000'000, 250);
    QVERIFY(m_product > 0);
}

void ContractRepeats::aRepeatedKeyGivesTheSameBytes()
{
    Shop till = shop();
    const qint64 product = till.addProduct(10);
    const HeaderList key{{"Idempotency-Key", "sale-1/part:\"A\"{~!}"}};
    const HttpReply first = till.hold(product, 3, {}, key);
    CHECK_STATUS(first, 201);
    QVERIFY(!first.hasHeader("idempotency-replayed"));
    const HttpReply again = till.hold(product, 3, {}, key);
    CHECK_STATUS(again, 201);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("idempotency-replayed"), QByteArray("true"));
    QCOMPARE(till.available(product), 7);
    const QByteArray target = "/api/holds/" + first.data().value("id"_L1).toString().toUtf8();
    const HeaderList releaseKey{{"Idempotency-Key", "release-1"}};
    const HttpReply released = till.http().request("DELETE", target, releaseKey);
    CHECK_STATUS(released, 200);
    QCOMPARE(till.http().request("DELETE", target, releaseKey).body, released.body);
    QCOMPARE(till.hold(product, 3, {}, key).body, first.body); // still, though it is released
    QCOMPARE(till.available(product), 10);
}

void ContractRepeats::aRepeatedKeyWithAnotherBodyIsRefused()
{
    Shop till = shop();
    const HeaderList key{{"Idempotency-Key", "k-" + newUuid().toUtf8()}};
    CHECK_STATUS(till.hold(m_product, 1, {}, key), 201);
    CHECK_PROBLEM(till.hold(m_product, 2, {}, key), 422, "idempotency_key_reused");
    CHECK_PROBLEM(till.order(newUuid(), {}, key), 422, "idempotency_key_reused");
}

void ContractRepeats::aRefusedKeyStaysRefused()
{
    Shop till = shop();
    const qint64 product = till.addProduct(1);
    const HeaderList key{{"Idempotency-Key", "k-" + newUuid().toUtf8()}};
    const HttpReply refused = till.hold(product, 2, {}, key);
    CHECK_PROBLEM(refused, 409, "insufficient_stock");
    CHECK_STATUS(till.move(product, u"receipt"_s, 10), 201);
    const HttpReply again = till.hold(product, 2, {}, key);
    CHECK_STATUS(again, 409);
    QCOMPARE(again.body, refused.body);
    CHECK_STATUS(till.hold(product, 2), 201);
}

void ContractRepeats::keysBelongToTheirToken()
{
    Shop one(as(m_cashier));
    Shop other(as(m_manager));
    const HeaderList key{{"Idempotency-Key", "shared"}};
    const HttpReply first = one.hold(m_product, 1, {}, key);
    const HttpReply second = other.hold(m_product, 2, {}, key);
    CHECK_STATUS(first, 201);
    CHECK_STATUS(second, 201);
    QVERIFY(first.data().value("id"_L1) != second.data().value("id"_L1));
}

void ContractRepeats::keysSurviveARestart()
{
    const HeaderList key{{"Idempotency-Key", "k-" + newUuid().toUtf8()}};
    const HttpReply first = shop().hold(m_product, 1, {}, key);
    CHECK_STATUS(first, 201);
    m_server.killHard();
    QVERIFY(m_server.start());
    const HttpReply again = shop().hold(m_product, 1, {}, key);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("idempotency-replayed"), QByteArray("true"));
}

void ContractRepeats::keysHaveLimits_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<int>("status");
    QTest::newRow("255") << QByteArray(255, 'k') << 201;
    QTest::newRow("256") << QByteArray(256, 'k') << 400;
    QTest::newRow("not ASCII") << QByteArray("k\xc3\xa9y") << 400;
    QTest::newRow("with a space") << QByteArray("a key") << 400;
    QTest::newRow("empty") << QByteArray("") << 400;
}

void ContractRepeats::keysHaveLimits()
{
    QFETCH(QByteArray, key);
    QFETCH(int, status);
    const HttpReply reply = shop().hold(m_product, 1, {}, {{"Idempotency-Key", key}});
    QVERIFY2(reply.status == status, reply.summary().constData());
}

void ContractRepeats::parallelCopiesOfOneRequestHaveOneEffect()
{
    constexpr int copies = 40;
    const qint64 product = shop().addProduct(100);
    std::vector<HttpReply> replies(copies);
    std::vector<std::unique_ptr<Shop>> tills(copies);
    runTogether(
        copies,
        [&](int i) {
            tills[std::size_t(i)] = std::make_unique<Shop>(m_server.client());
            tills[std::size_t(i)]->http().open();
        },
        [&](int i) {
            replies[std::size_t(i)] =
                tills[std::size_t(i)]->hold(product, 1, {}, {{"Idempotency-Key", "at-once"}});
        });
    QSet<QByteArray> bodies;
    for (const HttpReply& reply : replies) {
        if (reply.status == 409) {
            QCOMPARE(reply.code(), u"idempotency_in_progress"_s);
        } else {
            CHECK_STATUS(reply, 201);
            bodies.insert(reply.body);
        }
    }
    QCOMPARE(bodies.size(), 1);
    QCOMPARE(shop().available(product), 99);
}

void ContractRepeats::aCallersIdGivesTheFirstAnswerAgain()
{
    Shop till = shop();
    const qint64 product = till.addProduct(10);
    const QJsonObject id{{u"id"_s, newUuid()}};
    const HttpReply first = till.hold(product, 2, id);
    CHECK_STATUS(first, 201);
    QCOMPARE(first.data().value("id"_L1), id.value("id"_L1));
    const HttpReply again = till.hold(product, 2, id);
    CHECK_STATUS(again, 201);
    QCOMPARE(again.data(), first.data());
    CHECK_PROBLEM(till.hold(product, 3, id), 409, "id_conflict");
    QCOMPARE(till.available(product), 8);

    const QString hold = first.data().value("id"_L1).toString();
    const QJsonObject orderId{{u"id"_s, newUuid()}};
    const HttpReply order = till.order(hold, orderId);
    CHECK_STATUS(order, 201);
    const HttpReply repeated = till.order(hold, orderId);
    CHECK_STATUS(repeated, 201);
    QCOMPARE(repeated.data().value("id"_L1), orderId.value("id"_L1));
    CHECK_PROBLEM(till.hold(product, 1, {{u"id"_s, u"not-a-uuid"_s}}), 422, "validation_failed");
}

QTEST_GUILESS_MAIN(ContractRepeats)
#include "contract_repeats.moc"
