#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/signature.h"

#include <QDateTime>
#include <algorithm>
#include <cstdio>
#include <random>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

constexpr int clientCount = 8;
constexpr qint64 initialStock = 100'000'000;
const QByteArray secret = "whsec_" + QByteArray("crash test secret of 32 bytes...").toBase64();

/// What a client did, kept in its own memory: the request as sent and, if one came, the answer.
struct Attempt
{
    enum class Kind { Hold, Order, Pay, Event, Cancel, Release };

    Kind kind = Kind::Hold;
    QByteArray method;
    QByteArray target;
    QByteArray body;
    QByteArray key;
    qint64 qty = 0;
    QString subject; ///< The hold or order it is about.
    HttpReply answer;
};

using Diary = std::vector<Attempt>;

HttpReply send(HttpClient& client, const Attempt& attempt)
{
    if (attempt.kind == Attempt::Kind::Event) {
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        return client.request(attempt.method, attempt.target,
                              signedHeaders(secret, attempt.key, now, attempt.body), attempt.body);
    }
    return client.request(attempt.method, attempt.target, {{"Idempotency-Key", attempt.key}},
                          attempt.body);
}

/// Writes the attempt down first, then makes it. False when no answer came.
bool attempt(HttpClient& client, Diary& diary, Attempt one)
{
    one.key = newUuid().toUtf8();
    diary.push_back(one);
    diary.back().answer = send(client, diary.back());
    return diary.back().answer.status / 100 == 2;
}

/// One customer after another until the server dies.
void sellUntilItDies(HttpClient& client, qint64 product, unsigned seed, Diary& diary)
{
    using Kind = Attempt::Kind;
    std::minstd_rand dice(seed);
    while (true) {
        const qint64 qty = 1 + qint64(dice() % 3);
        const QString hold = newUuid();
        const QString order = newUuid();
        const QByteArray holdPath = "/api/holds/" + hold.toUtf8();
        const QByteArray orderPath = "/api/orders/" + order.toUtf8();
        const QByteArray holdBody =
            toBytes({{u"id"_s, hold}, {u"product_id"_s, product}, {u"qty"_s, qty}});
        const QByteArray orderBody = toBytes({{u"id"_s, order}, {u"hold_id"_s, hold}});
        if (!attempt(client, diary,
                     {Kind::Hold, "POST", "/api/holds", holdBody, {}, qty, hold, {}})) {
            return;
        }
        const auto fate = dice() % 8;
        if (fate == 0) {
            continue;
        }
        if (fate == 1) {
            if (!attempt(client, diary,
                         {Kind::Release, "DELETE", holdPath, {}, {}, qty, hold, {}})) {
                return;
            }
            continue;
        }
        if (!attempt(client, diary,
                     {Kind::Order, "POST", "/api/orders", orderBody, {}, qty, order, {}})) {
            return;
        }
        Attempt last{Kind::Pay,
                     "POST",
                     orderPath + "/payments",
                     toBytes({{u"method"_s, u"cash"_s}, {u"amount_minor"_s, qty * 100}}),
                     {},
                     qty,
                     order,
                     {}};
        if (fate == 2) {
            last = {Kind::Cancel, "POST", orderPath + "/cancel", "{}", {}, qty, order, {}};
        } else if (fate < 5) {
            last.kind = Kind::Event;
            last.target = "/api/payments/webhook";
            last.body = toBytes({{u"event_id"_s, newUuid()}, {u"order_id"_s, order}});
        } else if (fate == 5) {
            continue; // left unpaid
        }
        if (!attempt(client, diary, last)) {
            return;
        }
    }
}

/// What the shop's counters must be, kept by the test from the answers alone.
struct Model
{
    qint64 onHand = initialStock;
    qint64 held = 0;
    qint64 committed = 0;

    void apply(const Attempt& done)
    {
        switch (done.kind) {
        case Attempt::Kind::Hold:
            held += done.qty;
            break;
        case Attempt::Kind::Release:
            held -= done.qty;
            break;
        case Attempt::Kind::Order:
            held -= done.qty;
            committed += done.qty;
            break;
        case Attempt::Kind::Cancel:
            committed -= done.qty;
            break;
        case Attempt::Kind::Pay:
        case Attempt::Kind::Event:
            committed -= done.qty;
            onHand -= done.qty;
            break;
        }
    }
};

/// Why the second answer to an attempt is not what it must be; empty when it is.
QByteArray retryFault(const Attempt& tried, const HttpReply& again)
{
    if (again.status / 100 != 2) {
        return "retry refused: " + again.summary();
    }
    if (tried.answer.status == 0) {
        return {}; // whichever way it went, now it is done
    }
    if (tried.kind == Attempt::Kind::Event) {
        return again.body.contains("\"duplicate\":true")
                   ? QByteArray()
                   : "event applied again: " + again.summary();
    }
    if (again.body != tried.answer.body || again.header("idempotency-replayed") != "true") {
        return "other answer: " + tried.answer.summary() + " then " + again.summary();
    }
    return {};
}

QByteArray wantedState(Attempt::Kind kind)
{
    switch (kind) {
    case Attempt::Kind::Hold:
        return "active";
    case Attempt::Kind::Release:
        return "released";
    case Attempt::Kind::Order:
        return "pending_payment";
    case Attempt::Kind::Cancel:
        return "cancelled";
    case Attempt::Kind::Pay:
    case Attempt::Kind::Event:
        return "paid";
    }
    return {};
}

/// Repeats a client's whole diary and looks every subject's last state up.
QByteArrayList checkDiary(HttpClient client, const Diary& diary)
{
    QByteArrayList faults;
    QHash<QString, Attempt::Kind> lastDeed;
    QHash<QString, QByteArray> consumed;
    for (const Attempt& tried : diary) {
        const QByteArray fault = retryFault(tried, send(client, tried));
        if (!fault.isEmpty()) {
            faults.append(tried.method + ' ' + tried.target + ": " + fault);
        }
        lastDeed.insert(tried.subject, tried.kind);
        if (tried.kind == Attempt::Kind::Order) {
            const QJsonObject body = HttpReply{0, {}, tried.body, {}}.json();
            consumed.insert(body.value("hold_id"_L1).toString(), "consumed");
        }
    }
    for (auto it = lastDeed.begin(); it != lastDeed.end(); ++it) {
        const bool isHold =
            it.value() == Attempt::Kind::Hold || it.value() == Attempt::Kind::Release;
        const QByteArray path = (isHold ? "/api/holds/" : "/api/orders/") + it.key().toUtf8();
        const QByteArray state = client.get(path).data().value("state"_L1).toString().toUtf8();
        const QByteArray wanted = consumed.value(it.key(), wantedState(it.value()));
        if (state != wanted) {
            faults.append(path + " is '" + state + "', should be " + wanted);
        }
    }
    return faults;
}

} // namespace

/// kill -9 of the real server at random moments under load: nothing that was answered is lost,
/// nothing happens twice, the books stay right. HOLDFAST_CRASH_ROUNDS sets how often.
class Crash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedUnderLoad();

private:
    void oneRound(unsigned round, int& acknowledged);

    ServerProcess m_server{{u"--hold-seconds"_s, u"7200"_s, u"--payment-seconds"_s, u"7200"_s,
                            u"--webhook-secret"_s, QString::fromLatin1(secret)}};
    Model m_model;
    qint64 m_product = 0;
    std::vector<qint64> m_restartMs;
};

void Crash::oneRound(unsigned round, int& acknowledged)
{
    std::vector<Diary> diaries(clientCount);
    std::jthread load([&] {
        runTogether(clientCount, [&](int i) {
            HttpClient client = m_server.client();
            sellUntilItDies(client, m_product, round * 100 + unsigned(i) + 1,
                            diaries[std::size_t(i)]);
        });
    });
    std::minstd_rand dice(round + 7);
    std::this_thread::sleep_for(Milliseconds(60 + dice() % 250)); // the random moment
    m_server.killHard();
    load.join();
    QVERIFY2(m_server.start(), m_server.standardError().right(2000).constData());
    m_restartMs.push_back(m_server.startMs());

    std::vector<QByteArrayList> faults(clientCount);
    runTogether(clientCount, [&](int i) {
        faults[std::size_t(i)] = checkDiary(m_server.client(), diaries[std::size_t(i)]);
    });
    for (std::size_t i = 0; i < diaries.size(); ++i) {
        QVERIFY2(faults[i].isEmpty(), faults[i].mid(0, 5).join('\n').constData());
        for (const Attempt& done : diaries[i]) {
            m_model.apply(done);
            acknowledged += done.answer.status != 0 ? 1 : 0;
        }
    }
    const QJsonObject product = Shop(m_server.client()).product(m_product);
    QCOMPARE(product.value("on_hand"_L1).toInteger(), m_model.onHand);
    QCOMPARE(product.value("held"_L1).toInteger(), m_model.held);
    QCOMPARE(product.value("committed"_L1).toInteger(), m_model.committed);
    const ProgramResult verified = m_server.tool({u"verify"_s});
    QVERIFY2(verified.exitCode == 0, QByteArray(verified.out + verified.err).constData());
}

void Crash::killedUnderLoad()
{
    const int rounds = qEnvironmentVariableIntValue("HOLDFAST_CRASH_ROUNDS");
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    Shop shop(m_server.client());
    m_product = shop.addProduct(0, 100);
    for (int part = 0; part < 100; ++part) {
        CHECK_STATUS(shop.move(m_product, u"receipt"_s, initialStock / 100), 201);
    }
    int acknowledged = 0;
    for (int round = 1; round <= rounds; ++round) {
        oneRound(unsigned(round), acknowledged);
        if (QTest::currentTestFailed()) {
            std::printf("failed in round %d\n", round);
            return;
        }
    }
    std::sort(m_restartMs.begin(), m_restartMs.end());
    std::printf("%d kills, %d acknowledged answers all there; restart median %lld ms, "
                "longest %lld ms\n",
                rounds, acknowledged, static_cast<long long>(m_restartMs[m_restartMs.size() / 2]),
                static_cast<long long>(m_restartMs.back()));
    QVERIFY(acknowledged > rounds * 20);
    QVERIFY2(m_restartMs.back() < 2'000, QByteArray::number(m_restartMs.back()).constData());
}

QTEST_GUILESS_MAIN(Crash)
#include "crash.moc"
