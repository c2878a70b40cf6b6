#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/tokens.h"

#include <memory>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 4: holds.
class ContractHolds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aSingleHoldHasEveryField();
    void aHoldOfLinesIsAllOrNothing();
    void linesOfOneProductAddUp();
    void lineCountsHaveLimits();
    void tooLittleStockSaysWhatIsThere();
    void unknownGoods();
    void releaseTwiceGivesTheSameAnswer();
    void extendMovesTheDeadline();
    void lifeHasLimits();
    void patchChangesTheCart();
    void holdsAreListedByFilter();
    void anExpiredHoldIsFreeAtOnce();
    void readsShowExpiryWithinASecond();
    void anExpiredHoldComesBackExactlyOnce();

private:
    QByteArray path(const HttpReply& hold, const char* tail = "")
    {
        return "/api/holds/" + hold.data().value("id"_L1).toString().toUtf8() + tail;
    }

    ServerProcess m_server;
    std::unique_ptr<Shop> m_shop;
};

namespace {

QJsonObject lines(std::initializer_list<std::pair<qint64, qint64>> wanted)
{
    QJsonArray list;
    for (const auto& [product, qty] : wanted) {
        list.append(QJsonObject{{u"product_id"_s, product}, {u"qty"_s, qty}});
    }
    return {{u"lines"_s, list}};
}

} // namespace

void ContractHolds::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_shop = std::make_unique<Shop>(m_server.client());
}

void ContractHolds::aSingleHoldHasEveryField()
{
    const qint64 product = m_shop->addProduct(10);
    const HttpReply reply = m_shop->hold(product, 3, {{u"note"_s, u"for Ada"_s}});
    CHECK_STATUS(reply, 201);
    const QJsonObject hold = reply.data();
    QCOMPARE(hold.value("hold_id"_L1), hold.value("id"_L1));
    QCOMPARE(hold.value("state"_L1).toString(), u"active"_s);
    QCOMPARE(hold.value("product_id"_L1).toInteger(), product);
    QCOMPARE(hold.value("qty"_L1).toInt(), 3);
    QCOMPARE(hold.value("lines"_L1).toArray().size(), 1);
    QVERIFY(hold.contains("terminal"_L1));
    const QJsonObject after = m_shop->product(product);
    QCOMPARE(after.value("held"_L1).toInt(), 3);
    QCOMPARE(after.value("on_hand"_L1).toInt(), 10);
    QCOMPARE(after.value("available"_L1).toInt(), 7);
    QCOMPARE(m_shop->http().get(path(reply)).data().value("state"_L1).toString(), u"active"_s);
}

void ContractHolds::aHoldOfLinesIsAllOrNothing()
{
    const qint64 plenty = m_shop->addProduct(10);
    const qint64 scarce = m_shop->addProduct(1);
    const qint64 none = m_shop->addProduct(0);
    const HttpReply refused =
        m_shop->http().post("/api/holds", lines({{plenty, 2}, {scarce, 2}, {none, 1}}));
    CHECK_PROBLEM(refused, 409, "insufficient_stock");
    QCOMPARE(refused.json().value("lines"_L1).toArray().size(), 2);
    for (const QJsonValue line : refused.json().value("lines"_L1).toArray()) {
        const qint64 id = line["product_id"_L1].toInteger();
        QVERIFY(id == scarce || id == none);
        QCOMPARE(line["available_stock"_L1].toInt(), id == scarce ? 1 : 0);
    }
    QCOMPARE(m_shop->available(plenty), 10);
    const HttpReply held = m_shop->http().post("/api/holds", lines({{plenty, 2}, {scarce, 1}}));
    CHECK_STATUS(held, 201);
    QVERIFY(!held.data().contains("product_id"_L1));
    QCOMPARE(held.data().value("lines"_L1).toArray().size(), 2);
    QCOMPARE(m_shop->available(plenty), 8);
    QCOMPARE(m_shop->available(scarce), 0);
}

void ContractHolds::linesOfOneProductAddUp()
{
    const qint64 product = m_shop->addProduct(5);
    CHECK_PROBLEM(m_shop->http().post("/api/holds", lines({{product, 3}, {product, 3}})), 409,
                  "insufficient_stock");
    CHECK_STATUS(m_shop->http().post("/api/holds", lines({{product, 2}, {product, 3}})), 201);
    QCOMPARE(m_shop->available(product), 0);
}

void ContractHolds::lineCountsHaveLimits()
{
    const qint64 product = m_shop->addProduct(1'000);
    for (const auto& [count, status] : {std::pair(0, 422), {200, 201}, {201, 422}}) {
        QJsonArray list;
        for (int i = 0; i < count; ++i) {
            list.append(QJsonObject{{u"product_id"_s, product}, {u"qty"_s, 1}});
        }
        const HttpReply reply = m_shop->http().post("/api/holds", {{u"lines"_s, list}});
        QVERIFY2(reply.status == status, reply.summary().constData());
    }
    QCOMPARE(m_shop->available(product), 800);
}

void ContractHolds::tooLittleStockSaysWhatIsThere()
{
    const qint64 product = m_shop->addProduct(2);
    const HttpReply refused = m_shop->hold(product, 3);
    CHECK_PROBLEM(refused, 409, "insufficient_stock");
    QCOMPARE(refused.json().value("available_stock"_L1).toInt(-1), 2);
    QCOMPARE(m_shop->available(product), 2);
}

void ContractHolds::unknownGoods()
{
    CHECK_PROBLEM(m_shop->hold(999'999'999, 1), 404, "product_not_found");
    const HttpReply byLines = m_shop->http().post("/api/holds", lines({{999'999'999, 1}}));
    CHECK_STATUS(byLines, 422);
    QVERIFY2(problemFault(byLines).isEmpty(), byLines.summary().constData());
}

void ContractHolds::releaseTwiceGivesTheSameAnswer()
{
    const qint64 product = m_shop->addProduct(5);
    const HttpReply hold = m_shop->hold(product, 5);
    const HttpReply first = m_shop->http().request("DELETE", path(hold));
    CHECK_STATUS(first, 200);
    QCOMPARE(first.data().value("state"_L1).toString(), u"released"_s);
    const HttpReply second = m_shop->http().request("DELETE", path(hold));
    CHECK_STATUS(second, 200);
    QCOMPARE(second.data(), first.data());
    QCOMPARE(m_shop->available(product), 5);
    CHECK_PROBLEM(m_shop->order(hold.data().value("id"_L1).toString()), 409, "hold_released");
}

void ContractHolds::extendMovesTheDeadline()
{
    const qint64 product = m_shop->addProduct(5);
    const HttpReply hold = m_shop->hold(product, 1, {{u"ttl_seconds"_s, 60}});
    const HttpReply longer = m_shop->http().post(path(hold, "/extend"), {{u"ttl_seconds"_s, 600}});
    CHECK_STATUS(longer, 200);
    QVERIFY(longer.data().value("expires_at"_L1).toString() >
            hold.data().value("expires_at"_L1).toString());
    CHECK_STATUS(m_shop->http().request("DELETE", path(hold)), 200);
    CHECK_PROBLEM(m_shop->http().post(path(hold, "/extend"), {{u"ttl_seconds"_s, 600}}), 409,
                  "hold_released");
}

void ContractHolds::lifeHasLimits()
{
    const qint64 product = m_shop->addProduct(100);
    for (const auto& [seconds, status] :
         {std::pair(0, 422), {1, 201}, {86'400, 201}, {86'401, 422}}) {
        const HttpReply reply = m_shop->hold(product, 1, {{u"ttl_seconds"_s, seconds}});
        QVERIFY2(reply.status == status, reply.summary().constData());
    }
}

void ContractHolds::patchChangesTheCart()
{
    const qint64 a = m_shop->addProduct(10);
    const qint64 b = m_shop->addProduct(10);
    const HttpReply hold = m_shop->hold(a, 8);
    const HttpReply changed = m_shop->http().send("PATCH", path(hold), lines({{a, 10}, {b, 1}}));
    CHECK_STATUS(changed, 200);
    QCOMPARE(m_shop->available(a), 0);
    QCOMPARE(m_shop->available(b), 9);
    CHECK_PROBLEM(m_shop->http().send("PATCH", path(hold), lines({{a, 1}, {b, 11}})), 409,
                  "insufficient_stock");
    QCOMPARE(m_shop->available(a), 0);
    QCOMPARE(m_shop->available(b), 9);
    CHECK_STATUS(m_shop->http().send("PATCH", path(hold), lines({{b, 4}})), 200);
    QCOMPARE(m_shop->available(a), 10);
    QCOMPARE(m_shop->available(b), 6);
    const HttpReply order = m_shop->order(hold.data().value("id"_L1).toString());
    CHECK_STATUS(order, 201);
    CHECK_PROBLEM(m_shop->http().send("PATCH", path(hold), lines({{b, 1}})), 409, "hold_consumed");
    QCOMPARE(order.data().value("total_minor"_L1).toInt(), 4 * 250);
}

void ContractHolds::holdsAreListedByFilter()
{
    const qint64 product = m_shop->addProduct(10);
    const HttpReply active = m_shop->hold(product, 1);
    const HttpReply released = m_shop->hold(product, 1);
    CHECK_STATUS(m_shop->http().request("DELETE", path(released)), 200);
    const QByteArray target = "/api/holds?product_id=" + QByteArray::number(product);
    QCOMPARE(m_shop->http().get(target).list().size(), 2);
    const QJsonArray alive = m_shop->http().get(target + "&state=active").list();
    QCOMPARE(alive.size(), 1);
    QCOMPARE(alive.first()["id"_L1], active.data().value("id"_L1));
    CHECK_STATUS(m_shop->http().get("/api/holds?state=sleeping"), 422);
}

void ContractHolds::anExpiredHoldIsFreeAtOnce()
{
    const qint64 product = m_shop->addProduct(1);
    const HttpReply hold = m_shop->hold(product, 1, {{u"ttl_seconds"_s, 1}});
    CHECK_STATUS(hold, 201);
    CHECK_PROBLEM(m_shop->hold(product, 1), 409, "insufficient_stock");
    // Ask without a pause: the unit may be had as soon as the deadline has passed.
    HttpReply next;
    const auto taken = [&] {
        if (next.status != 201) {
            next = m_shop->hold(product, 1);
        }
        return next.status == 201;
    };
    QTRY_VERIFY_WITH_TIMEOUT(taken(), 2'000);
    QVERIFY(next.data().value("created_at"_L1).toString() >=
            hold.data().value("expires_at"_L1).toString());
    CHECK_PROBLEM(m_shop->order(hold.data().value("id"_L1).toString()), 409, "hold_expired");
    CHECK_STATUS(m_shop->order(next.data().value("id"_L1).toString()), 201);
}

void ContractHolds::readsShowExpiryWithinASecond()
{
    const qint64 product = m_shop->addProduct(4);
    const HttpReply hold = m_shop->hold(product, 4, {{u"ttl_seconds"_s, 1}});
    CHECK_STATUS(hold, 201);
    QTRY_COMPARE_WITH_TIMEOUT(m_shop->available(product), 4, 3'000);
    const auto state = [&] { return m_shop->http().get(path(hold)).data().value("state"_L1); };
    QTRY_COMPARE_WITH_TIMEOUT(state().toString(), u"expired"_s, 2'000);
}

void ContractHolds::anExpiredHoldComesBackExactlyOnce()
{
    const qint64 product = m_shop->addProduct(20);
    for (int i = 0; i < 20; ++i) {
        CHECK_STATUS(m_shop->hold(product, 1, {{u"ttl_seconds"_s, 1}}), 201);
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_shop->available(product), 20, 5'000);
    // Two more turns of the sweep, and it is still what it was.
    const HttpReply marker = m_shop->hold(m_shop->addProduct(1), 1, {{u"ttl_seconds"_s, 2}});
    const auto state = [&] { return m_shop->http().get(path(marker)).data().value("state"_L1); };
    QTRY_COMPARE_WITH_TIMEOUT(state().toString(), u"expired"_s, 5'000);
    const QJsonObject after = m_shop->product(product);
    QCOMPARE(after.value("available"_L1).toInt(), 20);
    QCOMPARE(after.value("held"_L1).toInt(), 0);
    QCOMPARE(after.value("on_hand"_L1).toInt(), 20);
}

QTEST_GUILESS_MAIN(ContractHolds)
#include "contract_holds.moc"
