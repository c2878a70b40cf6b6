// Paths, methods, headers: what an ordinary client sees of the front.
#include "tests/http/front_client.h"
#include "tests/http/front_stand.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace holdfast::http;
using namespace holdfast::test;

class FrontRouterTest : public QObject
{
    Q_OBJECT

private:
    FrontStand m_stand;

    RawAnswer ask(const QByteArray& method, const QByteArray& path, const QByteArray& headers = {})
    {
        RawClient client(m_stand.port());
        client.send(method + ' ' + path + " HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n");
        return client.read(10s, method == "HEAD");
    }

private Q_SLOTS:
    void paths_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const char* request, int status, const char* body) {
            QTest::newRow(name) << QByteArray(request) << status << QByteArray(body);
        };
        row("literal", "GET /fixed", 200, R"({"fixed":true})");
        row("query is no path", "GET /fixed?a=b", 200, R"({"fixed":true})");
        row("parameter", "GET /items/7", 200, "GET 7");
        row("literal wins", "GET /items/special", 200, "special");
        row("two parameters", "GET /items/a/parts/b", 200, "GET a b");
        row("literal as a parameter further on", "GET /items/special/parts/1", 200,
            "GET special 1");
        row("escape", "GET /items/a%20b", 200, "GET a b");
        row("escaped slash stays inside", "GET /items/a%2Fb", 200, "GET a/b");
        row("escaped literal", "GET /%66ixed", 200, R"({"fixed":true})");
        row("other method", "PUT /items/7", 200, "PUT 7");
        row("absolute form", "GET http://h/items/7", 200, "GET 7");
        row("unknown", "GET /nothing", 404, nullptr);
        row("root", "GET /", 404, nullptr);
        row("trailing slash", "GET /fixed/", 404, nullptr);
        row("double slash", "GET //fixed", 404, nullptr);
        row("empty parameter", "GET /items/", 404, nullptr);
        row("dots", "GET /items/../fixed", 404, nullptr);
        row("prefix only", "GET /items", 404, nullptr);
        row("bad escape", "GET /items/%zz", 400, nullptr);
        row("cut escape", "GET /items/%4", 400, nullptr);
        row("escaped NUL", "GET /items/%00", 400, nullptr);
        row("escaped NUL in a filter", "GET /fixed?q=a%00b", 400, nullptr);
        row("bad escape in a filter", "GET /fixed?a=1&q=100%", 400, nullptr);
        row("escapes in a filter", "GET /fixed?q=a%20b%2500", 200, R"({"fixed":true})");
        row("wrong method", "DELETE /fixed", 405, nullptr);
        row("unknown method", "BREW /fixed", 405, nullptr);
        row("TRACE", "TRACE /fixed", 405, nullptr);
    }

    void paths()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const RawAnswer answer = ask(request.split(' ').at(0), request.split(' ').at(1));
        QCOMPARE(answer.status, status);
        if (status == 200) {
            QCOMPARE(answer.body, body);
            return;
        }
        QCOMPARE(answer.header("Content-Type"), "application/problem+json");
        const QJsonObject problem = QJsonDocument::fromJson(answer.body).object();
        for (const char* member : {"type", "title", "detail", "code", "message", "request_id"}) {
            QVERIFY2(!problem.value(QLatin1StringView(member)).toString().isEmpty(), member);
        }
        QCOMPARE(problem.value(QStringLiteral("status")).toInt(), status);
        QCOMPARE(problem.value(QStringLiteral("request_id")).toString().toLatin1(),
                 answer.header("X-Request-Id"));
    }

    void headIsGetWithoutBody()
    {
        RawClient client(m_stand.port());
        QVERIFY(client.send("HEAD /fixed HTTP/1.1\r\nHost: t\r\n\r\nHEAD /ready HTTP/1.1\r\nHost: "
                            "t\r\n\r\n"));
        const RawAnswer fixed = client.read(10s, true);
        QCOMPARE(fixed.status, 200);
        QCOMPARE(fixed.header("Content-Length"), "14");
        // Had a body followed, the second answer would not be readable.
        const RawAnswer ready = client.read(10s, true);
        QCOMPARE(ready.status, 200);
        QCOMPARE(ready.header("Content-Length"), "14");
        QCOMPARE(ready.header("ETag"), "\"v1\"");
        QVERIFY(client.unread().isEmpty());
    }

    void optionsAndAllow()
    {
        const RawAnswer options = ask("OPTIONS", "/items/7");
        QCOMPARE(options.status, 204);
        QCOMPARE(options.header("Allow"), "GET, HEAD, PUT, OPTIONS");
        QVERIFY(options.header("Content-Length").isNull());
        QCOMPARE(ask("DELETE", "/items/7").header("Allow"), "GET, HEAD, PUT, OPTIONS");
        QCOMPARE(ask("GET", "/echo").header("Allow"), "POST, OPTIONS");
        QCOMPARE(ask("OPTIONS", "*").status, 204);
        QCOMPARE(ask("OPTIONS", "/nothing").status, 404);
    }

    void everyAnswerSaysWhatItIs()
    {
        for (const char* path : {"/fixed", "/ready", "/nothing"}) {
            const RawAnswer answer = ask("GET", path);
            QVERIFY(answer.header("Date").endsWith("GMT"));
            QCOMPARE(answer.header("Connection"), "keep-alive");
            QVERIFY(answer.header("Content-Length").toInt() > 0);
            QVERIFY(!answer.header("Content-Type").isEmpty());
        }
    }

    void requestIds()
    {
        QCOMPARE(ask("GET", "/fixed", "X-Request-Id: a-B.3_:x\r\n").header("X-Request-Id"),
                 "a-B.3_:x");
        QCOMPARE(ask("GET", "/nothing", "x-request-id: mine\r\n").header("X-Request-Id"), "mine");
        const QByteArray longest(64, 'r');
        QCOMPARE(ask("GET", "/fixed", "X-Request-Id: " + longest + "\r\n").header("X-Request-Id"),
                 longest);
        QSet<QByteArray> made;
        for (const char* bad : {"", "with space", "<script>", "\"", "a/b"}) {
            const QByteArray line = "X-Request-Id: " + QByteArray(bad) + "\r\n";
            made.insert(ask("GET", "/fixed", line).header("X-Request-Id"));
        }
        made.insert(
            ask("GET", "/fixed", "X-Request-Id: " + longest + "r\r\n").header("X-Request-Id"));
        made.insert(ask("GET", "/fixed").header("X-Request-Id"));
        QCOMPARE(made.size(), 7); // each its own
        for (const QByteArray& id : std::as_const(made)) {
            QVERIFY2(isSaneRequestId(id), id.constData());
        }
    }

    void headersCompareWithoutCase()
    {
        QCOMPARE(ask("GET", "/header/x-thing", "X-Thing:  spaced value \r\n").body, "spaced value");
        QCOMPARE(ask("GET", "/header/X-THING", "x-thing: v\r\n").header("X-Echo"), "v");
        QCOMPARE(ask("GET", "/header/x-none").body, "");
    }

    void headerLookups()
    {
        QVERIFY(!percentDecoded("a%00b"));
        Headers headers;
        headers.add("A", "1");
        headers.add("a", "2");
        QCOMPARE(headers.value("A"), "1");
        QVERIFY(headers.value("b").isNull());
        QVERIFY(!headers.contains("b"));
    }

    void queryValues()
    {
        QCOMPARE(queryValue("a=1&b=x%20y+z&a=2", "a"), QByteArray("1"));
        QCOMPARE(queryValue("a=1&b=x%20y+z", "b"), QByteArray("x y z"));
        QCOMPARE(queryValue("flag&b=1", "flag"), QByteArray(""));
        QVERIFY(!queryValue("a=1", "b"));
        QVERIFY(!queryValue("a=%4", "a"));
    }

    void forwardedForIsBelievedFromProxiesOnly()
    {
        const QByteArray forged = "X-Forwarded-For: 9.9.9.9\r\n";
        QCOMPARE(ask("GET", "/peer", forged).body, "127.0.0.1");
        ServerOptions options;
        options.trustedProxies =
            *TrustedProxies::parse({QStringLiteral("127.0.0.0/8"), QStringLiteral("10.0.0.0/8")});
        FrontStand behindProxy(options);
        const auto peerOf = [&](const QByteArray& line) {
            RawClient client(behindProxy.port());
            client.send(getRequest("/peer", line));
            return client.read().body;
        };
        QCOMPARE(peerOf("X-Forwarded-For: 9.9.9.9\r\n"), "9.9.9.9");
        QCOMPARE(peerOf("X-Forwarded-For: 1.1.1.1, 9.9.9.9, 10.0.0.7\r\n"), "9.9.9.9");
        QCOMPARE(peerOf("X-Forwarded-For: junk\r\n"), "127.0.0.1");
        QCOMPARE(peerOf(""), "127.0.0.1");
        QVERIFY(!TrustedProxies::parse({QStringLiteral("10.0.0.0/99")}));
        QVERIFY(!TrustedProxies::parse({QStringLiteral("shop")}));
    }

    void accessLogNamesTheRoute()
    {
        std::mutex mutex;
        std::vector<std::tuple<QByteArray, int, QByteArray>> seen;
        ServerOptions options;
        options.accessLog = [&](const AccessRecord& record) {
            const std::lock_guard lock(mutex);
            seen.emplace_back(record.route.toByteArray(), record.status,
                              record.requestId.toByteArray());
        };
        FrontStand logged(options);
        RawClient client(logged.port());
        client.send(getRequest("/items/7", "X-Request-Id: one\r\n"));
        client.read();
        client.send(getRequest("/nothing", "X-Request-Id: two\r\n"));
        client.read();
        QTRY_VERIFY([&] {
            const std::lock_guard lock(mutex);
            return seen.size() == 2;
        }());
        const std::lock_guard lock(mutex);
        QCOMPARE(seen[0], std::tuple(QByteArray("/items/{id}"), 200, QByteArray("one")));
        QCOMPARE(seen[1], std::tuple(QByteArray(), 404, QByteArray("two")));
    }

    void startNamesWhatIsWrong()
    {
        ServerOptions options;
        options.port = m_stand.port();
        HttpServer second(options, std::make_shared<Router>());
        const auto port = second.start();
        QVERIFY(!port);
        QVERIFY2(port.error().contains(QString::number(m_stand.port())), qPrintable(port.error()));
        options.host = QStringLiteral("no.such.address");
        HttpServer third(options, std::make_shared<Router>());
        QVERIFY(!third.start());
    }
};

QTEST_GUILESS_MAIN(FrontRouterTest)
#include "front_router_test.moc"
