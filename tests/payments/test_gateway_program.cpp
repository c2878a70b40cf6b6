// holdfast-gateway as a program: options, bad requests, the page, stopping and coming back.

#include "tests/payments/gateway_fixture.h"
#include "tests/support/server_process.h"

#include <QTemporaryDir>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

class TestGatewayProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badOptionsStopTheStart_data();
    void badOptionsStopTheStart();
    void helpAndVersionAreAnswers();
    void aTakenPortIsSaid();
    void theSecretMayComeFromTheEnvironment();
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void thePageIsServed();
    void foreignPagesPressNoButtons();
    void aKillLosesNothingWithAStateFile();
    void aBrokenStateFileStopsTheStart();
    void withoutReceiverWebhooksAreListedOnly();
};

void TestGatewayProgram::badOptionsStopTheStart_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char* title, const char* arguments, const char* named) {
        QTest::newRow(title) << QString::fromLatin1(arguments).split(u' ', Qt::SkipEmptyParts)
                             << QByteArray(named);
    };
    row("unknown", "--explode", "explode");
    row("stray word", "run", "run");
    row("no port", "--listen 127.0.0.1", "--listen");
    row("port out of range", "--listen 127.0.0.1:70000", "--listen");
    row("foreign address", "--listen 0.0.0.0:0", "--listen");
    row("foreign receiver", "--webhook-url http://192.0.2.1/hook --unsigned", "--webhook-url");
    row("other scheme", "--webhook-url ftp://127.0.0.1/hook --unsigned", "--webhook-url");
    row("no secret", "--webhook-url http://127.0.0.1/hook", "--webhook-secret");
    row("bad secret", "--webhook-url http://127.0.0.1/hook --webhook-secret whsec_*",
        "--webhook-secret");
    row("negative delay", "--approve-delay-ms -1", "--approve-delay-ms");
    row("delay in words", "--delay-ms soon", "--delay-ms");
    row("no copies", "--duplicate 0", "--duplicate");
    row("many copies", "--duplicate 101", "--duplicate");
    row("rate over 1", "--drop-rate 1.5", "--drop-rate");
    row("rate not a number", "--drop-rate nan", "--drop-rate");
    row("bad seed", "--seed x", "--seed");
}

void TestGatewayProgram::badOptionsStopTheStart()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, named);
    const ProgramResult result = runProgram(programPath(u"holdfast-gateway"_s), arguments);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.err.contains(named), result.err.constData());
    QCOMPARE(result.err.count('\n'), 1);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(!result.err.contains("whsec_*"));
}

void TestGatewayProgram::helpAndVersionAreAnswers()
{
    const ProgramResult help = runProgram(programPath(u"holdfast-gateway"_s), {u"--help"_s});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.out.contains("--webhook-url"));
    const ProgramResult version = runProgram(programPath(u"holdfast-gateway"_s), {u"--version"_s});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.out.startsWith("holdfast-gateway "));
}

void TestGatewayProgram::aTakenPortIsSaid()
{
    WebhookReceiver other;
    QVERIFY(other.start());
    const ProgramResult result = runProgram(programPath(u"holdfast-gateway"_s),
                                            {u"--listen"_s, u"127.0.0.1:%1"_s.arg(other.port())});
    QCOMPARE(result.exitCode, 1);
    QCOMPARE(result.err.count('\n'), 1);
}

void TestGatewayProgram::theSecretMayComeFromTheEnvironment()
{
    qputenv("HOLDFAST_GATEWAY_SECRET", GatewayProcess::secret.toUtf8());
    Trade trade;
    QVERIFY(trade.receiver.start());
    const bool started = trade.gateway.start(
        {u"--webhook-url"_s, trade.receiver.url(), u"--approve-delay-ms"_s, u"0"_s});
    qunsetenv("HOLDFAST_GATEWAY_SECRET");
    QVERIFY(started);
    trade.till.emplace(trade.gateway.port());
    QVERIFY(!trade.pay(1250).isEmpty());
    QVERIFY(trade.receiver.waitFor(1));
    QCOMPARE(trade.events().size(), std::size_t(1));
}

void TestGatewayProgram::badRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char* method, const char* target, const char* body, int status) {
        const QByteArray title = QByteArray(method) + ' ' + target + ' ' + body;
        QTest::newRow(title.constData())
            << QByteArray(method) << QByteArray(target) << QByteArray(body) << status;
    };
    row("POST", "/v1/payments", "", 400);
    row("POST", "/v1/payments", "{", 400);
    row("POST", "/v1/payments", "[]", 422);
    row("POST", "/v1/payments", "{}", 422);
    row("POST", "/v1/payments", R"({"order_id":"o","amount_minor":0})", 422);
    row("POST", "/v1/payments/none/approve", "", 404);
    row("POST", "/v1/payments/none/decline", "", 404);
    row("POST", "/v1/payments/none/cancel", "", 404);
    row("POST", "/v1/payments/none/refund", "", 404);
    row("POST", "/v1/payments/none/refund", R"({"amount_minor":-1})", 422);
    row("POST", "/v1/payments/none/explode", "", 404);
    row("POST", "/v1/webhooks/none/resend", "", 404);
    row("GET", "/v1/payments/none", "", 404);
    row("GET", "/v2", "", 404);
    row("DELETE", "/v1/payments", "", 405);
    row("GET", "/healthz", "", 200);
}

void TestGatewayProgram::badRequestsAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    GatewayProcess gateway;
    QVERIFY(gateway.start({}));
    HttpClient client = gateway.client();
    const HttpReply reply =
        client.request(method, target, {{"Content-Type", "application/json"}}, body);
    QCOMPARE(reply.status, status);
    if (status >= 400) {
        QCOMPARE(reply.header("Content-Type"), QByteArray("application/problem+json"));
        QVERIFY(!reply.code().isEmpty());
    }
}

void TestGatewayProgram::thePageIsServed()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}));
    HttpClient client = gateway.client();
    const HttpReply page = client.get("/");
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("Content-Type").startsWith("text/html"));
    QVERIFY(page.body.contains("Card gateway"));
    QVERIFY2(!page.body.contains("https://"), "the page must not need anything from elsewhere");
}

void TestGatewayProgram::foreignPagesPressNoButtons()
{
    Trade trade;
    QVERIFY(trade.start({u"--manual"_s}));
    const QString payment = trade.pay(1250);
    const HttpReply foreign =
        trade.act(payment, "/approve", {}, {{"Origin", "http://shop.example"}});
    QCOMPARE(foreign.status, 403);
    QCOMPARE(trade.state(payment), u"processing"_s);
    // A browser names the port in Host, and its own page has the same origin.
    const QByteArray host = "127.0.0.1:" + QByteArray::number(trade.gateway.port());
    QVERIFY(trade.till->sendBytes("POST " + Trade::path(payment, "/approve") +
                                  " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                                  "\r\nContent-Length: 0\r\n\r\n"));
    QCOMPARE(trade.till->readReply().status, 200);
    const HttpReply form = trade.till->request(
        "POST", "/v1/payments", {{"Content-Type", "text/plain"}}, R"({"order_id":"o"})");
    QCOMPARE(form.status, 415);
}

void TestGatewayProgram::aKillLosesNothingWithAStateFile()
{
    QTemporaryDir folder;
    const QStringList state{u"--state"_s, folder.filePath(u"gateway.json"_s)};
    Trade trade;
    QVERIFY(trade.receiver.start());
    const quint16 port = trade.receiver.port();
    QVERIFY(trade.start(state + QStringList{u"--retry-max-ms"_s, u"200"_s}));
    trade.receiver.stop();
    const HeaderList key{{"Idempotency-Key", "till-1"}};
    const QString told = trade.pay(1250, {}, key);
    QTRY_COMPARE(trade.listed().size(), 1);
    const QString waiting = trade.pay(1300, {{u"behaviour"_s, u"manual"_s}});
    trade.gateway.killHard();

    QVERIFY(trade.start(state));
    QCOMPARE(trade.state(told), u"approved"_s);
    QCOMPARE(trade.state(waiting), u"processing"_s);
    QCOMPARE(trade.pay(1250, {}, key), told);
    QVERIFY(trade.receiver.start(port));
    QVERIFY(trade.receiver.waitFor(1));
    QCOMPARE(trade.events().at(0).paymentRef, told.toStdString());
    QCOMPARE(trade.act(waiting, "/approve").status, 200);
    QVERIFY(trade.receiver.waitFor(2));
}

void TestGatewayProgram::aBrokenStateFileStopsTheStart()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"gateway.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"payments\":");
    file.close();
    const ProgramResult result =
        runProgram(programPath(u"holdfast-gateway"_s),
                   {u"--listen"_s, u"127.0.0.1:0"_s, u"--state"_s, file.fileName()});
    QCOMPARE(result.exitCode, 2);
    QVERIFY(result.err.contains("gateway.json"));
}

void TestGatewayProgram::withoutReceiverWebhooksAreListedOnly()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({u"--approve-delay-ms"_s, u"0"_s}));
    HttpClient client = gateway.client();
    const HttpReply made =
        client.post("/v1/payments", {{u"order_id"_s, u"any text"_s}, {u"amount_minor"_s, 1}});
    QCOMPARE(made.status, 201);
    QTRY_COMPARE(client.get("/v1/webhooks?state=not_sent").list().size(), 1);
    QCOMPARE(gateway.stop(), 0);
}

QTEST_GUILESS_MAIN(TestGatewayProgram)
#include "test_gateway_program.moc"
