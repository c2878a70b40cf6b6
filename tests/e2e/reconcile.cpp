#include "shared/sql/connection.h"
#include "tests/e2e/checks.h"
#include "tests/support/parallel.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QElapsedTimer>
#include <QScopeGuard>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace holdfast::test;

namespace {

/// One figure of /metrics; -1 when there is none of this name.
double metric(HttpClient& client, const QByteArray& name)
{
    const QByteArray text = '\n' + client.get("/metrics").body;
    const QByteArray start = "\nholdfast_" + name + ' ';
    const qsizetype at = text.indexOf(start);
    const qsizetype from = at + start.size();
    return at < 0 ? -1 : text.mid(from, text.indexOf('\n', from) - from).toDouble();
}

} // namespace

/// A server that checks its own books while it sells.
class ReconcileWhileServing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsNothingUnderLoadAndWhatWasPlanted();
    void isOffWhenToldSo();

private:
    void sell(const ServerProcess& server, qint64 product, const std::atomic<bool>& enough,
              std::atomic<int>& sold);
};

void ReconcileWhileServing::sell(const ServerProcess& server, qint64 product,
                                 const std::atomic<bool>& enough, std::atomic<int>& sold)
{
    runTogether(16, [&](int client) {
        Shop shop(server.client());
        while (!enough) {
            const HttpReply held = shop.hold(product, 1);
            const QString id = held.data().value("hold_id"_L1).toString();
            if (held.status != 201) {
                continue; // busy
            }
            if (client % 2 == 0) {
                shop.http().request("DELETE", "/api/holds/" + id.toUtf8());
            } else {
                const QString order = shop.order(id).data().value("order_id"_L1).toString();
                sold += shop.pay(order, u"cash"_s, 250).status == 201 ? 1 : 0;
            }
        }
    });
}

void ReconcileWhileServing::findsNothingUnderLoadAndWhatWasPlanted()
{
    // The first comes a sixth of the time after the start.
    ServerProcess server({u"--reconcile-minutes"_s, u"1"_s});
    QVERIFY(server.start());
    HttpClient client = server.client();
    const qint64 product = Shop(server.client()).addProduct(1'000'000);
    QCOMPARE(metric(client, "reconcile_runs_total"), 0.0);
    std::atomic<bool> enough = false;
    std::atomic<int> sold = 0;
    std::thread load([&] { sell(server, product, enough, sold); });
    const auto close = [&] {
        enough = true;
        if (load.joinable()) {
            load.join();
        }
    };
    const auto atTheLatest = qScopeGuard(close);
    QTRY_COMPARE_WITH_TIMEOUT(metric(client, "reconcile_runs_total"), 1.0, 60'000);
    QVERIFY(sold > 0);
    QCOMPARE(metric(client, "reconcile_differences"), 0.0);
    QCOMPARE(metric(client, "reconcile_failures_total"), 0.0);
    QVERIFY(metric(client, "reconcile_records") > 50);
    QVERIFY(metric(client, "reconcile_last_run_timestamp_seconds") > 1'700'000'000);
    close();
    QCOMPARE(server.stop(), 0);
    QVERIFY(server.standardError().contains("reconciled"));
    QVERIFY(!server.standardError().contains("books_differ"));

    const auto url = holdfast::sql::DatabaseUrl::parse(server.databaseUrl().toStdString());
    QVERIFY(url.has_value());
    const auto writer = holdfast::sql::Connection::open(*url, holdfast::sql::Access::ReadWrite);
    QVERIFY((*writer)->execute("UPDATE stock SET held = held + 1 WHERE product_id = " +
                               std::to_string(product)));
    QVERIFY(server.start());
    HttpClient again = server.client();
    QTRY_COMPARE_WITH_TIMEOUT(metric(again, "reconcile_runs_total"), 1.0, 60'000);
    QVERIFY(metric(again, "reconcile_differences") >= 1);
    QVERIFY(server.standardError().contains("books_differ"));
    QVERIFY(server.standardError().contains("stock of product"));
    // It goes on selling, and says so where somebody looks.
    CHECK_STATUS(Shop(server.client()).hold(product, 1), 201);
    QCOMPARE(server.tool({u"verify"_s}).exitCode, 1);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.stop(), 0);
    QVERIFY(timer.elapsed() < 5'000);
}

void ReconcileWhileServing::isOffWhenToldSo()
{
    ServerProcess server({u"--reconcile-minutes"_s, u"0"_s});
    QVERIFY(server.start());
    HttpClient client = server.client();
    QCOMPARE(metric(client, "reconcile_runs_total"), -1.0);
    QVERIFY(metric(client, "commands_total") >= 0);
    QVERIFY(server.tool({u"config"_s, u"--reconcile-minutes"_s, u"7"_s})
                .out.contains("reconcile-minutes = 7"));
    QCOMPARE(server.tool({u"config"_s, u"--reconcile-minutes"_s, u"-1"_s}).exitCode, 2);
}

QTEST_GUILESS_MAIN(ReconcileWhileServing)
#include "reconcile.moc"
