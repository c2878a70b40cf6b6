#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QUrl>
#include <memory>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// Contract section 3: products, search and stock movements.
class ContractProducts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aProductHasEveryField();
    void badProductsAreRefused_data();
    void badProductsAreRefused();
    void skuAndBarcodeAreTakenOnce();
    void searchFindsByPrefixWords_data();
    void searchFindsByPrefixWords();
    void searchKnowsEveryScript();
    void wordsMayBeLong_data();
    void wordsMayBeLong();
    void filtersTakeAnyBytes_data();
    void filtersTakeAnyBytes();
    void filtersByCategoryAndBarcode();
    void updatedSinceGivesOnlyNewerOnes();
    void changesShowAtOnce();
    void deleteArchives();
    void availableStockHasItsOwnCall();
    void movementsMoveOnHand();
    void badMovementsAreRefused_data();
    void badMovementsAreRefused();
    void onHandNeverFallsBelowPromises();
    void movementsAreListed();

private:
    QJsonArray search(const QByteArray& query)
    {
        return m_shop->http().get("/api/products?" + query).list();
    }

    ServerProcess m_server;
    std::unique_ptr<Shop> m_shop;
    qint64 m_tea = 0;
};

void ContractProducts::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
    m_shop = std::make_unique<Shop>(m_server.client());
    const HttpReply tea = m_shop->createProduct({{u"sku"_s, u"TEA-042"_s},
                                                 {u"name"_s, u"Thé vert à la menthe"_s},
                                                 {u"brand"_s, u"Maison Löwenzahn"_s},
                                                 {u"category"_s, u"hot-drinks"_s},
                                                 {u"barcodes"_s, QJsonArray{u"4006381333931"_s}},
                                                 {u"price_minor"_s, 1205},
                                                 {u"tax_rate"_s, 7}});
    CHECK_STATUS(tea, 201);
    m_tea = tea.data().value("id"_L1).toInteger();
    for (int i = 0; i < 20; ++i) {
        QVERIFY(m_shop->addProduct(1, 100, u"Filler number %1"_s.arg(i)) > 0);
    }
}

void ContractProducts::aProductHasEveryField()
{
    const HttpReply reply = m_shop->http().get("/api/products/" + QByteArray::number(m_tea));
    CHECK_STATUS(reply, 200);
    const QJsonObject tea = reply.data();
    for (const auto name :
         {"id"_L1, "sku"_L1, "name"_L1, "barcodes"_L1, "category"_L1, "price"_L1, "price_minor"_L1,
          "currency"_L1, "tax_rate"_L1, "on_hand"_L1, "held"_L1, "committed"_L1, "available"_L1,
          "stock"_L1, "version"_L1, "image"_L1, "created_at"_L1, "updated_at"_L1}) {
        QVERIFY2(tea.contains(name), name.data());
    }
    QCOMPARE(tea.value("name"_L1).toString(), u"Thé vert à la menthe"_s);
    QCOMPARE(tea.value("barcodes"_L1).toArray().size(), 1);
    QCOMPARE(tea.value("available"_L1), tea.value("stock"_L1));
    QVERIFY(reply.header("content-type").startsWith("application/json"));
}

void ContractProducts::badProductsAreRefused_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::newRow("no name") << QByteArray(R"({"sku":"X1","price_minor":1})");
    QTest::newRow("empty name") << QByteArray(R"({"sku":"X2","name":" ","price_minor":1})");
    QTest::newRow("price below 0") << QByteArray(R"({"sku":"X3","name":"x","price_minor":-1})");
    QTest::newRow("price in words") << QByteArray(R"({"sku":"X4","name":"x","price_minor":"1"})");
    QTest::newRow("price with fraction")
        << QByteArray(R"({"sku":"X5","name":"x","price_minor":1.5})");
    QTest::newRow("wrong check digit")
        << QByteArray(R"({"sku":"X6","name":"x","price_minor":1,"barcodes":["4006381333932"]})");
    QTest::newRow("tax over 100 %")
        << QByteArray(R"({"sku":"X7","name":"x","price_minor":1,"tax_rate":101})");
    QTest::newRow("byte order mark")
        << QByteArray(R"({"sku":"X9","name":"\uFEFFx","price_minor":1})");
    QTest::newRow("currency of two letters")
        << QByteArray(R"({"sku":"X8","name":"x","price_minor":1,"currency":"EU"})");
}

void ContractProducts::badProductsAreRefused()
{
    QFETCH(QByteArray, fields);
    const HttpReply reply = m_shop->http().request("POST", "/api/products", {}, fields);
    CHECK_PROBLEM(reply, 422, "validation_failed");
    QVERIFY(!reply.json().value("errors"_L1).toObject().isEmpty());
}

void ContractProducts::skuAndBarcodeAreTakenOnce()
{
    const QJsonObject base{{u"name"_s, u"Twin"_s}, {u"price_minor"_s, 1}};
    CHECK_PROBLEM(m_shop->createProduct(merged(base, {{u"sku"_s, u"TEA-042"_s}})), 409,
                  "sku_taken");
    CHECK_PROBLEM(
        m_shop->createProduct(merged(
            base, {{u"sku"_s, u"TEA-043"_s}, {u"barcodes"_s, QJsonArray{u"4006381333931"_s}}})),
        409, "barcode_taken");
}

void ContractProducts::searchFindsByPrefixWords_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("isFound");
    QTest::newRow("a word") << u"menthe"_s << true;
    QTest::newRow("a beginning") << u"ment"_s << true;
    QTest::newRow("two beginnings, any order") << u"ment ver"_s << true;
    QTest::newRow("other case") << u"MENTHE"_s << true;
    QTest::newRow("accent as written") << u"thé"_s << true;
    QTest::newRow("accent left out") << u"the vert"_s << true;
    QTest::newRow("brand") << u"löwen"_s << true;
    QTest::newRow("SKU") << u"TEA-04"_s << true;
    QTest::newRow("barcode") << u"400638133"_s << true;
    QTest::newRow("the inside of a word") << u"enthe"_s << false;
    QTest::newRow("one word too many") << u"menthe coffee"_s << false;
    QTest::newRow("marks of a query language") << u"\" OR * NEAR("_s << false;
}

void ContractProducts::searchFindsByPrefixWords()
{
    QFETCH(QString, words);
    QFETCH(bool, isFound);
    const HttpReply reply = m_shop->http().get("/api/products?q=" + QUrl::toPercentEncoding(words));
    CHECK_STATUS(reply, 200);
    bool found = false;
    for (const QJsonValue product : reply.list()) {
        found = found || product["id"_L1].toInteger() == m_tea;
    }
    QCOMPARE(found, isFound);
}

void ContractProducts::searchKnowsEveryScript()
{
    for (const QString& name :
         {u"йогурт"_s, u"ёлка"_s, u"γάλα"_s, u"ガム"_s, u"한국"_s, u"حليب"_s}) {
        const HttpReply made = m_shop->createProduct(
            {{u"name"_s, QString(name + u" 1 l"_s)}, {u"price_minor"_s, 100}});
        CHECK_STATUS(made, 201);
        const QJsonArray found = search("q=" + QUrl::toPercentEncoding(name));
        QVERIFY2(found.size() == 1, name.toUtf8().constData());
        QCOMPARE(found[0]["id"_L1], made.data()["id"_L1]);
    }
}

/// A syllable of Korean counts as one letter in a name, and as three in the index of words.
void ContractProducts::wordsMayBeLong_data()
{
    QTest::addColumn<QString>("letter");
    QTest::newRow("one byte") << u"x"_s;
    QTest::newRow("three letters") << u"\uac01"_s;
    QTest::newRow("four bytes") << QString::fromUcs4(U"\U00020000");
}

void ContractProducts::wordsMayBeLong()
{
    QFETCH(QString, letter);
    const QString name = letter.repeated(200);
    const auto finds = [this](const QString& word, const QJsonValue& id) {
        const QJsonArray found = search("q=" + QUrl::toPercentEncoding(word));
        return found.size() == 1 && found[0]["id"_L1] == id;
    };
    const HttpReply made = m_shop->createProduct({{u"name"_s, name}, {u"price_minor"_s, 100}});
    CHECK_STATUS(made, 201);
    const QJsonValue id = made.data().value("id"_L1);
    QVERIFY(finds(name, id));
    QVERIFY(finds(letter.repeated(3), id));
    const QByteArray target = "/api/products/" + QByteArray::number(id.toInteger());
    const HttpReply changed =
        m_shop->http().send("PATCH", target, {{u"name"_s, u"short"_s}, {u"brand"_s, name}});
    CHECK_STATUS(changed, 200);
    QVERIFY(finds(name, id));
    CHECK_STATUS(m_shop->http().send("PATCH", target, {{u"brand"_s, u""_s}}), 200);
    QCOMPARE(search("q=" + QUrl::toPercentEncoding(name)).size(), 0);
}

void ContractProducts::filtersTakeAnyBytes_data()
{
    QTest::addColumn<QByteArray>("filter");
    for (const char* filter : {"/api/products?q=",
                               "/api/products?category=",
                               "/api/products?barcode=",
                               "/api/products?updated_since=",
                               "/api/products?cursor=",
                               "/api/products?limit=",
                               "/api/stock/movements?product_id=",
                               "/api/stock/movements?kind=",
                               "/api/stock/movements?from=",
                               "/api/stock/movements?to=",
                               "/api/holds?state=",
                               "/api/holds?terminal=",
                               "/api/holds?product_id=",
                               "/api/holds?cursor=",
                               "/api/orders?state=",
                               "/api/orders?cursor=",
                               "/api/payments/events?cursor=",
                               "/api/payments/alerts?cursor=",
                               "/api/changes?cursor=",
                               "/api/snapshot?from="}) {
        QTest::newRow(filter) << QByteArray(filter);
    }
}

/// None of them is a filter that nobody has asked for, and none is an error of the server.
void ContractProducts::filtersTakeAnyBytes()
{
    QFETCH(QByteArray, filter);
    for (const char* bytes : {"%00", "a%00b", "tea%00", "%", "%4", "a%zz"}) {
        CHECK_PROBLEM(m_shop->http().get(filter + bytes), 400, "bad_request");
    }
    // No UTF-8, half of a pair, controls, and a cursor that is three times NUL.
    for (const char* bytes : {"%FF", "%C0%80", "%ED%A0%80", "%01", "%7F", "AAAA"}) {
        const HttpReply reply = m_shop->http().get(filter + bytes);
        const bool nothing = reply.status == 200 && reply.list().isEmpty();
        QVERIFY2(nothing || reply.status / 100 == 4, reply.summary().constData());
    }
}

void ContractProducts::filtersByCategoryAndBarcode()
{
    QCOMPARE(search("category=hot-drinks").size(), 1);
    QCOMPARE(search("category=none-such").size(), 0);
    QCOMPARE(search("barcode=4006381333931").size(), 1);
    QCOMPARE(search("barcode=4006381333932").size(), 0);
}

void ContractProducts::updatedSinceGivesOnlyNewerOnes()
{
    const QString before = m_shop->product(m_tea).value("updated_at"_L1).toString();
    const QByteArray all = "updated_since=2000-01-01T00:00:00.000Z";
    QVERIFY(search(all).size() > 1);
    QCOMPARE(search("updated_since=2999-01-01T00:00:00.000Z").size(), 0);
    const qint64 fresh = m_shop->addProduct(1);
    const QByteArray since = m_shop->product(fresh).value("updated_at"_L1).toString().toUtf8();
    bool found = false;
    for (const QJsonValue product : search("updated_since=" + since)) {
        found = found || product["id"_L1].toInteger() == fresh;
        QVERIFY(product["updated_at"_L1].toString().toUtf8() >= since);
    }
    QVERIFY(found);
    CHECK_STATUS(m_shop->http().get("/api/products?updated_since=yesterday"), 422);
}

void ContractProducts::changesShowAtOnce()
{
    const qint64 id = m_shop->addProduct(5);
    const QByteArray target = "/api/products/" + QByteArray::number(id);
    for (int i = 1; i <= 20; ++i) {
        CHECK_STATUS(m_shop->http().send("PATCH", target, {{u"price_minor"_s, i}}), 200);
        QCOMPARE(m_shop->product(id).value("price_minor"_L1).toInt(), i);
        CHECK_STATUS(m_shop->move(id, u"receipt"_s, 1), 201);
        QCOMPARE(m_shop->available(id), 5 + i);
    }
}

void ContractProducts::deleteArchives()
{
    const qint64 id = m_shop->addProduct(5, 100, u"Zzyzx ending soon"_s);
    const QByteArray target = "/api/products/" + QByteArray::number(id);
    const HttpReply gone = m_shop->http().request("DELETE", target);
    QVERIFY2(gone.status == 200 || gone.status == 204, gone.summary().constData());
    QCOMPARE(search("q=zzyzx").size(), 0);
    const HttpReply held = m_shop->hold(id, 1);
    CHECK_PROBLEM(held, 404, "product_not_found");
    QVERIFY(m_shop->http().request("DELETE", target).status < 300);
}

void ContractProducts::availableStockHasItsOwnCall()
{
    const qint64 id = m_shop->addProduct(5);
    CHECK_STATUS(m_shop->hold(id, 2), 201);
    const HttpReply reply =
        m_shop->http().get("/api/products/" + QByteArray::number(id) + "/available-stock");
    CHECK_STATUS(reply, 200);
    QCOMPARE(reply.data().value("product_id"_L1).toInteger(), id);
    QCOMPARE(reply.data().value("available_stock"_L1).toInt(), 3);
}

void ContractProducts::movementsMoveOnHand()
{
    const qint64 id = m_shop->addProduct(10);
    CHECK_STATUS(m_shop->move(id, u"write_off"_s, 3), 201);
    QCOMPARE(m_shop->available(id), 7);
    CHECK_STATUS(m_shop->move(id, u"adjustment"_s, -2), 201);
    CHECK_STATUS(m_shop->move(id, u"adjustment"_s, 5), 201);
    QCOMPARE(m_shop->available(id), 10);
    CHECK_STATUS(m_shop->move(id, u"count"_s, 4), 201);
    QCOMPARE(m_shop->available(id), 4);
    CHECK_STATUS(m_shop->move(id, u"count"_s, 0), 201);
    QCOMPARE(m_shop->available(id), 0);
}

void ContractProducts::badMovementsAreRefused_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<qint64>("qty");
    QTest::newRow("receipt of 0") << u"receipt"_s << qint64(0);
    QTest::newRow("receipt below 0") << u"receipt"_s << qint64(-1);
    QTest::newRow("write-off below 0") << u"write_off"_s << qint64(-1);
    QTest::newRow("count below 0") << u"count"_s << qint64(-1);
    QTest::newRow("a sale by hand") << u"sale"_s << qint64(1);
    QTest::newRow("an unknown kind") << u"theft"_s << qint64(1);
}

void ContractProducts::badMovementsAreRefused()
{
    QFETCH(QString, kind);
    QFETCH(qint64, qty);
    CHECK_PROBLEM(m_shop->move(m_tea, kind, qty), 422, "validation_failed");
}

void ContractProducts::onHandNeverFallsBelowPromises()
{
    const qint64 id = m_shop->addProduct(10);
    CHECK_STATUS(m_shop->hold(id, 4), 201);
    QVERIFY(!m_shop->placeOrder(id, 3).isEmpty());
    CHECK_PROBLEM(m_shop->move(id, u"count"_s, 6), 409, "stock_in_use");
    CHECK_PROBLEM(m_shop->move(id, u"write_off"_s, 4), 409, "stock_in_use");
    CHECK_PROBLEM(m_shop->move(id, u"adjustment"_s, -4), 409, "stock_in_use");
    CHECK_STATUS(m_shop->move(id, u"count"_s, 7), 201);
    const QJsonObject product = m_shop->product(id);
    QCOMPARE(product.value("on_hand"_L1).toInt(), 7);
    QCOMPARE(product.value("held"_L1).toInt(), 4);
    QCOMPARE(product.value("committed"_L1).toInt(), 3);
    QCOMPARE(product.value("available"_L1).toInt(), 0);
}

void ContractProducts::movementsAreListed()
{
    const qint64 id = m_shop->addProduct(10);
    CHECK_STATUS(m_shop->move(id, u"write_off"_s, 2, u"dropped"_s), 201);
    const QByteArray target = "/api/stock/movements?product_id=" + QByteArray::number(id);
    const HttpReply all = m_shop->http().get(target);
    CHECK_STATUS(all, 200);
    QCOMPARE(all.list().size(), 2);
    const HttpReply losses = m_shop->http().get(target + "&kind=write_off");
    QCOMPARE(losses.list().size(), 1);
    QCOMPARE(losses.list().first()["reason"_L1].toString(), u"dropped"_s);
    QCOMPARE(losses.list().first()["qty"_L1].toInt(), -2);
    const HttpReply later = m_shop->http().get(target + "&from=2999-01-01T00:00:00.000Z");
    QCOMPARE(later.list().size(), 0);
    const HttpReply earlier = m_shop->http().get(target + "&to=2000-01-01T00:00:00.000Z");
    QCOMPARE(earlier.list().size(), 0);
}

QTEST_GUILESS_MAIN(ContractProducts)
#include "contract_products.moc"
