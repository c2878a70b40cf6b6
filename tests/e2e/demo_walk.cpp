#include "tests/e2e/checks.h"
#include "tests/support/server_process.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

/// A visitor's first minute with `--demo` and curl: no token, no signature, no set-up.
class DemoWalk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void oneSaleWithCurl();
    void theSampleCatalogueIsThere();
    void aBannerSaysThatItIsADemo();

private:
    /// Status and body of one curl call.
    std::pair<int, QByteArray> curl(const QString& path, const QByteArray& body = {},
                                    const QStringList& more = {})
    {
        QStringList arguments{u"-sS"_s, u"-m"_s, u"20"_s, u"-w"_s, u"\n%{http_code}"_s};
        if (!body.isEmpty()) {
            arguments << u"-H"_s << u"Content-Type: application/json"_s << u"-d"_s
                      << QString::fromUtf8(body);
        }
        arguments += more;
        arguments << u"http://127.0.0.1:%1%2"_s.arg(m_server.port()).arg(path);
        const ProgramResult result = runProgram(u"curl"_s, arguments);
        const qsizetype cut = result.out.lastIndexOf('\n');
        return {result.out.mid(cut + 1).toInt(), result.out.left(cut)};
    }

    static QJsonObject data(const QByteArray& body)
    {
        return QJsonDocument::fromJson(body).object().value("data"_L1).toObject();
    }

    ServerProcess m_server{{u"--demo"_s}};
};

void DemoWalk::initTestCase()
{
    QVERIFY2(m_server.start(), m_server.standardError().constData());
}

void DemoWalk::oneSaleWithCurl()
{
    const auto [found, product] = curl(u"/api/products/1"_s);
    QCOMPARE(found, 200);
    const int stock = data(product).value("stock"_L1).toInt();
    QVERIFY(stock >= 2);
    const auto [held, hold] = curl(u"/api/holds"_s, R"({"product_id":1,"qty":2})");
    QVERIFY2(held == 201, hold.constData());
    const QByteArray holdId = data(hold).value("hold_id"_L1).toString().toUtf8();
    const auto [ordered, order] = curl(u"/api/orders"_s, "{\"hold_id\":\"" + holdId + "\"}");
    QVERIFY2(ordered == 201, order.constData());
    const QByteArray orderId = data(order).value("order_id"_L1).toString().toUtf8();
    const QByteArray event = "{\"order_id\":\"" + orderId + "\"}";
    const QStringList key{u"-H"_s, u"Idempotency-Key: my-first-payment"_s};
    const auto [paid, first] = curl(u"/api/payments/webhook"_s, event, key);
    QVERIFY2(paid == 200, first.constData());
    const auto [again, second] = curl(u"/api/payments/webhook"_s, event, key);
    QCOMPARE(again, 200);
    QVERIFY2(second.contains("\"duplicate\":true"), second.constData());
    const auto [status, after] = curl(u"/api/orders/"_s + QString::fromUtf8(orderId));
    QCOMPARE(status, 200);
    QCOMPARE(data(after).value("state"_L1).toString(), u"paid"_s);
    QCOMPARE(data(curl(u"/api/products/1"_s).second).value("stock"_L1).toInt(), stock - 2);
}

void DemoWalk::theSampleCatalogueIsThere()
{
    HttpClient client(m_server.port());
    qsizetype count = 0;
    QByteArray cursor;
    do {
        const HttpReply page = client.get("/api/products?limit=500" +
                                          (cursor.isEmpty() ? QByteArray() : "&cursor=" + cursor));
        CHECK_STATUS(page, 200);
        count += page.list().size();
        cursor = page.json().value("meta"_L1)["next_cursor"_L1].toString().toUtf8();
    } while (!cursor.isEmpty());
    QVERIFY2(count >= 300, QByteArray::number(count).constData());
}

void DemoWalk::aBannerSaysThatItIsADemo()
{
    const QByteArray said = (m_server.standardOutput() + m_server.standardError()).toLower();
    QVERIFY(said.contains("demo"));
}

QTEST_GUILESS_MAIN(DemoWalk)
#include "demo_walk.moc"
