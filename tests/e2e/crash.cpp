#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"
#include "tests/support/signature.h"
#include "tests/support/test_database.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <QHash>
#include <QScopeGuard>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
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

/// One terminal that sells until something dies, or all is over.
class Seller
{
public:
    Seller(HttpClient client, qint64 product, unsigned seed, std::atomic<int>& answers,
           const std::atomic<bool>& over)
        : m_client(std::move(client)), m_product(product), m_dice(seed), m_answers(answers),
          m_over(over)
    {}

    Diary sell()
    {
        while (!m_over && oneCustomer()) {
        }
        return std::move(m_diary);
    }

private:
    using Kind = Attempt::Kind;

    /// Writes the attempt down first, then makes it. False when it was not answered with success.
    bool attempt(Kind kind, const QByteArray& target, const QJsonObject& body, qint64 qty,
                 const QString& subject)
    {
        const QByteArray method = kind == Kind::Release ? "DELETE" : "POST";
        const QByteArray bytes = kind == Kind::Release ? QByteArray() : toBytes(body);
        m_diary.push_back({kind, method, target, bytes, newUuid().toUtf8(), qty, subject, {}});
        m_diary.back().answer = send(m_client, m_diary.back());
        ++m_answers;
        return m_diary.back().answer.status / 100 == 2;
    }

    bool oneCustomer()
    {
        const qint64 qty = 1 + qint64(m_dice() % 3);
        const auto fate = m_dice() % 8;
        const QString hold = newUuid();
        if (!attempt(Kind::Hold, "/api/holds",
                     {{u"id"_s, hold}, {u"product_id"_s, m_product}, {u"qty"_s, qty}}, qty, hold)) {
            return false;
        }
        if (fate == 0) {
            return true; // walks away, the hold stays
        }
        if (fate == 1) {
            return attempt(Kind::Release, "/api/holds/" + hold.toUtf8(), {}, qty, hold);
        }
        return buy(hold, qty, fate);
    }

    bool buy(const QString& hold, qint64 qty, unsigned long fate)
    {
        const QString order = newUuid();
        const QByteArray path = "/api/orders/" + order.toUtf8();
        if (!attempt(Kind::Order, "/api/orders", {{u"id"_s, order}, {u"hold_id"_s, hold}}, qty,
                     order)) {
            return false;
        }
        switch (fate) {
        case 2:
            return true; // left unpaid
        case 3:
            return attempt(Kind::Cancel, path + "/cancel", {}, qty, order);
        case 4:
        case 5:
            return attempt(Kind::Event, "/api/payments/webhook",
                           {{u"event_id"_s, newUuid()}, {u"order_id"_s, order}}, qty, order);
        default:
            return attempt(Kind::Pay, path + "/payments",
                           {{u"method"_s, u"cash"_s}, {u"amount_minor"_s, qty * 100}}, qty, order);
        }
    }

    HttpClient m_client;
    qint64 m_product;
    std::minstd_rand m_dice;
    std::atomic<int>& m_answers;
    const std::atomic<bool>& m_over;
    Diary m_diary;
};

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

/// 503 asks to come again: a server finds its database anew a moment after it is back.
HttpReply untilServed(const std::function<HttpReply()>& ask)
{
    const QDeadlineTimer deadline(std::chrono::seconds(5));
    HttpReply reply = ask();
    while (reply.status == 503 && !deadline.hasExpired()) {
        reply = ask();
    }
    return reply;
}

/// Why the second answer to an attempt is not what it must be; empty when it is.
QByteArray retryFault(const Attempt& tried, const HttpReply& again)
{
    if (again.status / 100 != 2) {
        return "retry refused: " + again.summary();
    }
    const bool replayed =
        again.header("idempotency-replayed") == "true" || again.body.contains("\"duplicate\":true");
    if (tried.answer.status / 100 != 2) {
        // Whichever way it went, now it is done; but a no must have been true.
        const bool denied = tried.answer.body.contains("nothing was changed");
        return denied && replayed ? "denied, and had been done: " + tried.answer.summary()
                                  : QByteArray();
    }
    if (tried.kind == Attempt::Kind::Event) {
        return replayed ? QByteArray() : "event applied again: " + again.summary();
    }
    if (again.body != tried.answer.body || !replayed) {
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
        const QByteArray fault =
            retryFault(tried, untilServed([&] { return send(client, tried); }));
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
        const QByteArray state = untilServed([&] { return client.get(path); })
                                     .data()
                                     .value("state"_L1)
                                     .toString()
                                     .toUtf8();
        const QByteArray wanted = consumed.value(it.key(), wantedState(it.value()));
        if (state != wanted) {
            faults.append(path + " is '" + state + "', should be " + wanted);
        }
    }
    return faults;
}

} // namespace

/// kill -9 at random moments under load: nothing that was answered is lost, nothing happens twice,
/// the books stay right. On SQLite the server is killed; on a database server two servers share
/// one database, and now one of them is killed, now the database under them.
/// HOLDFAST_CRASH_ROUNDS sets how often.
class Crash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void killedUnderLoad();

private:
    using Diaries = std::vector<Diary>;

    [[nodiscard]] ServerProcess& serverOf(int client)
    {
        return *m_servers[std::size_t(client) % m_servers.size()];
    }
    void sellUntilKilled(unsigned round, Diaries& diaries);
    void kill(unsigned round);
    void comeBack();
    void checkBooks(const Diaries& diaries);
    void verify();

    std::vector<std::unique_ptr<ServerProcess>> m_servers;
    Model m_model;
    qint64 m_product = 0;
    int m_acknowledged = 0;
    std::atomic<int> m_answers = 0;
    std::vector<qint64> m_restartMs;
};

void Crash::initTestCase()
{
    const QStringList arguments{u"--hold-seconds"_s,    u"7200"_s,
                                u"--payment-seconds"_s, u"7200"_s,
                                u"--webhook-secret"_s,  QString::fromLatin1(secret)};
    m_servers.push_back(std::make_unique<ServerProcess>(arguments));
    if (databaseServer() != nullptr) {
        m_servers.push_back(std::make_unique<ServerProcess>(*m_servers.front(), arguments));
    }
    for (const auto& server : m_servers) {
        QVERIFY2(server->start(), server->standardError().constData());
    }
    Shop shop(m_servers.front()->client());
    m_product = shop.addProduct(0, 100);
    for (int part = 0; part < 100; ++part) {
        CHECK_STATUS(shop.move(m_product, u"receipt"_s, initialStock / 100), 201);
    }
}

/// The moment: after so many answers, with eight requests on their way.
void Crash::sellUntilKilled(unsigned round, Diaries& diaries)
{
    m_answers = 0;
    std::atomic<bool> over = false;
    std::jthread load([&] {
        runTogether(clientCount, [&](int i) {
            const unsigned seed = round * 100 + unsigned(i) + 1;
            Seller seller(serverOf(i).client(), m_product, seed, m_answers, over);
            diaries[std::size_t(i)] = seller.sell();
        });
    });
    auto atTheLatest = qScopeGuard([&over] { over = true; });
    std::minstd_rand dice(round + 7);
    // The database servers answer more slowly, and come back more slowly.
    const int enough = 30 + int(dice() % (databaseServer() == nullptr ? 800 : 300));
    QTRY_VERIFY_WITH_TIMEOUT(m_answers >= enough, 60'000);
    kill(round);
}

/// Who dies is decided by the round.
void Crash::kill(unsigned round)
{
    if (databaseServer() != nullptr && round % 2 == 0) {
        databaseServer()->killHard();
    } else {
        m_servers[round / 2 % m_servers.size()]->killHard();
    }
}

void Crash::comeBack()
{
    if (databaseServer() != nullptr && !databaseServer()->isRunning()) {
        QVERIFY2(databaseServer()->start(), databaseServer()->problem());
    }
    for (const auto& server : m_servers) {
        if (!server->isRunning()) {
            QVERIFY2(server->start(), server->standardError().right(2000).constData());
            m_restartMs.push_back(server->startMs());
        }
    }
}

void Crash::checkBooks(const Diaries& diaries)
{
    std::vector<QByteArrayList> faults(clientCount);
    runTogether(clientCount, [&](int i) {
        faults[std::size_t(i)] = checkDiary(serverOf(i + 1).client(), diaries[std::size_t(i)]);
    });
    for (std::size_t i = 0; i < diaries.size(); ++i) {
        QVERIFY2(faults[i].isEmpty(), faults[i].mid(0, 5).join('\n').constData());
        for (const Attempt& done : diaries[i]) {
            m_model.apply(done);
            m_acknowledged += done.answer.status / 100 == 2 ? 1 : 0;
        }
    }
    for (const auto& server : m_servers) {
        // The other server hears of a change a moment later.
        Shop shop(server->client());
        const auto counters = [&] {
            const QJsonObject product = shop.product(m_product);
            return QList<qint64>{product.value("on_hand"_L1).toInteger(),
                                 product.value("held"_L1).toInteger(),
                                 product.value("committed"_L1).toInteger()};
        };
        QTRY_COMPARE_WITH_TIMEOUT(
            counters(), (QList<qint64>{m_model.onHand, m_model.held, m_model.committed}), 1'000);
    }
}

void Crash::verify()
{
    const ProgramResult verified = m_servers.front()->tool({u"verify"_s});
    QVERIFY2(verified.exitCode == 0, QByteArray(verified.out + verified.err).constData());
}

void Crash::killedUnderLoad()
{
    const int rounds = qEnvironmentVariableIntValue("HOLDFAST_CRASH_ROUNDS");
    for (int round = 1; round <= rounds; ++round) {
        Diaries diaries(clientCount);
        sellUntilKilled(unsigned(round), diaries);
        comeBack();
        checkBooks(diaries);
        // It reads the whole journal: in a long run not after each round.
        if (round == rounds || round % (1 + rounds / 100) == 0) {
            verify();
        }
        if (QTest::currentTestFailed()) {
            std::printf("failed in round %d\n", round);
            return;
        }
    }
    std::sort(m_restartMs.begin(), m_restartMs.end());
    std::printf("%d kills, %d acknowledged answers all there; restart of the server: median %lld "
                "ms, longest %lld ms\n",
                rounds, m_acknowledged, static_cast<long long>(m_restartMs[m_restartMs.size() / 2]),
                static_cast<long long>(m_restartMs.back()));
    QVERIFY(m_acknowledged > rounds * 20);
    QVERIFY2(m_restartMs.back() < 2'000, QByteArray::number(m_restartMs.back()).constData());
}

QTEST_GUILESS_MAIN(Crash)
#include "crash.moc"
