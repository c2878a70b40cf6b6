// Standard Webhooks 1.0.0, symmetric scheme. The signatures in vectors_data() were not made by our
// code: the first is the published example of the scheme's reference libraries, the others come
// from Python's hmac module.

#include "server/payments/base64.h"
#include "tests/payments/webhook_fixture.h"

#include <rapidcheck.h>

using namespace holdfast;
using namespace holdfast::test;

class TestStandardWebhooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vectors_data();
    void vectors();
    void secretsAreJudgedAtStart_data();
    void secretsAreJudgedAtStart();
    void aListOfSecretsNamesTheWrongOne();
    void clockEdges_data();
    void clockEdges();
    void headersOfEveryShape_data();
    void headersOfEveryShape();
    void repeatedHeadersAreRefused();
    void headerNamesAreCaseInsensitive();
    void anyOfSeveralSecretsAndSignaturesMayFit();
    void everyByteCounts();
    void sizesAreCheckedBeforeTheSignature();
    void whatIsSignedVerifies();
    void aFlippedBitNeverVerifies();
    void base64GoesThereAndBack();
};

void TestStandardWebhooks::vectors_data()
{
    QTest::addColumn<std::string>("key");
    QTest::addColumn<std::string>("id");
    QTest::addColumn<std::string>("timestamp");
    QTest::addColumn<std::string>("body");
    QTest::addColumn<std::string>("signature");

    std::string allBytes;
    for (int byte = 0; byte < 256; ++byte) {
        allBytes += static_cast<char>(byte);
    }
    QTest::newRow("published example")
        << std::string("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        << std::string("msg_p5jXN8AQM9LWM0D4loKWxJek") << std::string("1614265330")
        << std::string(R"({"test": 2432232314})")
        << std::string("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    QTest::newRow("order") << secretA << std::string("msg_1") << std::string("1700000000")
                           << std::string(R"({"order_id":"018f3b1c-0000-7000-8000-000000000001"})")
                           << std::string("v1,vgyesIdQjI15+X8eQ3tGS+Dl6bO+B3GChQTF8EbZ6aU=");
    QTest::newRow("empty body") << secretA << std::string("msg_1") << std::string("1700000000")
                                << std::string()
                                << std::string("v1,78zEc1y14s8xf3hx/H8hDa/JutXEvd4gosuc1/gRqhg=");
    QTest::newRow("dots and UTF-8")
        << secretB << std::string("evt.with.dots") << std::string("1700000000")
        << std::string("{\"note\":\"K\xc3\xa4se 10 \xe2\x82\xac\"}")
        << std::string("v1,UBsR71KH6VHJQQAugLPqJRdi9hc48ygukUnhmlf13pA=");
    QTest::newRow("every byte value")
        << secretB << std::string("a") << std::string("0") << allBytes
        << std::string("v1,XdvGC9qsFdChSCD2Kv4K5t3DmIVcX0mIK+Y+8LLXQgc=");
}

void TestStandardWebhooks::vectors()
{
    QFETCH(std::string, key);
    QFETCH(std::string, id);
    QFETCH(std::string, timestamp);
    QFETCH(std::string, body);
    QFETCH(std::string, signature);
    QCOMPARE(signStandardWebhook(secret(key), id, timestamp, body), signature);

    Message message{{}, body};
    message.set("webhook-id", id)
        .set("webhook-timestamp", timestamp)
        .set("webhook-signature", signature);
    const Instant then{std::stoll(timestamp) * 1000};
    QCOMPARE(outcome(verify(message, {secret(key)}, then)), QByteArray("ok"));
}

void TestStandardWebhooks::secretsAreJudgedAtStart_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("keyBytes"); // -1: refused

    QTest::newRow("prefixed") << secretA << 29;
    QTest::newRow("without prefix") << secretA.substr(6) << 29;
    QTest::newRow("without padding") << std::string("whsec_dGVzdA") << 4;
    QTest::newRow("with padding") << std::string("whsec_dGVzdA==") << 4;
    QTest::newRow("longest") << "whsec_" + encodeBase64(std::string(512, 'k')) << 512;
    QTest::newRow("too long") << "whsec_" + encodeBase64(std::string(513, 'k')) << -1;
    QTest::newRow("empty") << std::string() << -1;
    QTest::newRow("prefix alone") << std::string("whsec_") << -1;
    QTest::newRow("a password") << std::string("correct horse") << -1;
    QTest::newRow("bits left over") << std::string("whsec_dGVzdB==") << -1;
    QTest::newRow("padding in the middle") << std::string("whsec_dG==dA==") << -1;
    QTest::newRow("too much padding") << std::string("whsec_dGVz====") << -1;
    QTest::newRow("one digit over") << std::string("whsec_dGVzd") << -1;
    QTest::newRow("URL alphabet") << std::string("whsec_-_-_") << -1;
    QTest::newRow("line break") << std::string("whsec_dGVz\n") << -1;
}

void TestStandardWebhooks::secretsAreJudgedAtStart()
{
    QFETCH(std::string, text);
    QFETCH(int, keyBytes);
    const auto parsed = WebhookSecret::parse(text);
    QCOMPARE(parsed.has_value(), keyBytes >= 0);
    if (parsed) {
        QCOMPARE(static_cast<int>(parsed->key().size()), keyBytes);
        QCOMPARE(parsed->isShort(), keyBytes < 24);
    } else {
        QVERIFY(!parsed.error().empty());
        QVERIFY2(text.size() < 7 || parsed.error().find(text.substr(6)) == std::string::npos,
                 "the message must not repeat the secret");
    }
}

void TestStandardWebhooks::aListOfSecretsNamesTheWrongOne()
{
    const std::vector<std::string> good{secretA, secretB};
    const auto both = parseWebhookSecrets(good);
    QVERIFY(both.has_value());
    QCOMPARE(both->size(), std::size_t(2));

    const std::vector<std::string> bad{secretA, "whsec_*", secretB};
    const auto refused = parseWebhookSecrets(bad);
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error(), std::string("webhook secret 2 is not base 64 after its \"whsec_\""));

    QVERIFY(!parseWebhookSecrets(std::vector<std::string>(17, secretA)).has_value());
    QVERIFY(parseWebhookSecrets({}).has_value());
}

void TestStandardWebhooks::clockEdges_data()
{
    QTest::addColumn<qint64>("nowOffsetMs");
    QTest::addColumn<QByteArray>("expected");

    QTest::newRow("same moment") << qint64(0) << QByteArray("ok");
    QTest::newRow("300 s later") << qint64(300'000) << QByteArray("ok");
    QTest::newRow("300.001 s later") << qint64(300'001) << QByteArray("timestamp_too_old");
    QTest::newRow("300 s before") << qint64(-300'000) << QByteArray("ok");
    QTest::newRow("300.001 s before") << qint64(-300'001) << QByteArray("timestamp_too_new");
    QTest::newRow("a day later") << qint64(86'400'000) << QByteArray("timestamp_too_old");
}

void TestStandardWebhooks::clockEdges()
{
    QFETCH(qint64, nowOffsetMs);
    QFETCH(QByteArray, expected);
    const Message message = signedMessage("{}");
    const Instant now{signedAt.ms + nowOffsetMs};
    QCOMPARE(outcome(verify(message, {secret(secretA)}, now)), expected);
}

void TestStandardWebhooks::headersOfEveryShape_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("value");
    QTest::addColumn<QByteArray>("expected");

    const std::string good = signStandardWebhook(secret(secretA), "msg_1", "1700000000", "{}");
    const QByteArray missing("signature_missing");
    const QByteArray malformed("signature_malformed");
    const QByteArray mismatch("signature_mismatch");
    const auto row = [](const char* title, const char* name, const std::string& value,
                        const QByteArray& expected) {
        QTest::newRow(title) << std::string(name) << value << expected;
    };
    row("empty id", "webhook-id", "", missing);
    row("long id", "webhook-id", std::string(256, 'i'), malformed);
    row("longest id, wrong", "webhook-id", std::string(255, 'i'), mismatch);
    row("other id", "webhook-id", "msg_2", mismatch);
    row("empty time", "webhook-timestamp", "", missing);
    row("signed time", "webhook-timestamp", "+1700000000", malformed);
    row("negative time", "webhook-timestamp", "-1700000000", malformed);
    row("fractional time", "webhook-timestamp", "1700000000.0", malformed);
    row("time in words", "webhook-timestamp", "now", malformed);
    row("time with space", "webhook-timestamp", "1700000000 ", malformed);
    row("thirteen digits", "webhook-timestamp", "1700000000000", malformed);
    row("leading zero", "webhook-timestamp", "01700000000", mismatch);
    row("time moved by 1 s", "webhook-timestamp", "1700000001", mismatch);
    row("empty signature", "webhook-signature", "", missing);
    row("blanks only", "webhook-signature", "   ", mismatch);
    row("no version", "webhook-signature", good.substr(3), mismatch);
    row("other version", "webhook-signature", "v1a," + good.substr(3), mismatch);
    row("capital version", "webhook-signature", "V1," + good.substr(3), mismatch);
    row("no padding", "webhook-signature", good.substr(0, good.size() - 1), mismatch);
    row("one digit more", "webhook-signature", good + "A", mismatch);
    row("version alone", "webhook-signature", "v1,", mismatch);
    row("oversized", "webhook-signature", good + std::string(4096, ' '), malformed);
    row("after another version", "webhook-signature", "v2,abc " + good, QByteArray("ok"));
    row("after a wrong one", "webhook-signature", "v1,AAAA " + good, QByteArray("ok"));
    row("before a wrong one", "webhook-signature", good + "  v1,AAAA", QByteArray("ok"));
    std::string many;
    for (int i = 0; i < 31; ++i) {
        many += "v1,AAAA ";
    }
    row("the 32nd", "webhook-signature", many + good, QByteArray("ok"));
    row("the 33rd", "webhook-signature", many + "v1,AAAA " + good, malformed);
}

void TestStandardWebhooks::headersOfEveryShape()
{
    QFETCH(std::string, name);
    QFETCH(std::string, value);
    QFETCH(QByteArray, expected);
    Message message = signedMessage("{}");
    message.set(name, value);
    const auto result = verify(message, {secret(secretA)});
    QCOMPARE(outcome(result), expected);
    if (!result) {
        QCOMPARE(httpStatusOf(result.error().kind), 401);
    }
}

void TestStandardWebhooks::repeatedHeadersAreRefused()
{
    for (const char* name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
        Message message = signedMessage("{}");
        for (const auto& header : signedMessage("{}").headers) {
            if (header.first == name) {
                message.add("Webhook" + header.first.substr(7), header.second);
            }
        }
        QCOMPARE(outcome(verify(message, {secret(secretA)})), QByteArray("signature_malformed"));
    }
    for (const char* name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
        Message message = signedMessage("{}");
        std::erase_if(message.headers, [&](const auto& header) { return header.first == name; });
        const auto result = verify(message, {secret(secretA)});
        QCOMPARE(outcome(result), QByteArray("signature_missing"));
        QCOMPARE(result.error().field, std::string(name));
    }
}

void TestStandardWebhooks::headerNamesAreCaseInsensitive()
{
    Message message = signedMessage("{}");
    message.headers[0].first = "Webhook-Id";
    message.headers[1].first = "WEBHOOK-TIMESTAMP";
    message.headers[2].first = "wEbHoOk-sIgNaTuRe";
    QCOMPARE(outcome(verify(message, {secret(secretA)})), QByteArray("ok"));
}

void TestStandardWebhooks::anyOfSeveralSecretsAndSignaturesMayFit()
{
    const Message message = signedMessage("{}", secretB);
    const auto a = secret(secretA);
    const auto b = secret(secretB);
    QCOMPARE(outcome(verify(message, {a, b})), QByteArray("ok"));
    QCOMPARE(outcome(verify(message, {b, a})), QByteArray("ok"));
    QCOMPARE(outcome(verify(message, {a})), QByteArray("signature_mismatch"));
    QCOMPARE(outcome(verify(message, {})), QByteArray("webhook_secret_not_configured"));

    // A gateway in the middle of a rotation signs with the old and the new secret.
    Message rotating = signedMessage("{}", secretA);
    rotating.set("webhook-signature", rotating.headers[2].second + " " + message.headers[2].second);
    QCOMPARE(outcome(verify(rotating, {a})), QByteArray("ok"));
    QCOMPARE(outcome(verify(rotating, {b})), QByteArray("ok"));
}

void TestStandardWebhooks::everyByteCounts()
{
    const Message good = signedMessage(R"({"order_id":"018f3b1c-0000-7000-8000-000000000001"})");
    const std::vector<WebhookSecret> secrets{secret(secretA), secret(secretB)};
    QCOMPARE(outcome(verify(good, secrets)), QByteArray("ok"));
    for (std::size_t at = 0; at < good.body.size(); ++at) {
        Message bent = good;
        bent.body[at] = static_cast<char>(bent.body[at] ^ 1);
        QVERIFY2(!verify(bent, secrets), qPrintable(QStringLiteral("body byte %1").arg(at)));
    }
    for (std::size_t header = 0; header < good.headers.size(); ++header) {
        for (std::size_t at = 0; at < good.headers[header].second.size(); ++at) {
            Message bent = good;
            char& byte = bent.headers[header].second[at];
            byte = static_cast<char>(byte ^ 1);
            QVERIFY2(!verify(bent, secrets),
                     qPrintable(QStringLiteral("header %1 byte %2").arg(header).arg(at)));
        }
    }
    Message longer = good;
    longer.body += ' ';
    QVERIFY(!verify(longer, secrets));
    Message shorter = good;
    shorter.body.pop_back();
    QVERIFY(!verify(shorter, secrets));
}

void TestStandardWebhooks::sizesAreCheckedBeforeTheSignature()
{
    const std::string largest(limits::requestBodyBytesMax, 'x');
    QCOMPARE(outcome(verify(signedMessage(largest), {secret(secretA)})), QByteArray("ok"));
    const auto over = verify(signedMessage(largest + 'x'), {secret(secretA)});
    QCOMPARE(outcome(over), QByteArray("body_too_large"));
    QCOMPARE(httpStatusOf(over.error().kind), 413);
    Message unsignedBody;
    unsignedBody.body = largest + 'x';
    QCOMPARE(outcome(verify(unsignedBody, {})), QByteArray("body_too_large"));
}

void TestStandardWebhooks::whatIsSignedVerifies()
{
    const bool holds = rc::check(
        "sign, then verify", [](const std::string& key, const std::string& body, unsigned seconds) {
            RC_PRE(!key.empty());
            const auto own = secret("whsec_" + encodeBase64(key));
            const std::string timestamp = std::to_string(seconds);
            Message message{{}, body};
            message.set("webhook-id", "msg_7")
                .set("webhook-timestamp", timestamp)
                .set("webhook-signature", signStandardWebhook(own, "msg_7", timestamp, body));
            const Instant now{std::int64_t{seconds} * 1000 + *rc::gen::inRange(-300'000, 300'001)};
            RC_ASSERT(verify(message, {own}, now).has_value());
            RC_ASSERT(!verify(message, {secret(secretA)}, now).has_value());
        });
    QVERIFY(holds);
}

void TestStandardWebhooks::aFlippedBitNeverVerifies()
{
    const bool holds = rc::check("one bit", [](const std::string& body) {
        Message message = signedMessage(body);
        std::vector<std::string*> parts{&message.headers[0].second, &message.headers[1].second,
                                        &message.headers[2].second};
        if (!body.empty()) {
            parts.push_back(&message.body);
        }
        std::string& part = *parts[*rc::gen::inRange(std::size_t{0}, parts.size())];
        const std::size_t bit = *rc::gen::inRange(std::size_t{0}, part.size() * 8);
        part[bit / 8] = static_cast<char>(part[bit / 8] ^ (1 << (bit % 8)));
        RC_ASSERT(!verify(message, {secret(secretA)}).has_value());
    });
    QVERIFY(holds);
}

void TestStandardWebhooks::base64GoesThereAndBack()
{
    const bool holds = rc::check("encode, then decode", [](const std::string& bytes) {
        RC_ASSERT(decodeBase64(encodeBase64(bytes)) == bytes);
    });
    QVERIFY(holds);
    QCOMPARE(encodeBase64("foobar"), std::string("Zm9vYmFy"));
    QCOMPARE(encodeBase64("fooba"), std::string("Zm9vYmE="));
    QCOMPARE(encodeBase64("foob"), std::string("Zm9vYg=="));
    QCOMPARE(encodeBase64(""), std::string());
}

QTEST_GUILESS_MAIN(TestStandardWebhooks)
#include "test_standard_webhooks.moc"
