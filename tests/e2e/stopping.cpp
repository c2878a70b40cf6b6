#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QElapsedTimer>
#include <QScopeGuard>
#include <QSet>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// How a server ends, and that no second one works on its database.
class Stopping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stopsUnderLoadAndLosesNothing();
    void idleConnectionsDoNotKeepItUp();
    void aHalfSentRequestDoesNotKeepItUp();
    void aPausedRequestIsStillAnswered();
    void secondServerIsRefused();
};

void Stopping::stopsUnderLoadAndLosesNothing()
{
    constexpr int clients = 32;
    ServerProcess server;
    QVERIFY(server.start());
    const qint64 product = Shop(server.client()).addProduct(1'000'000);
    std::mutex guard;
    QSet<QString> acknowledged;
    std::atomic<int> torn = 0;
    std::atomic<int> answered = 0;
    std::jthread load([&] {
        runTogether(clients, [&](int) {
            Shop shop(server.client());
            while (true) {
                const QString id = newUuid();
                const HttpReply reply = shop.hold(product, 1, {{u"id"_s, id}});
                if (reply.status == 201) {
                    const std::lock_guard lock(guard);
                    acknowledged.insert(id);
                    ++answered;
                } else if (reply.status != 503) {
                    torn += reply.headers.isEmpty() ? 0 : 1; // a head without its whole body
                    return;
                }
            }
        });
    });
    const auto atTheLatest = qScopeGuard([&server] { server.killHard(); });
    QTRY_VERIFY_WITH_TIMEOUT(answered > 500, 20'000);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.stop(), 0);
    QVERIFY(timer.elapsed() < 11'000);
    load.join();
    QCOMPARE(torn.load(), 0);
    QVERIFY(server.start());
    Shop shop(server.client());
    QCOMPARE(shop.product(product).value("held"_L1).toInteger() >= acknowledged.size(), true);
    for (const QString& id : acknowledged) {
        CHECK_STATUS(shop.http().get("/api/holds/" + id.toUtf8()), 200);
    }
    QCOMPARE(server.tool({u"verify"_s}).exitCode, 0);
}

void Stopping::idleConnectionsDoNotKeepItUp()
{
    ServerProcess server;
    QVERIFY(server.start());
    std::vector<HttpClient> idle;
    for (int i = 0; i < 20; ++i) {
        idle.push_back(server.client());
        CHECK_STATUS(idle.back().get("/healthz"), 200);
    }
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.stop(), 0);
    QVERIFY2(timer.elapsed() < 5'000, QByteArray::number(timer.elapsed()).constData());
}

void Stopping::aHalfSentRequestDoesNotKeepItUp()
{
    ServerProcess server;
    QVERIFY(server.start());
    HttpClient half = server.client();
    QVERIFY(half.open());
    QVERIFY(half.sendBytes("POST /api/holds HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.stop(), 0);
    QVERIFY2(timer.elapsed() < 12'000, QByteArray::number(timer.elapsed()).constData());
}

void Stopping::aPausedRequestIsStillAnswered()
{
    // Many requests are on their way at the moment of the signal, on connections that are known to
    // be served; each gets a whole answer or none, and what was answered is kept.
    constexpr int clients = 16;
    ServerProcess server;
    QVERIFY(server.start());
    const qint64 product = Shop(server.client()).addProduct(1'000'000);
    std::vector<HttpReply> replies(clients);
    std::vector<HttpClient> connections;
    for (int i = 0; i < clients; ++i) {
        connections.push_back(server.client());
        CHECK_STATUS(connections.back().get("/healthz"), 200);
    }
    const QByteArray body = toBytes({{u"product_id"_s, product}, {u"qty"_s, 1}});
    for (HttpClient& client : connections) {
        QVERIFY(client.sendBytes(client.format("POST", "/api/holds", {}, body)));
    }
    server.askToStop();
    int answered = 0;
    for (HttpClient& client : connections) {
        const HttpReply reply = client.readReply();
        QVERIFY2(reply.status == 201 || reply.status == 503 || reply.headers.isEmpty(),
                 reply.summary().constData());
        answered += reply.status == 201 ? 1 : 0;
    }
    QCOMPARE(server.waitForEnd(), 0);
    QVERIFY(server.start());
    const qint64 held = Shop(server.client()).product(product).value("held"_L1).toInteger();
    QVERIFY2(held >= answered, QByteArray::number(held).constData());
}

void Stopping::secondServerIsRefused()
{
    ServerProcess server;
    QVERIFY(server.start());
    const ProgramResult second = server.tool({u"serve"_s, u"--listen"_s, u"127.0.0.1:0"_s});
    QVERIFY2(second.exitCode > 0, QByteArray(second.out + second.err).constData());
    QVERIFY(!second.out.contains("listening on"));
    QCOMPARE(second.err.trimmed().count('\n'), 0);
    QVERIFY(!second.err.trimmed().isEmpty());
    Shop shop(server.client());
    CHECK_STATUS(shop.hold(shop.addProduct(1), 1), 201);
    // A killed server's database can be opened at once.
    server.killHard();
    QVERIFY2(server.start(), server.standardError().constData());
}

QTEST_GUILESS_MAIN(Stopping)
#include "stopping.moc"
