// POST /api/payments/webhook, contract section 6: what a body means, line by line.

#include "server/payments/canonical_body.h"
#include "shared/domain/limits.h"
#include "tests/payments/webhook_fixture.h"

#include <QElapsedTimer>

#include <thread>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const std::string orderText = "018f3b1c-0000-7000-8000-000000000001";

/// The body with an order and `rest` behind it.
std::string bodyWith(const std::string& rest)
{
    return "{\"order_id\":\"" + orderText + "\"" + (rest.empty() ? "" : "," + rest) + "}";
}

CanonicalGateway demoGateway()
{
    return {{}, SignaturePolicy::UnsignedAccepted};
}

Result<PaymentEvent, WebhookFault> read(const PaymentGateway& gateway, const Message& message)
{
    const auto headers = message.views();
    return gateway.read({headers, message.body}, signedAt);
}

QByteArray describe(const CanonicalBody& body)
{
    const std::string_view status = toString(body.status);
    std::string text = "key=" + body.eventKey.value_or("-") + " " + std::string(status) +
                       " amount=" + (body.amountMinor ? std::to_string(*body.amountMinor) : "-") +
                       " " + (body.currency ? std::string(body.currency->code()) : "-") +
                       " ref=" + (body.paymentRef.empty() ? "-" : body.paymentRef) +
                       " at=" + (body.occurredAt ? toString(*body.occurredAt) : "-");
    return QByteArray::fromStdString(text);
}

void addFaultColumns()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<std::string>("field");
}

void addFault(const char* title, const std::string& json, const char* code, const char* field)
{
    QTest::newRow(title) << json << QByteArray(code) << std::string(field);
}

void checkFault()
{
    QFETCH(std::string, json);
    QFETCH(QByteArray, code);
    QFETCH(std::string, field);
    const auto body = readCanonicalBody(json);
    QCOMPARE(outcome(body), code);
    QCOMPARE(body.error().field, field);
    QVERIFY(body.error().detail.size() < 200);
    QCOMPARE(httpStatusOf(body.error().kind), code == "malformed_json" ? 400 : 422);
}

} // namespace

class TestCanonicalWebhook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bodies_data();
    void bodies();
    void formFaults_data();
    void formFaults();
    void fieldFaults_data();
    void fieldFaults();
    void statusWords_data();
    void statusWords();
    void keyComesFrom_data();
    void keyComesFrom();
    void whoMaySend_data();
    void whoMaySend();
    void theEventIsWhole();
    void theSignatureIsLookedAtFirst();
    void hostileBodiesEndQuickly_data();
    void hostileBodiesEndQuickly();
    void everyFaultHasItsAnswer();
    void manyThreadsMayRead();
};

void TestCanonicalWebhook::bodies_data()
{
    QTest::addColumn<std::string>("rest");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* title, const char* rest, const char* expected) {
        QTest::newRow(title) << std::string(rest) << QByteArray(expected);
    };
    row("nothing but the order", "", "key=- paid amount=- - ref=- at=-");
    row("everything",
        R"("event_id":"evt_1","status":"refunded","amount_minor":1250,"currency":"EUR",)"
        R"("payment_ref":"pay_9","occurred_at":"2026-11-22T14:00:00.250Z")",
        "key=evt_1 refunded amount=1250 EUR ref=pay_9 at=2026-11-22T14:00:00.250Z");
    row("event_id before idempotency_key", R"("idempotency_key":"b","event_id":"a")",
        "key=a paid amount=- - ref=- at=-");
    row("idempotency_key alone", R"("idempotency_key":"b")", "key=b paid amount=- - ref=- at=-");
    row("null event_id", R"("event_id":null,"idempotency_key":"b")",
        "key=b paid amount=- - ref=- at=-");
    row("empty event_id", R"("event_id":"","idempotency_key":"b")",
        "key=b paid amount=- - ref=- at=-");
    row("numeric event_id", R"("event_id":1234567890123)",
        "key=1234567890123 paid amount=- - ref=- at=-");
    row("largest number", R"("event_id":18446744073709551615)",
        "key=18446744073709551615 paid amount=- - ref=- at=-");
    row("negative number", R"("event_id":-5)", "key=-5 paid amount=- - ref=- at=-");
    row("key with blanks and signs", R"("event_id":" a/b c=:\"\\\u00e4 ")",
        "key= a/b c=:\"\\\xc3\xa4  paid amount=- - ref=- at=-");
    row("numeric payment_ref", R"("payment_ref":42)", "key=- paid amount=- - ref=42 at=-");
    row("amount zero", R"("amount_minor":0)", "key=- paid amount=0 - ref=- at=-");
    row("amount in text", R"("amount_minor":"1250")", "key=- paid amount=1250 - ref=- at=-");
    row("amount with zero fraction", R"("amount_minor":1250.0)",
        "key=- paid amount=1250 - ref=- at=-");
    row("amount with exponent", R"("amount_minor":12e2)", "key=- paid amount=1200 - ref=- at=-");
    row("largest amount", R"("amount_minor":1000000000000000)",
        "key=- paid amount=1000000000000000 - ref=- at=-");
    row("null amount", R"("amount_minor":null)", "key=- paid amount=- - ref=- at=-");
    row("small currency", R"("currency":"usd")", "key=- paid amount=- USD ref=- at=-");
    row("null currency", R"("currency":null)", "key=- paid amount=- - ref=- at=-");
    row("time with offset", R"("occurred_at":"2026-11-22T15:00:00+01:00")",
        "key=- paid amount=- - ref=- at=2026-11-22T14:00:00.000Z");
    row("time in seconds", R"("occurred_at":1700000000)",
        "key=- paid amount=- - ref=- at=2023-11-14T22:13:20.000Z");
    row("time in milliseconds", R"("occurred_at":1700000000123)",
        "key=- paid amount=- - ref=- at=2023-11-14T22:13:20.123Z");
    row("unknown fields",
        R"("amount":"99.99","data":{"order_id":"x","status":1},"Status":"failed")",
        "key=- paid amount=- - ref=- at=-");
    row("unknown field twice", R"("x":1,"x":2)", "key=- paid amount=- - ref=- at=-");
    row("escaped field name", R"("st\u0061tus":"failed")", "key=- failed amount=- - ref=- at=-");
}

void TestCanonicalWebhook::bodies()
{
    QFETCH(std::string, rest);
    QFETCH(QByteArray, expected);
    // A byte order mark may stand before the text (RFC 8259 section 8.1 lets a reader ignore it).
    QVERIFY(readCanonicalBody("\xef\xbb\xbf" + bodyWith(rest)).has_value());
    const auto body = readCanonicalBody(bodyWith(rest));
    QVERIFY2(body.has_value(), body ? "" : body.error().detail.c_str());
    QCOMPARE(toString(body->order), orderText);
    QCOMPARE(describe(*body), expected);
}

void TestCanonicalWebhook::formFaults_data()
{
    addFaultColumns();
    const auto row = addFault;
    row("empty", "", "malformed_json", "");
    row("blank", "  ", "malformed_json", "");
    row("cut short", bodyWith("").substr(0, 20), "malformed_json", "");
    row("two values", bodyWith("") + "{}", "malformed_json", "");
    row("trailing comma", R"({"order_id":"x",})", "malformed_json", "");
    row("comment", "/**/" + bodyWith(""), "malformed_json", "");
    row("form encoding", "order_id=" + orderText, "malformed_json", "");
    row("bad UTF-8", bodyWith("\"note\":\"\xc3\x28\""), "malformed_json", "");
    row("overlong UTF-8", bodyWith("\"note\":\"\xc0\xaf\""), "malformed_json", "");
    row("half a surrogate", bodyWith(R"("note":"\ud800")"), "malformed_json", "");
    row("number too large", bodyWith(R"("note":1e999)"), "malformed_json", "");
    row("a NUL after the body", bodyWith("") + std::string(1, '\0'), "malformed_json", "");
    row("something behind a NUL", bodyWith("") + std::string(1, '\0') + "{}", "malformed_json", "");
    row("a list", "[" + bodyWith("") + "]", "body_not_object", "");
    row("null", "null", "body_not_object", "");
    row("a string", "\"" + orderText + "\"", "body_not_object", "");
    row("no order", "{}", "field_missing", "order_id");
    row("null order", R"({"order_id":null})", "field_missing", "order_id");
    row("numeric order", R"({"order_id":17})", "field_wrong_type", "order_id");
    row("order in words", R"({"order_id":"seventeen"})", "field_malformed", "order_id");
    row("order in braces", "{\"order_id\":\"{" + orderText + "}\"}", "field_malformed", "order_id");
    row("order without dashes", R"({"order_id":"018f3b1c000070008000000000000001"})",
        "field_malformed", "order_id");
    row("order twice", bodyWith("\"order_id\":\"" + orderText + "\""), "field_repeated",
        "order_id");
    row("status twice", bodyWith(R"("status":"failed","status":"paid")"), "field_repeated",
        "status");
    row("event_id twice", bodyWith(R"("event_id":"a","event_id":"a")"), "field_repeated",
        "event_id");
}

void TestCanonicalWebhook::formFaults()
{
    checkFault();
}

void TestCanonicalWebhook::fieldFaults_data()
{
    addFaultColumns();
    const auto row = addFault;
    row("pending", bodyWith(R"("status":"pending")"), "status_unknown", "status");
    row("empty status", bodyWith(R"("status":"")"), "status_unknown", "status");
    row("status with blank", bodyWith(R"("status":"paid ")"), "status_unknown", "status");
    row("long status", bodyWith("\"status\":\"" + std::string(70000, 'p') + "\""), "status_unknown",
        "status");
    row("null status", bodyWith(R"("status":null)"), "field_wrong_type", "status");
    row("numeric status", bodyWith(R"("status":1)"), "field_wrong_type", "status");
    row("true status", bodyWith(R"("status":true)"), "field_wrong_type", "status");
    row("negative amount", bodyWith(R"("amount_minor":-1)"), "field_out_of_range", "amount_minor");
    row("fraction", bodyWith(R"("amount_minor":12.5)"), "field_malformed", "amount_minor");
    row("decimal text", bodyWith(R"("amount_minor":"12.50")"), "field_malformed", "amount_minor");
    row("signed text", bodyWith(R"("amount_minor":"+12")"), "field_malformed", "amount_minor");
    row("empty text", bodyWith(R"("amount_minor":"")"), "field_malformed", "amount_minor");
    row("amount too large", bodyWith(R"("amount_minor":1000000000000001)"), "field_out_of_range",
        "amount_minor");
    row("past 64 bits", bodyWith(R"("amount_minor":9223372036854775808)"), "field_malformed",
        "amount_minor");
    row("far past 64 bits", bodyWith(R"("amount_minor":1e300)"), "field_malformed", "amount_minor");
    row("amount object", bodyWith(R"("amount_minor":{"value":1})"), "field_wrong_type",
        "amount_minor");
    row("true amount", bodyWith(R"("amount_minor":true)"), "field_wrong_type", "amount_minor");
    row("two-letter currency", bodyWith(R"("currency":"EU")"), "field_malformed", "currency");
    row("currency sign", bodyWith("\"currency\":\"\xe2\x82\xac\""), "field_malformed", "currency");
    row("numeric currency", bodyWith(R"("currency":978)"), "field_wrong_type", "currency");
    row("a date without time", bodyWith(R"("occurred_at":"2026-11-22")"), "field_malformed",
        "occurred_at");
    row("31 April", bodyWith(R"("occurred_at":"2026-04-31T00:00:00Z")"), "field_malformed",
        "occurred_at");
    row("time before 1970", bodyWith(R"("occurred_at":-1)"), "field_out_of_range", "occurred_at");
    row("time past 9999", bodyWith(R"("occurred_at":253402300800000)"), "field_out_of_range",
        "occurred_at");
    row("list of times", bodyWith(R"("occurred_at":[])"), "field_wrong_type", "occurred_at");
    row("event_id too long", bodyWith("\"event_id\":\"" + std::string(256, 'e') + "\""),
        "field_too_long", "event_id");
    row("event_id with NUL", bodyWith(R"("event_id":"a\u0000b")"), "field_malformed", "event_id");
    row("event_id with a byte order mark", bodyWith(R"("event_id":"\uFEFFa")"), "field_malformed",
        "event_id");
    row("true event_id", bodyWith(R"("event_id":true)"), "field_wrong_type", "event_id");
    row("fractional event_id", bodyWith(R"("event_id":1.5)"), "field_wrong_type", "event_id");
    row("payment_ref too long", bodyWith("\"payment_ref\":\"" + std::string(256, 'p') + "\""),
        "field_too_long", "payment_ref");
}

void TestCanonicalWebhook::fieldFaults()
{
    checkFault();
}

void TestCanonicalWebhook::statusWords_data()
{
    QTest::addColumn<QByteArray>("expected");
    for (const char* word : {"paid", "success", "succeeded", "successful", "completed", "PAID",
                             "Succeeded", "sUcCeSs"}) {
        QTest::newRow(word) << QByteArray("paid");
    }
    for (const char* word :
         {"failed", "failure", "declined", "canceled", "cancelled", "FAILED", "Declined"}) {
        QTest::newRow(word) << QByteArray("failed");
    }
    QTest::newRow("refunded") << QByteArray("refunded");
    QTest::newRow("REFUNDED") << QByteArray("refunded");
    for (const char* word : {"refund", "pay", "paids", "processing", "authorized", "unknown", "ok",
                             "0", "partially_refunded", "p\xc3\xa4id"}) {
        QTest::newRow(word) << QByteArray("none");
    }
}

void TestCanonicalWebhook::statusWords()
{
    QFETCH(QByteArray, expected);
    const auto status = understandStatusWord(QTest::currentDataTag());
    QCOMPARE(status ? QByteArray(toString(*status).data()) : QByteArray("none"), expected);
}

void TestCanonicalWebhook::keyComesFrom_data()
{
    QTest::addColumn<std::string>("rest");
    QTest::addColumn<std::string>("keyHeader");
    QTest::addColumn<std::string>("webhookId");
    QTest::addColumn<QByteArray>("expected");
    const std::string none;
    const std::string longest(255, 'k');
    QTest::newRow("body first") << std::string(R"("event_id":"a")") << std::string("b")
                                << std::string("c") << QByteArray("a");
    QTest::newRow("then its other name") << std::string(R"("idempotency_key":"a")")
                                         << std::string("b") << std::string("c") << QByteArray("a");
    QTest::newRow("then Idempotency-Key")
        << none << std::string("b") << std::string("c") << QByteArray("b");
    QTest::newRow("then webhook-id") << none << none << std::string("c") << QByteArray("c");
    QTest::newRow("nowhere") << none << none << none << QByteArray("field_missing");
    QTest::newRow("blank inside") << none << std::string("a b") << none << QByteArray("a b");
    QTest::newRow("longest") << none << longest << none << QByteArray::fromStdString(longest);
    QTest::newRow("too long") << none << longest + "k" << none << QByteArray("malformed_header");
    QTest::newRow("not ASCII") << none << std::string("\xc3\xa4") << none
                               << QByteArray("malformed_header");
    QTest::newRow("control") << none << std::string("a\tb") << none
                             << QByteArray("malformed_header");
    QTest::newRow("bad header not needed")
        << std::string(R"("event_id":"a")") << longest + "k" << none << QByteArray("a");
    QTest::newRow("too long in the body") << "\"event_id\":\"" + longest + "k\"" << std::string("b")
                                          << std::string("c") << QByteArray("field_too_long");
}

void TestCanonicalWebhook::keyComesFrom()
{
    QFETCH(std::string, rest);
    QFETCH(std::string, keyHeader);
    QFETCH(std::string, webhookId);
    QFETCH(QByteArray, expected);
    Message message{{}, bodyWith(rest)};
    message.set("Idempotency-Key", keyHeader).set("Webhook-Id", webhookId);
    const auto event = read(demoGateway(), message);
    QCOMPARE(event ? QByteArray::fromStdString(event->key) : outcome(event), expected);

    if (!keyHeader.empty() && rest.empty()) {
        message.add("idempotency-key", keyHeader);
        QCOMPARE(outcome(read(demoGateway(), message)), QByteArray("malformed_header"));
    }
}

void TestCanonicalWebhook::whoMaySend_data()
{
    QTest::addColumn<bool>("demo");
    QTest::addColumn<bool>("configured");
    QTest::addColumn<QByteArray>("sent"); // "none", "good", "bad"
    QTest::addColumn<QByteArray>("expected");
    const QByteArray none("none");
    const QByteArray good("good");
    const QByteArray bad("bad");
    QTest::newRow("unsigned") << false << true << none << QByteArray("signature_missing");
    QTest::newRow("signed") << false << true << good << QByteArray("ok");
    QTest::newRow("wrongly signed") << false << true << bad << QByteArray("signature_mismatch");
    QTest::newRow("no secret") << false << false << good
                               << QByteArray("webhook_secret_not_configured");
    QTest::newRow("demo: unsigned") << true << true << none << QByteArray("ok");
    QTest::newRow("demo: signed") << true << true << good << QByteArray("ok");
    QTest::newRow("demo: wrongly signed")
        << true << true << bad << QByteArray("signature_mismatch");
    QTest::newRow("demo: no secret to check with") << true << false << bad << QByteArray("ok");
}

void TestCanonicalWebhook::whoMaySend()
{
    QFETCH(bool, demo);
    QFETCH(bool, configured);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, expected);
    const std::string body = bodyWith(R"("event_id":"e")");
    Message message{{}, body};
    if (sent != "none") {
        message = signedMessage(body, sent == "good" ? secretA : secretB);
    }
    std::vector<WebhookSecret> secrets;
    if (configured) {
        secrets.push_back(secret(secretA));
    }
    const CanonicalGateway gateway(secrets, demo ? SignaturePolicy::UnsignedAccepted
                                                 : SignaturePolicy::Required);
    QCOMPARE(outcome(read(gateway, message)), expected);
}

void TestCanonicalWebhook::theEventIsWhole()
{
    const std::string body = bodyWith(R"("status":"declined", "amount_minor":500,"currency":"jpy",)"
                                      R"("payment_ref":"p1","more":{"kept":[1,2,3]})");
    const CanonicalGateway gateway({secret(secretB), secret(secretA)}, SignaturePolicy::Required);
    const auto event = read(gateway, signedMessage(body, secretA, "msg_77"));
    QVERIFY2(event.has_value(), event ? "" : event.error().detail.c_str());
    QCOMPARE(event->gateway, std::string("standard"));
    QCOMPARE(event->key, std::string("msg_77"));
    QCOMPARE(toString(event->order), orderText);
    QVERIFY(event->status == PaymentEventStatus::Failed);
    QVERIFY(event->amountMinor == Minor{500});
    QVERIFY(event->currency == Currency::parse("JPY"));
    QCOMPARE(event->paymentRef, std::string("p1"));
    QVERIFY(!event->occurredAt);
    QCOMPARE(event->raw, body);
}

void TestCanonicalWebhook::theSignatureIsLookedAtFirst()
{
    const CanonicalGateway gateway({secret(secretA)}, SignaturePolicy::Required);
    for (const char* body : {"", "not json", "{}", "[]"}) {
        const auto refused = read(gateway, Message{{}, body});
        QCOMPARE(httpStatusOf(refused.error().kind), 401);
    }
    QCOMPARE(outcome(read(gateway, signedMessage("not json"))), QByteArray("malformed_json"));
    const std::string huge(limits::requestBodyBytesMax + 1, ' ');
    QCOMPARE(outcome(read(gateway, Message{{}, huge})), QByteArray("body_too_large"));
    QCOMPARE(outcome(read(demoGateway(), Message{{}, huge})), QByteArray("body_too_large"));
}

void TestCanonicalWebhook::hostileBodiesEndQuickly_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QByteArray>("expected");
    constexpr std::size_t mib = limits::requestBodyBytesMax;
    QTest::newRow("deep lists, open") << std::string(mib, '[') << QByteArray("malformed_json");
    QTest::newRow("deep lists, closed")
        << std::string(mib / 2, '[') + std::string(mib / 2, ']') << QByteArray("body_not_object");
    std::string objects;
    for (std::size_t i = 0; i < mib / 6; ++i) {
        objects += "{\"a\":";
    }
    QTest::newRow("deep objects, open") << objects << QByteArray("malformed_json");
    std::string nested = "\"x\":";
    nested += std::string(mib / 3, '[') + std::string(mib / 3, ']');
    QTest::newRow("deep unknown field") << bodyWith(nested) << QByteArray("ok");
    std::string wide;
    while (wide.size() < mib - 200) {
        wide += wide.empty() ? "\"x\":1" : ",\"x\":1";
    }
    QTest::newRow("many unknown fields") << bodyWith(wide) << QByteArray("ok");
    QTest::newRow("long number") << bodyWith("\"x\":" + std::string(mib / 2, '9'))
                                 << QByteArray("malformed_json");
    QTest::newRow("long text") << bodyWith("\"x\":\"" + std::string(mib - 200, 'x') + "\"")
                               << QByteArray("ok");
}

void TestCanonicalWebhook::hostileBodiesEndQuickly()
{
    QFETCH(std::string, json);
    QFETCH(QByteArray, expected);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(outcome(readCanonicalBody(json)), expected);
    QVERIFY2(timer.elapsed() < 5'000, "a body of 1 MiB must not keep a thread busy");
}

void TestCanonicalWebhook::everyFaultHasItsAnswer()
{
    for (int kind = 0; kind <= static_cast<int>(WebhookFaultKind::StatusUnknown); ++kind) {
        const auto fault = static_cast<WebhookFaultKind>(kind);
        QVERIFY(!nameOf(fault).empty());
        const int status = httpStatusOf(fault);
        QCOMPARE(codeOf(fault) == "bad_signature", status == 401);
        QCOMPARE(codeOf(fault) == "validation_failed", status == 422);
        QVERIFY(status == 400 || status == 401 || status == 413 || status == 422);
    }
}

void TestCanonicalWebhook::manyThreadsMayRead()
{
    const CanonicalGateway gateway({secret(secretA), secret(secretB)}, SignaturePolicy::Required);
    std::vector<int> good(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t index = 0; index < good.size(); ++index) {
        threads.emplace_back([&gateway, &good, index] {
            for (int i = 0; i < 200; ++i) {
                const std::string key = std::to_string(index) + "-" + std::to_string(i);
                const auto event =
                    read(gateway, signedMessage(bodyWith(""), i % 2 == 0 ? secretA : secretB, key));
                good[index] += event && event->key == key ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(good, std::vector<int>(4, 200));
}

QTEST_GUILESS_MAIN(TestCanonicalWebhook)
#include "test_canonical_webhook.moc"
