#include "shared/domain/limits.h"
#include "shared/protocol/decode.h"

#include <QTest>

using namespace holdfast;

namespace {

std::string textOfSize(std::size_t count, const std::string& character)
{
    std::string text;
    for (std::size_t at = 0; at < count; ++at) {
        text += character;
    }
    return text;
}

/// "" when the body is taken, "malformed", or the names of the fields that are wrong.
template <class T>
QString faultOf(const Decoded<T>& decoded)
{
    if (decoded) {
        return {};
    }
    if (decoded.error().problem == RequestProblem::MalformedJson) {
        return QStringLiteral("malformed");
    }
    QStringList fields;
    for (const auto& [field, messages] : decoded.error().errors) {
        fields.append(QString::fromStdString(field));
    }
    return fields.join(QLatin1Char(' '));
}

QString faultOfBody(const QString& kind, const std::string& body)
{
    if (kind == QLatin1String("hold")) {
        return faultOf(decodePlaceHold(body));
    }
    if (kind == QLatin1String("extend")) {
        return faultOf(decodeExtendHold(body));
    }
    if (kind == QLatin1String("change")) {
        return faultOf(decodeChangeHold(body));
    }
    if (kind == QLatin1String("order")) {
        return faultOf(decodePlaceOrder(body));
    }
    if (kind == QLatin1String("pay")) {
        return faultOf(decodeTakePayment(body));
    }
    if (kind == QLatin1String("refund")) {
        return faultOf(decodeRefundOrder(body));
    }
    if (kind == QLatin1String("move")) {
        return faultOf(decodeMoveStock(body));
    }
    if (kind == QLatin1String("create")) {
        return faultOf(decodeCreateProduct(body));
    }
    if (kind == QLatin1String("patch")) {
        return faultOf(decodeChangeProduct(body));
    }
    return kind == QLatin1String("token") ? faultOf(decodeNewToken(body)) : QStringLiteral("?");
}

struct Row
{
    const char* kind;
    const char* body;
    const char* faults;
};

constexpr auto uuid = "0192f1c7-89ab-7def-8123-456789abcdef";

constexpr Row rows[] = {
    {"hold", "", "malformed"},
    {"hold", "[]", "body"},
    {"hold", "7", "body"},
    {"hold", "{}", "product_id qty"},
    {"hold", R"({"product_id":1,"qty":1,"qty":1000})", "malformed"},
    {"hold", R"({"product_id":1,"qty":1})", ""},
    {"hold", R"({"product_id":1,"qty":1000000})", ""},
    {"hold", R"({"product_id":1,"qty":1000001})", "qty"},
    {"hold", R"({"product_id":1,"qty":0})", "qty"},
    {"hold", R"({"product_id":1,"qty":-1})", "qty"},
    {"hold", R"({"product_id":1,"qty":1.0})", "qty"},
    {"hold", R"({"product_id":1,"qty":1e2})", "qty"},
    {"hold", R"({"product_id":1,"qty":"1"})", "qty"},
    {"hold", R"({"product_id":1,"qty":true})", "qty"},
    {"hold", R"({"product_id":1,"qty":null})", "qty"},
    {"hold", R"({"product_id":1,"qty":18446744073709551615})", "qty"},
    {"hold", R"({"product_id":9223372036854775807,"qty":1})", ""},
    {"hold", R"({"product_id":9223372036854775808,"qty":1})", "product_id"},
    {"hold", R"({"product_id":0,"qty":1})", "product_id"},
    {"hold", R"({"lines":[]})", "lines"},
    {"hold", R"({"lines":{}})", "lines"},
    {"hold", R"({"lines":[7]})", "lines.0"},
    {"hold", R"({"lines":[{"product_id":1,"qty":1},{"product_id":2}]})", "lines.1.qty"},
    {"hold", R"({"product_id":1,"qty":1,"ttl_seconds":0,"id":"x"})", "id ttl_seconds"},
    {"hold", R"({"product_id":1,"qty":1,"ttl_seconds":86400})", ""},
    {"hold", R"({"product_id":1,"qty":1,"ttl_seconds":86401})", "ttl_seconds"},
    {"hold", R"({"product_id":1,"qty":1,"note":"a\u0000b"})", "note"},
    {"hold", R"({"product_id":1,"qty":1,"note":"two\nlines"})", ""},
    {"hold", R"({"product_id":1,"qty":1,"note":"\uFEFFa"})", "note"},
    {"hold", R"({"product_id":1,"qty":1,"note":"\uFFFEa"})", "note"},
    {"hold", R"({"product_id":1,"qty":1,"note":"a\uFEFF"})", ""},
    {"extend", "", ""},
    {"extend", "{", "malformed"},
    {"change", "{}", "lines"},
    {"order", "{}", "hold_id"},
    {"order", R"({"hold_id":"0192f1c7-89ab-7def-8123-456789abcde"})", "hold_id"},
    {"pay", R"({"method":"gold"})", "method"},
    {"pay", R"({"method":"cash"})", ""},
    {"pay", R"({"method":"cash","amount_minor":0})", "amount_minor"},
    {"pay", R"({"method":"cash","amount_minor":1000000000000001})", "amount_minor"},
    {"refund", "{}", "lines"},
    {"refund", R"({"amount_minor":5,"lines":[{"line":0,"qty":1}]})", "lines"},
    {"refund", R"({"lines":[{"qty":1}]})", "lines.0.product_id"},
    {"refund", R"({"amount_minor":5,"restock":"yes"})", "restock"},
    {"move", R"({"product_id":1,"kind":"receipt","qty":1000000001})", "qty"},
    {"move", R"({"product_id":1,"kind":"theft","qty":1})", "kind"},
    {"create", R"({"name":" ","price_minor":1})", "name"},
    {"create", R"({"name":"a"})", "price_minor"},
    {"create", R"({"name":"a","price":1.5})", "price"},
    {"create", R"({"name":"a","price":"1.555"})", "price"},
    {"create", R"({"name":"a","price":"1.5","currency":"eur"})", "currency"},
    {"create", R"({"name":"a","price_minor":1,"barcodes":["12 34"]})", "barcodes"},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":19})", ""},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":7.25})", ""},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":7.255})", "tax_rate"},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":"7.255"})", "tax_rate"},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":100.01})", "tax_rate"},
    {"create", R"({"name":"a","price_minor":1,"tax_rate":-0.01})", "tax_rate"},
    {"patch", "{}", ""},
    {"patch", R"({"version":0})", "version"},
    {"token", R"({"name":"","role":"cashier"})", "name"},
    {"token", R"({"name":"till 1","role":"root"})", "role"},
};

} // namespace

class TestDecode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data();
    void judges();
    void textIsCountedInCharacters();
    void linesHaveALimit();
    void aHoldAsItWasWritten();
    void pricesKeepEveryDigit();
    void aBarcodeInTwoSpellingsIsOne();
    void aChangedPriceSaysHowItWasRead();
    void idsOfAnyVersionAreTaken();
};

void TestDecode::judges_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("faults");
    for (const Row& row : rows) {
        QTest::addRow("%s %s", row.kind, row.body)
            << QString::fromLatin1(row.kind) << QByteArray(row.body)
            << QString::fromLatin1(row.faults);
    }
}

void TestDecode::judges()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, body);
    QFETCH(QString, faults);
    QCOMPARE(faultOfBody(kind, body.toStdString()), faults);
}

void TestDecode::textIsCountedInCharacters()
{
    for (const std::string character : {"x", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8d\x8e"}) {
        const auto nameOf = [&character](std::size_t count) {
            return "{\"price_minor\":1,\"name\":\"" + textOfSize(count, character) + "\"}";
        };
        QCOMPARE(faultOf(decodeCreateProduct(nameOf(limits::nameLengthMax))), QString());
        QCOMPARE(faultOf(decodeCreateProduct(nameOf(limits::nameLengthMax + 1))),
                 QStringLiteral("name"));
    }
}

void TestDecode::linesHaveALimit()
{
    const auto holdOf = [](std::size_t count) {
        std::string body = R"({"lines":[)";
        for (std::size_t at = 1; at <= count; ++at) {
            body += R"({"qty":1,"product_id":)" + std::to_string(at) + (at < count ? "}," : "}");
        }
        return body + "]}";
    };
    const auto most = decodePlaceHold(holdOf(limits::linesPerHoldMax));
    QVERIFY(most.has_value());
    QCOMPARE(most->lines.size(), limits::linesPerHoldMax);
    QCOMPARE(most->lines.back().product, ProductId{200});
    QCOMPARE(faultOf(decodePlaceHold(holdOf(limits::linesPerHoldMax + 1))),
             QStringLiteral("lines"));
}

void TestDecode::aHoldAsItWasWritten()
{
    const auto hold = decodePlaceHold(std::string(R"({"product_id":3,"qty":2,"ttl_seconds":60,)") +
                                      R"("note":"K\u00e4se","terminal":"t1","id":")" + uuid +
                                      R"(","unknown":[1,2]})");
    QVERIFY(hold.has_value());
    QVERIFY(hold->singleForm);
    QCOMPARE(hold->lines.size(), 1U);
    QCOMPARE(hold->lines.front().product, ProductId{3});
    QCOMPARE(hold->lines.front().qty, 2);
    QCOMPARE(hold->life->ms, 60'000);
    QCOMPARE(hold->note, std::string("K\xc3\xa4se"));
    QCOMPARE(hold->terminal, std::string("t1"));
    QCOMPARE(toString(hold->id.value), std::string(uuid));
}

void TestDecode::pricesKeepEveryDigit()
{
    const auto priceOf = [](const std::string& fields) {
        const auto product = decodeCreateProduct(R"({"name":"a",)" + fields + "}");
        return product ? product->details.priceMinor : -1;
    };
    const auto decimal = [&priceOf](const std::string& text) {
        return priceOf("\"price\":\"" + text + "\"");
    };
    const std::string yen = ",\"currency\":\"JPY\"";
    QCOMPARE(decimal("1.19"), 119);
    QCOMPARE(decimal("1.1"), 110);
    QCOMPARE(decimal("1"), 100);
    QCOMPARE(decimal("0.07"), 7);
    QCOMPARE(priceOf("\"price\":\"119\"" + yen), 119);
    QCOMPARE(priceOf("\"price\":\"1.5\"" + yen), -1);
    QCOMPARE(decimal("10000000000.00"), limits::priceMinorMax);
    QCOMPARE(decimal("10000000000.01"), -1);
    for (const char* wrong : {"", ".5", "5.", "1,5", "+1", "-1", "1.2.3", " 1", "1e2"}) {
        QCOMPARE(decimal(wrong), -1);
    }
    QCOMPARE(decimal(std::string(400, '9')), -1);
}

void TestDecode::aBarcodeInTwoSpellingsIsOne()
{
    const auto product = decodeCreateProduct(
        R"({"name":"a","price_minor":1,"barcodes":["036000291452","0036000291452","40170725"]})");
    QVERIFY(product.has_value());
    QCOMPARE(product->details.barcodes.size(), 2U);
}

void TestDecode::aChangedPriceSaysHowItWasRead()
{
    const auto currencyOf = [](const char* body) {
        const auto change = decodeChangeProduct(body);
        return change && change->currency ? std::string(change->currency->code()) : "none";
    };
    QCOMPARE(currencyOf(R"({"price_minor":119})"), std::string("none"));
    QCOMPARE(currencyOf(R"({"price":"1.19"})"), std::string(Currency{}.code()));
    QCOMPARE(currencyOf(R"({"price":"119","currency":"JPY"})"), std::string("JPY"));
    QCOMPARE(currencyOf(R"({"currency":"JPY"})"), std::string("JPY"));
    QCOMPARE(currencyOf(R"({"name":"x"})"), std::string("none"));
}

void TestDecode::idsOfAnyVersionAreTaken()
{
    const auto order = decodePlaceOrder(std::string(R"({"hold_id":")") + uuid +
                                        R"(","id":"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"})");
    QVERIFY(order.has_value());
    QVERIFY(order->idGiven);
    QCOMPARE(toString(order->id.value), std::string("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
}

QTEST_GUILESS_MAIN(TestDecode)
#include "test_decode.moc"
