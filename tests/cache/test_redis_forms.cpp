#include "server/cache/product_codec.h"
#include "server/cache/redis_url.h"
#include "tests/domain/property.h"

using namespace holdfast;

namespace {

rc::Gen<ProductView> someView()
{
    return rc::gen::exec([] {
        ProductView view;
        const auto number = [] { return *rc::gen::arbitrary<std::int64_t>(); };
        const auto text = [] { return *rc::gen::arbitrary<std::string>(); };
        view.product.id = {number()};
        view.product.version = number();
        view.product.archived = *rc::gen::arbitrary<bool>();
        view.product.createdAt = {number()};
        view.product.updatedAt = {number()};
        view.stock = {number(), number(), number()};
        view.stockVersion = number();
        ProductDetails& details = view.product.details;
        details = {text(), text(), text(), text(), text(), {}, number(), {}, 0, text(), 0};
        details.taxRateBp = *rc::gen::arbitrary<int>();
        details.favouriteRank = *rc::gen::arbitrary<int>();
        details.currency = *rc::gen::elementOf(
            std::vector{*Currency::parse("EUR"), *Currency::parse("JPY"), *Currency::parse("KWD")});
        const auto barcodes = *rc::gen::inRange(0, 21);
        for (int index = 0; index < barcodes; ++index) {
            details.barcodes.push_back(text());
        }
        return view;
    });
}

bool same(const ProductView& a, const ProductView& b)
{
    const Product& p = a.product;
    const Product& q = b.product;
    return p.id == q.id && p.details == q.details && p.archived == q.archived &&
           p.version == q.version && p.createdAt == q.createdAt && p.updatedAt == q.updatedAt &&
           a.stock == b.stock && a.stockVersion == b.stockVersion;
}

} // namespace

class TestRedisForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void productsComeBackAsTheyWere();
    void whatIsNotWholeIsRefused();
    void anotherFormIsRefused();
    void addresses_data();
    void addresses();
    void wrongAddresses_data();
    void wrongAddresses();
};

void TestRedisForms::productsComeBackAsTheyWere()
{
    HOLDFAST_PROPERTY("decode(encode(view)) is view", [] {
        const ProductView view = *someView();
        const auto decoded = decodeProduct(encodeProduct(view));
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(same(view, *decoded));
    });
}

void TestRedisForms::whatIsNotWholeIsRefused()
{
    HOLDFAST_PROPERTY("no beginning, no longer text and no changed byte is taken", [] {
        const std::string bytes = encodeProduct(*someView());
        const auto end = static_cast<int>(bytes.size());
        RC_ASSERT(
            !decodeProduct(bytes.substr(0, static_cast<std::size_t>(*rc::gen::inRange(0, end)))));
        RC_ASSERT(!decodeProduct(bytes + *rc::gen::arbitrary<char>()));
        std::string changed = bytes;
        char& byte = changed[static_cast<std::size_t>(*rc::gen::inRange(0, end))];
        byte = static_cast<char>(byte ^ *rc::gen::inRange(1, 128));
        RC_ASSERT(!decodeProduct(changed));
    });
    HOLDFAST_PROPERTY("anything may be offered",
                      [] { RC_ASSERT(!decodeProduct(*rc::gen::arbitrary<std::string>())); });
}

void TestRedisForms::anotherFormIsRefused()
{
    std::string bytes = encodeProduct({});
    QVERIFY(decodeProduct(bytes));
    QCOMPARE(bytes.front(), '\1');
    bytes.front() = '\2';
    QVERIFY(!decodeProduct(bytes));
}

void TestRedisForms::addresses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("database");
    const auto row = [](const char* text, const char* host, int port, const char* user,
                        const char* password, int database) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(host) << port << QByteArray(user)
                            << QByteArray(password) << database;
    };
    row("redis://localhost", "localhost", 6379, "", "", 0);
    row("redis://localhost/", "localhost", 6379, "", "", 0);
    row("redis://10.0.0.1:7000/3", "10.0.0.1", 7000, "", "", 3);
    row("redis://:secret@cache.shop:6379/0", "cache.shop", 6379, "", "secret", 0);
    row("redis://till:secret@cache.shop", "cache.shop", 6379, "till", "secret", 0);
    row("redis://:a%3Ab%40c%2Fd@cache.shop", "cache.shop", 6379, "", "a:b@c/d", 0);
    row("redis://[::1]:7000/15", "::1", 7000, "", "", 15);
    row("redis://[::1]", "::1", 6379, "", "", 0);
}

void TestRedisForms::addresses()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, host);
    QFETCH(const int, port);
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, password);
    QFETCH(const int, database);
    const auto url = RedisUrl::parse(text.toStdString());
    QVERIFY2(url, url ? "" : url.error().c_str());
    QCOMPARE(url->host, host.toStdString());
    QCOMPARE(static_cast<int>(url->port), port);
    QCOMPARE(url->user, user.toStdString());
    QCOMPARE(url->password, password.toStdString());
    QCOMPARE(url->database, database);
}

void TestRedisForms::wrongAddresses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text :
         {"", "localhost:6379", "rediss://localhost", "redis://", "redis:///1", "redis://h:0",
          "redis://h:65536", "redis://h:x", "redis://h/x", "redis://h/-1", "redis://h/1x",
          "redis://secret@h", "redis://:@h", "redis://:%4@h", "redis://:%zz@h", "redis://[::1",
          "redis://[]", "redis://[::1]x"}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

void TestRedisForms::wrongAddresses()
{
    QFETCH(const QByteArray, text);
    const auto url = RedisUrl::parse(text.toStdString());
    QVERIFY(!url);
    QVERIFY(!url.error().empty());
    QVERIFY(url.error().find("secret") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestRedisForms)
#include "test_redis_forms.moc"
