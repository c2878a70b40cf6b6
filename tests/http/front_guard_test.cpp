// The guard: every malformed, oversized, slow or greedy request gets its status and is closed.
#include "tests/http/front_client.h"
#include "tests/http/front_stand.h"

#include <QElapsedTimer>
#include <QTest>

using namespace holdfast::http;
using namespace holdfast::test;

namespace {

constexpr auto graceAfterDeadline = 1s;

ServerOptions shortDeadlines()
{
    ServerOptions options;
    options.limits.headerDeadline = 400ms;
    options.limits.bodyDeadline = 400ms;
    options.limits.idleDeadline = 600ms;
    options.limits.writeStallDeadline = 500ms;
    options.limits.lingerDeadline = 500ms;
    return options;
}

} // namespace

class FrontGuardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badRequests_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const QByteArray& bytes, int status) {
            QTest::newRow(name) << bytes << status;
        };
        const QByteArray post = "POST /echo HTTP/1.1\r\nHost: t\r\n";
        const QByteArray get = "GET /fixed HTTP/1.1\r\nHost: t\r\n";
        row("body over the limit", post + "Content-Length: 1048577\r\n\r\nabc", 413);
        row("huge body", post + "Content-Length: 99999999999999\r\n\r\n", 413);
        row("header over 16 KiB", get + "A: " + QByteArray(17 * 1024, 'a') + "\r\n\r\n", 431);
        row("header over 16 KiB without end", get + "A: " + QByteArray(20 * 1024, 'a'), 431);
        row("request line over 16 KiB", "GET /" + QByteArray(20 * 1024, 'a'), 431);
        row("101 fields", get + QByteArray("A: b\r\n").repeated(100) + "\r\n", 431);
        row("two lengths", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400);
        row("two different lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            400);
        row("list of lengths", post + "Content-Length: 3, 3\r\n\r\nabc", 400);
        row("negative length", post + "Content-Length: -1\r\n\r\n", 400);
        row("signed length", post + "Content-Length: +3\r\n\r\nabc", 400);
        row("length over 2^63", post + "Content-Length: 9223372036854775808\r\n\r\n", 400);
        row("length over 2^64", post + "Content-Length: 18446744073709551619\r\n\r\nabc", 400);
        row("length in words", post + "Content-Length: three\r\n\r\nabc", 400);
        row("empty length", post + "Content-Length:\r\n\r\n", 400);
        row("chunked", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411);
        row("x-chunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 411);
        row("length and chunked",
            post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 411);
        row("space before colon", get + "A : b\r\n\r\n", 400);
        row("no colon", get + "nonsense\r\n\r\n", 400);
        row("empty name", get + ": b\r\n\r\n", 400);
        row("folded line", get + "A: b\r\n c\r\n\r\n", 400);
        row("bare LF", "GET /fixed HTTP/1.1\nHost: t\n\n", 400);
        row("bare LF in the middle", get + "A: b\nC: d\r\n\r\n", 400);
        row("bare CR in a value", get + "A: b\rc\r\n\r\n", 400);
        row("NUL in a value", get + QByteArray("A: b\0c\r\n\r\n", 10), 400);
        row("TLS on the plain port", QByteArray("\x16\x03\x01\x02\x00\x01\x00", 7), 400);
        row("no Host", "GET /fixed HTTP/1.1\r\n\r\n", 400);
        row("two Hosts", get + "Host: u\r\n\r\n", 400);
        row("bad Host", "GET /fixed HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
        row("HTTP/2.0", "GET /fixed HTTP/2.0\r\nHost: t\r\n\r\n", 505);
        row("HTTP/9.9", "GET /fixed HTTP/9.9\r\nHost: t\r\n\r\n", 505);
        row("not HTTP", "GET /fixed FTP/1.1\r\nHost: t\r\n\r\n", 400);
        row("no version", "GET /fixed\r\nHost: t\r\n\r\n", 400);
        row("two spaces", "GET  /fixed HTTP/1.1\r\nHost: t\r\n\r\n", 400);
        row("relative path", "GET fixed HTTP/1.1\r\nHost: t\r\n\r\n", 400);
        row("CONNECT", "CONNECT t:443 HTTP/1.1\r\nHost: t\r\n\r\n", 400);
        row("bad expectation", post + "Expect: tea\r\nContent-Length: 3\r\n\r\nabc", 417);
        row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    }

    void badRequests()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        FrontStand stand;
        RawClient client(stand.port());
        // A request behind the bad one must never be seen.
        QVERIFY(client.send(bytes + "GET /fixed HTTP/1.1\r\nHost: t\r\n\r\n"));
        const RawAnswer answer = client.read();
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.header("Connection"), "close");
        QCOMPARE(answer.header("Content-Type"), "application/problem+json");
        QVERIFY(client.closesWithin(graceAfterDeadline));
        QVERIFY(!client.wasReset()); // a reset could have overtaken the answer
        QVERIFY(client.unread().isEmpty());
        QCOMPARE(stand.server().counters().requests, 0U);
        QCOMPARE(RawClient(stand.port()).get("/fixed").status, 200);
    }

    void goodEdges_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const QByteArray& bytes, const QByteArray& body) {
            QTest::newRow(name) << bytes << body;
        };
        const QByteArray post = "POST /echo HTTP/1.1\r\nHost: t\r\n";
        const QByteArray fixed = R"({"fixed":true})";
        row("body at the limit",
            post + "Content-Length: 1048576\r\n\r\n" + QByteArray(1048576, 'x'),
            QByteArray(1048576, 'x'));
        row("99 fields and a Host",
            "GET /fixed HTTP/1.1\r\nHost: t\r\n" + QByteArray("A: b\r\n").repeated(99) + "\r\n",
            fixed);
        row("leading zeros", post + "Content-Length: 0003\r\n\r\nabc", "abc");
        row("no length, no body", post + "\r\n", "");
        row("empty line first", "\r\nGET /fixed HTTP/1.1\r\nHost: t\r\n\r\n", fixed);
        row("empty Host", "GET /fixed HTTP/1.1\r\nHost:\r\n\r\n", fixed);
        row("upgrade is ignored",
            "GET /fixed HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            fixed);
        row("bytes over 0x7f in a value", "GET /fixed HTTP/1.1\r\nHost: t\r\nA: \xc3\xa4\r\n\r\n",
            fixed);
    }

    void goodEdges()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, body);
        FrontStand stand;
        RawClient client(stand.port());
        QVERIFY(client.send(bytes));
        const RawAnswer answer = client.read();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.body == body);
        QCOMPARE(client.get("/fixed").status, 200); // the connection is still in step
    }

    void byteByByte()
    {
        FrontStand stand;
        RawClient client(stand.port());
        const QByteArray request =
            "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello";
        for (int round = 0; round < 2; ++round) {
            for (const char c : request) {
                QVERIFY(client.send(QByteArray(1, c)));
            }
            QCOMPARE(client.read().body, "hello");
        }
    }

    void silentConnectionIsClosed()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        QVERIFY(client.closesWithin(400ms + graceAfterDeadline));
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
        QCOMPARE(stand.refused(Refusal::IdleTimeout), 1U);
    }

    void idleKeepAliveIsClosed()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        QCOMPARE(client.get("/fixed").status, 200);
        QElapsedTimer idle;
        idle.start();
        QVERIFY(client.closesWithin(600ms + graceAfterDeadline));
        QVERIFY(idle.elapsed() >= 500);
        QVERIFY(client.unread().isEmpty());
    }

    void stoppedHeaderTimesOut()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        client.send("GET /fixed HTTP/1.1\r\nHo");
        QCOMPARE(client.read(400ms + graceAfterDeadline).status, 408);
        QVERIFY(client.closesWithin(graceAfterDeadline));
        QCOMPARE(stand.refused(Refusal::HeaderTimeout), 1U);
    }

    void drippedHeaderTimesOut()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        client.send("GET /fixed HTTP/1.1\r\nHost: t\r\nA: ");
        RawAnswer answer;
        QElapsedTimer since;
        since.start();
        // A byte every 50 ms would keep it open for ever, were the deadline moved by each.
        while (answer.status == 0 && since.elapsed() < 3000) {
            client.send("a");
            answer = client.read(50ms);
        }
        QCOMPARE(answer.status, 408);
        QVERIFY(since.elapsed() < 1400);
    }

    void stoppedBodyTimesOut()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
        QCOMPARE(client.read(400ms + graceAfterDeadline).status, 408);
        QVERIFY(client.closesWithin(graceAfterDeadline));
        QCOMPARE(stand.refused(Refusal::BodyTimeout), 1U);
    }

    void pendingAnswerIsNotCut()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        // Longer than every deadline together.
        QCOMPARE(client.get("/late/2500").status, 200);
        QCOMPARE(client.get("/fixed").status, 200);
    }

    void readerWhoStopsIsCut()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        client.shrinkReceiveBuffer(4096);
        client.send(getRequest("/big/30000000"));
        QTRY_COMPARE_WITH_TIMEOUT(stand.refused(Refusal::WriteStall), 1U, 3000);
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
    }

    void slowReaderIsServed()
    {
        FrontStand stand(shortDeadlines());
        RawClient client(stand.port());
        client.send(getRequest("/big/8000000"));
        const RawAnswer answer = client.read(20s);
        QCOMPARE(answer.body.size(), 8'000'000);
        QCOMPARE(client.get("/fixed").status, 200);
    }

    void connectionCloseIsHonoured_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("closes");
        QTest::newRow("close") << getRequest("/fixed", "Connection: close\r\n") << true;
        QTest::newRow("list") << getRequest("/fixed", "Connection: te, Close\r\n") << true;
        QTest::newRow("1.0") << QByteArray("GET /fixed HTTP/1.0\r\n\r\n") << true;
        QTest::newRow("1.0 keep-alive")
            << QByteArray("GET /fixed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << false;
        QTest::newRow("1.1") << getRequest("/fixed") << false;
    }

    void connectionCloseIsHonoured()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, closes);
        FrontStand stand;
        RawClient client(stand.port());
        client.send(bytes);
        const RawAnswer answer = client.read();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.header("Connection"), closes ? "close" : "keep-alive");
        if (closes) {
            QVERIFY(client.closesWithin(graceAfterDeadline));
        } else {
            QCOMPARE(client.get("/fixed").status, 200);
        }
    }

    void expectContinue()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                    "Content-Length: 3\r\n\r\n");
        QCOMPARE(client.read().status, 100);
        client.send("abc");
        QCOMPARE(client.read().body, "abc");
        // Too large: refused instead of invited.
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                    "Content-Length: 3000000\r\n\r\n");
        QCOMPARE(client.read().status, 413);
    }

    void refusalArrivesThoughTheBodyIsStillSent()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1100000\r\n\r\n");
        client.send(QByteArray(900'000, 'x')); // a reset would swallow the answer
        QCOMPARE(client.read().status, 413);
        QVERIFY(client.closesWithin(graceAfterDeadline));
        QVERIFY(!client.wasReset());
    }

    void bodiesInFlightAreBounded()
    {
        ServerOptions options;
        options.limits.bodyBytesInFlightMax = 2500;
        FrontStand stand(options);
        const QByteArray head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n";
        const auto begin = [&](RawClient& client) {
            client.send(head + "x");
            // Served after it on the same thread, so that the head has been read by then.
            return RawClient(stand.port()).get("/fixed").status == 200;
        };
        const auto finish = [](RawClient& client) {
            client.send(QByteArray(999, 'x'));
            return client.read().status;
        };
        RawClient first(stand.port());
        RawClient second(stand.port());
        RawClient third(stand.port());
        QVERIFY(begin(first) && begin(second) && begin(third));
        const RawAnswer refused = third.read();
        QCOMPARE(refused.status, 503);
        QCOMPARE(refused.header("Retry-After"), "1");
        QCOMPARE(finish(first), 200); // and gives its share back
        RawClient fourth(stand.port());
        QVERIFY(begin(fourth));
        second.reset(); // so does one that goes away
        QTRY_COMPARE(stand.refused(Refusal::TooManyBodies), 1U);
        QTRY_VERIFY(stand.server().counters().connectionsOpen <= 3);
        RawClient fifth(stand.port());
        QVERIFY(begin(fifth));
        QCOMPARE(finish(fourth), 200);
        QCOMPARE(finish(fifth), 200);
    }

    void connectionsAreBounded()
    {
        ServerOptions options;
        options.limits.connectionsMax = 3;
        FrontStand stand(options);
        std::vector<RawClient> clients;
        for (int i = 0; i < 3; ++i) {
            clients.emplace_back(stand.port());
            QCOMPARE(clients.back().get("/fixed").status, 200);
        }
        RawClient extra(stand.port());
        const RawAnswer refused = extra.read();
        QCOMPARE(refused.status, 503);
        QVERIFY(extra.closesWithin(graceAfterDeadline));
        QCOMPARE(stand.refused(Refusal::TooManyConnections), 1U);
        clients.pop_back();
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 2U);
        QCOMPARE(RawClient(stand.port()).get("/fixed").status, 200);
    }

    void connectionsOfOnePeerAreBounded()
    {
        ServerOptions options;
        options.limits.connectionsPerPeerMax = 2;
        FrontStand stand(options);
        RawClient first(stand.port());
        RawClient second(stand.port());
        QCOMPARE(first.get("/fixed").status, 200);
        QCOMPARE(second.get("/fixed").status, 200);
        QCOMPARE(RawClient(stand.port()).read().status, 503);
        QCOMPARE(stand.refused(Refusal::TooManyFromPeer), 1U);
        options.trustedProxies = *TrustedProxies::parse({QStringLiteral("127.0.0.1")});
        FrontStand behindProxy(options);
        std::vector<RawClient> many;
        for (int i = 0; i < 5; ++i) {
            many.emplace_back(behindProxy.port());
            QCOMPARE(many.back().get("/fixed").status, 200);
        }
    }
};

QTEST_GUILESS_MAIN(FrontGuardTest)
#include "front_guard_test.moc"
