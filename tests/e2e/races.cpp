#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QDateTime>
#include <QSet>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Many real connections at once: never more sold than there is, never two effects of one thing.
class Races : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void flashSaleOf100To500();
    void flashSaleOfMixedQuantities();
    void fiftyOrdersOnOneHold();
    void orderAgainstRelease();
    void orderAgainstExpiry();
    void fiftyCopiesOfOneEvent();
    void paidAgainstFailed();
    void paymentAgainstCancel();
    void refundsNeverExceedTheOrder();
    void opposedLinesDoNotDeadlock();
    void mixedTrafficKeepsTheSum();

private:
    struct Answers
    {
        std::vector<HttpReply> replies;
        [[nodiscard]] int count(int status) const
        {
            int n = 0;
            for (const HttpReply& reply : replies) {
                n += reply.status == status ? 1 : 0;
            }
            return n;
        }
    };

    /// `ask(shop, i)` on `count` own connections, all opened before, all released at once.
    Answers together(int count, const std::function<HttpReply(Shop&, int)>& ask)
    {
        Answers answers;
        answers.replies.resize(std::size_t(count));
        std::vector<std::unique_ptr<Shop>> shops{std::size_t(count)};
        runTogether(
            count,
            [&](int i) {
                shops[std::size_t(i)] = std::make_unique<Shop>(m_server.client());
                shops[std::size_t(i)]->http().open();
            },
            [&](int i) { answers.replies[std::size_t(i)] = ask(*shops[std::size_t(i)], i); });
        return answers;
    }

    QJsonObject paymentEvent(const QString& order, const QString& status, const QString& key)
    {
        return {{u"event_id"_s, key}, {u"order_id"_s, order}, {u"status"_s, status}};
    }

    QList<qint64> stockOf(qint64 product)
    {
        const QJsonObject p = m_shop->product(product);
        return {p.value("on_hand"_L1).toInteger(), p.value("held"_L1).toInteger(),
                p.value("committed"_L1).toInteger(), p.value("available"_L1).toInteger()};
    }

    ServerProcess m_server{{u"--demo"_s}};
    std::unique_ptr<Shop> m_shop;
};

void Races::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_shop = std::make_unique<Shop>(m_server.client());
}

void Races::flashSaleOf100To500()
{
    const qint64 product = m_shop->addProduct(100);
    const Answers answers = together(500, [&](Shop& shop, int) { return shop.hold(product, 1); });
    QCOMPARE(answers.count(201), 100);
    QCOMPARE(answers.count(409), 400);
    for (const HttpReply& reply : answers.replies) {
        if (reply.status == 409) {
            QCOMPARE(reply.code(), u"insufficient_stock"_s);
        }
    }
    QCOMPARE(stockOf(product), (QList<qint64>{100, 100, 0, 0}));
}

void Races::flashSaleOfMixedQuantities()
{
    const qint64 product = m_shop->addProduct(100);
    const Answers answers =
        together(200, [&](Shop& shop, int i) { return shop.hold(product, 1 + i % 5); });
    qint64 held = 0;
    for (const HttpReply& reply : answers.replies) {
        QVERIFY2(reply.status == 201 || reply.status == 409, reply.summary().constData());
        held += reply.status == 201 ? reply.data().value("qty"_L1).toInteger() : 0;
    }
    QCOMPARE(stockOf(product), (QList<qint64>{100, held, 0, 100 - held}));
    QVERIFY(held >= 96); // whoever wanted one unit was only refused when none was left
}

void Races::fiftyOrdersOnOneHold()
{
    const qint64 product = m_shop->addProduct(10);
    const QString hold = m_shop->hold(product, 2).data().value("id"_L1).toString();
    const Answers answers = together(50, [&](Shop& shop, int) { return shop.order(hold); });
    QCOMPARE(answers.count(201), 1);
    QCOMPARE(answers.count(409), 49);
    QSet<QString> orders;
    for (const HttpReply& reply : answers.replies) {
        orders.insert(reply.status == 201 ? reply.data().value("id"_L1).toString()
                                          : reply.json().value("order_id"_L1).toString());
    }
    QCOMPARE(orders.size(), 1);
    QCOMPARE(stockOf(product), (QList<qint64>{10, 0, 2, 8}));
}

void Races::orderAgainstRelease()
{
    for (int round = 0; round < 20; ++round) {
        const qint64 product = m_shop->addProduct(1);
        const QString hold = m_shop->hold(product, 1).data().value("id"_L1).toString();
        const Answers answers = together(8, [&](Shop& shop, int i) {
            return i % 2 == 0 ? shop.order(hold)
                              : shop.http().request("DELETE", "/api/holds/" + hold.toUtf8());
        });
        const int sold = answers.count(201);
        QVERIFY(sold <= 1);
        QCOMPARE(stockOf(product), (QList<qint64>{1, 0, sold, 1 - sold}));
    }
}

void Races::orderAgainstExpiry()
{
    constexpr int holds = 60;
    const qint64 product = m_shop->addProduct(holds);
    QStringList ids;
    std::vector<std::chrono::system_clock::time_point> deadlines;
    for (int i = 0; i < holds; ++i) {
        const QJsonObject hold = m_shop->hold(product, 1, {{u"ttl_seconds"_s, 1}}).data();
        const auto end = QDateTime::fromString(hold["expires_at"_L1].toString(), Qt::ISODateWithMs);
        ids.append(hold["id"_L1].toString());
        deadlines.emplace_back(std::chrono::milliseconds(end.toMSecsSinceEpoch()));
    }
    std::atomic<int> sold = 0;
    std::atomic<int> expired = 0;
    std::atomic<int> other = 0;
    // One half aims at the very deadline, some milliseconds early or late; the other half waits
    // until a read says that the hold has expired.
    together(holds, [&](Shop& shop, int i) {
        HttpReply reply;
        const QByteArray target = "/api/holds/" + ids[i].toUtf8();
        const auto aim = deadlines[std::size_t(i)] + std::chrono::milliseconds(i / 2 - holds / 4);
        const auto isTime = [&] {
            const HttpReply read = shop.http().get(target);
            return i % 2 == 0 ? read.data()["state"_L1].toString() != "active"_L1
                              : std::chrono::system_clock::now() >= aim;
        };
        while (!isTime()) {
        }
        reply = shop.order(ids[i]);
        sold += reply.status == 201 ? 1 : 0;
        expired += reply.code() == "hold_expired"_L1 ? 1 : 0;
        other += reply.status != 201 && reply.code() != "hold_expired"_L1 ? 1 : 0;
        return reply;
    });
    QCOMPARE(other.load(), 0);
    QCOMPARE(sold + expired, holds);
    QVERIFY(expired >= holds / 2);
    QTRY_COMPARE_WITH_TIMEOUT(stockOf(product),
                              (QList<qint64>{holds, 0, sold.load(), holds - sold.load()}), 3'000);
}

void Races::fiftyCopiesOfOneEvent()
{
    const qint64 product = m_shop->addProduct(10);
    const QString order = m_shop->placeOrder(product, 2).value("id"_L1).toString();
    const QJsonObject paid = paymentEvent(order, u"paid"_s, u"evt-50-copies"_s);
    const Answers answers = together(50, [&](Shop& shop, int) { return shop.webhook(paid); });
    QCOMPARE(answers.count(200), 50);
    int firsts = 0;
    for (const HttpReply& reply : answers.replies) {
        firsts += reply.body.contains("\"duplicate\":true") ? 0 : 1;
    }
    QCOMPARE(firsts, 1);
    QCOMPARE(stockOf(product), (QList<qint64>{8, 0, 0, 8}));
    const QJsonObject after = m_shop->http().get("/api/orders/" + order.toUtf8()).data();
    QCOMPARE(after.value("paid_minor"_L1), after.value("total_minor"_L1));
    QCOMPARE(after.value("payments"_L1).toArray().size(), 1);
}

void Races::paidAgainstFailed()
{
    for (int round = 0; round < 20; ++round) {
        const qint64 product = m_shop->addProduct(3);
        const QString order = m_shop->placeOrder(product, 3).value("id"_L1).toString();
        const QString key = u"evt-%1-"_s.arg(order);
        const Answers answers = together(6, [&](Shop& shop, int i) {
            return shop.webhook(paymentEvent(order, i % 2 == 0 ? u"paid"_s : u"failed"_s,
                                             key + QString::number(i % 2)));
        });
        QCOMPARE(answers.count(200), 6);
        // Either way round the money came and the goods were there: paid.
        QCOMPARE(m_shop->orderState(order), u"paid"_s);
        QCOMPARE(stockOf(product), (QList<qint64>{0, 0, 0, 0}));
    }
}

void Races::paymentAgainstCancel()
{
    for (int round = 0; round < 20; ++round) {
        const qint64 product = m_shop->addProduct(3, 100);
        const QString order = m_shop->placeOrder(product, 3).value("id"_L1).toString();
        const Answers answers = together(6, [&](Shop& shop, int i) {
            return i % 2 == 0 ? shop.pay(order, u"cash"_s, 300) : shop.cancel(order);
        });
        const QString state = m_shop->orderState(order);
        const bool isPaid = state == "paid"_L1;
        QVERIFY(isPaid || state == "cancelled"_L1);
        QCOMPARE(answers.count(201), isPaid ? 1 : 0);
        const qint64 left = isPaid ? 0 : 3;
        QCOMPARE(stockOf(product), (QList<qint64>{left, 0, 0, left}));
    }
}

void Races::refundsNeverExceedTheOrder()
{
    const qint64 product = m_shop->addProduct(10, 100);
    const QString order = m_shop->placeOrder(product, 10).value("id"_L1).toString();
    CHECK_STATUS(m_shop->pay(order, u"card"_s, 1000), 201);
    const QJsonObject refund{
        {u"lines"_s, QJsonArray{QJsonObject{{u"product_id"_s, product}, {u"qty"_s, 3}}}},
        {u"restock"_s, true}};
    const Answers answers =
        together(20, [&](Shop& shop, int) { return shop.refund(order, refund); });
    QCOMPARE(answers.count(201), 3);
    QCOMPARE(answers.count(409), 17);
    QCOMPARE(stockOf(product), (QList<qint64>{9, 0, 0, 9}));
}

void Races::opposedLinesDoNotDeadlock()
{
    const qint64 a = m_shop->addProduct(50);
    const qint64 b = m_shop->addProduct(50);
    const Answers answers = together(100, [&](Shop& shop, int i) {
        const QJsonObject first{{u"product_id"_s, i % 2 == 0 ? a : b}, {u"qty"_s, 1}};
        const QJsonObject second{{u"product_id"_s, i % 2 == 0 ? b : a}, {u"qty"_s, 1}};
        return shop.http().post("/api/holds", {{u"lines"_s, QJsonArray{first, second}}});
    });
    QCOMPARE(answers.count(201), 50);
    QCOMPARE(answers.count(409), 50);
    QCOMPARE(stockOf(a), (QList<qint64>{50, 50, 0, 0}));
    QCOMPARE(stockOf(b), (QList<qint64>{50, 50, 0, 0}));
}

void Races::mixedTrafficKeepsTheSum()
{
    constexpr int clients = 24;
    constexpr int rounds = 40;
    constexpr qint64 initial = 60;
    const qint64 product = m_shop->addProduct(initial, 100);
    std::atomic<qint64> paidUnits = 0;
    std::atomic<bool> isDone = false;
    std::atomic<int> broken = 0;
    // A watcher reads all the while: available is never below 0 and the counters always fit.
    std::jthread watcher([&] {
        Shop shop(m_server.client());
        while (!isDone) {
            const QJsonObject p = shop.product(product);
            const qint64 onHand = p.value("on_hand"_L1).toInteger();
            const qint64 rest = p.value("held"_L1).toInteger() +
                                p.value("committed"_L1).toInteger() +
                                p.value("available"_L1).toInteger();
            const bool fits = onHand == rest && p.value("available"_L1).toInteger(-1) >= 0;
            broken += fits ? 0 : 1;
        }
    });
    together(clients, [&](Shop& shop, int i) {
        std::minstd_rand dice(unsigned(i) + 1);
        HttpReply last;
        for (int round = 0; round < rounds; ++round) {
            last = shop.hold(product, 1 + qint64(dice() % 2), {{u"ttl_seconds"_s, 1}});
            const qint64 qty = last.data().value("qty"_L1).toInteger();
            const QString hold = last.data().value("id"_L1).toString();
            const auto fate = dice() % 6;
            if (last.status != 201 || fate == 0) {
                continue; // left to expire
            }
            if (fate == 1) {
                shop.http().request("DELETE", "/api/holds/" + hold.toUtf8());
                continue;
            }
            const QString order = shop.order(hold).data().value("id"_L1).toString();
            if (fate == 2) {
                shop.webhook(paymentEvent(order, u"failed"_s, newUuid()));
            } else if (fate > 3 && round % 4 == 0 && !order.isEmpty()) {
                const QJsonObject paid = paymentEvent(order, u"paid"_s, newUuid());
                paidUnits += shop.webhook(paid).status == 200 ? qty : 0;
                shop.webhook(paid);
            } else {
                shop.cancel(order);
            }
        }
        return last;
    });
    isDone = true;
    watcher.join();
    QCOMPARE(broken.load(), 0);
    const qint64 left = initial - paidUnits;
    QTRY_COMPARE_WITH_TIMEOUT(stockOf(product), (QList<qint64>{left, 0, 0, left}), 5'000);
    QVERIFY(paidUnits > 0);
}

QTEST_GUILESS_MAIN(Races)
#include "races.moc"
