#include "shared/domain/limits.h"
#include "shared/protocol/encode.h"
#include "shared/protocol/json.h"
#include "shared/protocol/problem.h"

#include <QTest>

using namespace holdfast;

namespace {

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

std::string_view viewOf(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

std::string canonical(const QByteArray& text)
{
    const auto document = parseJson(viewOf(text));
    return document ? canonicalJson(*document) : "refused";
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void takes_data();
    void takes();
    void nestingEndsAtTheLimit();
    void wholeNumbersStayWhole();
    void oneFormForOneContent();
    void writtenTextComesBack();
    void nullAndAbsentAreTheSame();
    void problemsAreWhatTheRfcAsksFor();
    void aHoldPastItsDeadlineReadsAsExpired();
};

void TestJson::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("white space") << QByteArray("  \n");
    QTest::newRow("two values") << QByteArray("{}{}");
    QTest::newRow("open object") << QByteArray(R"({"a":1)");
    QTest::newRow("comma at the end") << QByteArray(R"({"a":1,})");
    QTest::newRow("comment") << QByteArray("{/* no */}");
    QTest::newRow("single quotes") << QByteArray("{'a':1}");
    QTest::newRow("NaN") << QByteArray("NaN");
    QTest::newRow("leading zero") << QByteArray("01");
    QTest::newRow("number too large for a double") << QByteArray("1e999");
    QTest::newRow("raw newline in text") << QByteArray("\"a\nb\"");
    QTest::newRow("lone surrogate") << QByteArray(R"("\ud800")");
    QTest::newRow("not UTF-8") << QByteArray("\"\xff\"");
    QTest::newRow("overlong UTF-8") << QByteArray("\"\xc0\xaf\"");
    QTest::newRow("surrogate in UTF-8") << QByteArray("\"\xed\xa0\x80\"");
    QTest::newRow("cut UTF-8") << QByteArray("\"\xe2\x82\"");
    QTest::newRow("NUL behind it") << QByteArray("{}\0{}", 5);
    QTest::newRow("NUL inside") << QByteArray("{\"a\":\0 1}", 9);
    QTest::newRow("a name twice") << QByteArray(R"({"qty":1,"qty":2})");
    QTest::newRow("a name twice, same value") << QByteArray(R"({"a":1,"b":2,"a":1})");
    QTest::newRow("a name twice, once escaped") << QByteArray(R"({"a":1,"\u0061":1})");
    QTest::newRow("a name twice, inside") << QByteArray(R"({"l":[{"p":{"a":1,"a":1}}]})");
}

void TestJson::refuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseJson(viewOf(text)).has_value());
}

void TestJson::takes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("object") << QByteArray("{}");
    QTest::newRow("white space around") << QByteArray(" \r\n\t{ } \n");
    QTest::newRow("same name in two objects") << QByteArray(R"([{"a":1},{"a":2}])");
    QTest::newRow("same name at two depths") << QByteArray(R"({"a":{"a":1}})");
    QTest::newRow("four bytes") << QByteArray("\"\xf0\x9f\x8d\x8e\"");
    QTest::newRow("escaped NUL") << QByteArray(R"("\u0000")");
    QTest::newRow("brackets in text") << '"' + QByteArray(1'000, '[') + '"';
    QTest::newRow("quote in text") << QByteArray(R"("\"[[[\\")");
}

void TestJson::takes()
{
    QFETCH(QByteArray, text);
    QVERIFY(parseJson(viewOf(text)).has_value());
}

void TestJson::nestingEndsAtTheLimit()
{
    QVERIFY(parseJson(viewOf(nested(limits::jsonDepthMax))).has_value());
    QVERIFY(!parseJson(viewOf(nested(limits::jsonDepthMax + 1))).has_value());
    QVERIFY(!parseJson(viewOf(nested(500'000))).has_value());
    // What a text only names is no nesting.
    const QByteArray wide = '[' + QByteArray("[],").repeated(1'000) + "[]]";
    QVERIFY(parseJson(viewOf(wide)).has_value());
}

void TestJson::wholeNumbersStayWhole()
{
    const auto document = parseJson("[9223372036854775807,-9223372036854775808,"
                                    "9223372036854775808,1.0,1e2,0]");
    QVERIFY(document.has_value());
    const auto& numbers = *document;
    QCOMPARE(numbers[0].GetInt64(), INT64_MAX);
    QCOMPARE(numbers[1].GetInt64(), INT64_MIN);
    QVERIFY(!numbers[2].IsInt64() && numbers[2].IsUint64());
    QVERIFY(!numbers[3].IsInt64());
    QVERIFY(!numbers[4].IsInt64());
    QVERIFY(numbers[5].IsInt64());
    QCOMPARE(canonical("9007199254740993"), std::string("9007199254740993")); // 2^53 + 1
}

void TestJson::oneFormForOneContent()
{
    const std::string form = canonical(R"({"b":[1,{"d":null,"c":"x"}],"a":true})");
    QCOMPARE(form, std::string(R"({"a":true,"b":[1,{"c":"x","d":null}]})"));
    QCOMPARE(canonical(" {\n\"a\" : true, \"b\":[1, {\"c\":\"\\u0078\",\"d\":null}] }"), form);
    QVERIFY(canonical(R"({"a":true,"b":[{"c":"x","d":null},1]})") != form);
    QVERIFY(canonical(R"({"a":"true","b":[1,{"c":"x","d":null}]})") != form);
}

void TestJson::writtenTextComesBack()
{
    std::string text = "\xe2\x82\xac \"\\/\b\f\n\r\t</script>\xf0\x9f\x8d\x8e\x7f";
    text += std::string("\0\x1f", 2);
    JsonWriter json;
    json.beginObject().field("t", text).field("n", INT64_MIN).field("none", "").endObject();
    const auto document = parseJson(json.text());
    QVERIFY(document.has_value());
    QCOMPARE(std::string(textOf(*memberOf(*document, "t"))), text);
    QCOMPARE(memberOf(*document, "n")->GetInt64(), INT64_MIN);
    QCOMPARE(textOf(*memberOf(*document, "none")).size(), 0U);
}

void TestJson::nullAndAbsentAreTheSame()
{
    const auto document = parseJson(R"({"a":null,"b":0})");
    QVERIFY(document.has_value());
    QVERIFY(memberOf(*document, "a") == nullptr);
    QVERIFY(memberOf(*document, "c") == nullptr);
    QVERIFY(memberOf(*document, "b") != nullptr);
}

void TestJson::problemsAreWhatTheRfcAsksFor()
{
    const auto problem = parseJson(problemBody(RequestProblem::ValidationFailed, "De\"tail", "r-1",
                                               {{"qty", {"must be 1", "is odd"}}}));
    QVERIFY(problem.has_value());
    for (const char* name : {"type", "title", "detail", "code", "message", "request_id"}) {
        QVERIFY2(memberOf(*problem, name) != nullptr && memberOf(*problem, name)->IsString(), name);
    }
    QCOMPARE(memberOf(*problem, "status")->GetInt(), 422);
    QCOMPARE(std::string(textOf(*memberOf(*problem, "message"))), std::string("De\"tail"));
    QCOMPARE(memberOf(*memberOf(*problem, "errors"), "qty")->Size(), 2U);

    const Refused sold{.code = RefusalCode::InsufficientStock,
                       .shortLines = {{ProductId{7}, 5, 2}},
                       .singleForm = true};
    const auto refusal = parseJson(problemBody(sold, "r-2"));
    QVERIFY(refusal.has_value());
    QCOMPARE(memberOf(*refusal, "status")->GetInt(), 409);
    QCOMPARE(memberOf(*refusal, "available_stock")->GetInt(), 2);
    QVERIFY(memberOf(*refusal, "lines") == nullptr);
}

void TestJson::aHoldPastItsDeadlineReadsAsExpired()
{
    Hold hold{.lines = {{ProductId{1}, 2}}, .expiresAt = Instant{1'000}};
    const auto stateAt = [&hold](std::int64_t ms) {
        JsonWriter json;
        writeHold(json, hold, Instant{ms});
        const auto document = parseJson(json.text());
        return std::string(textOf(*memberOf(*document, "state")));
    };
    QCOMPARE(stateAt(999), std::string("active"));
    QCOMPARE(stateAt(1'000), std::string("expired"));
    hold.state = HoldState::Consumed;
    QCOMPARE(stateAt(2'000), std::string("consumed"));
}

QTEST_GUILESS_MAIN(TestJson)
#include "test_json.moc"
