// Many clients, and bad ones: resets, idle crowds, garbage, too few descriptors, a blocked thread.
#include "tests/http/front_client.h"
#include "tests/http/front_stand.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <random>
#include <thread>

#include <sys/resource.h>

using namespace holdfast::http;
using namespace holdfast::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isSanitized = true; // memory figures mean nothing, and all is ten times slower
#else
constexpr bool isSanitized = false;
#endif

qint64 medianOf(std::vector<qint64> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

class FrontStormTest : public QObject
{
    Q_OBJECT

private:
    static void resetMidRequest(FrontStand& stand, int count)
    {
        static const QByteArray half =
            "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 500\r\n\r\nx";
        for (int i = 0; i < count; ++i) {
            RawClient client(stand.port());
            QVERIFY(client.isConnected());
            switch (i % 4) {
            case 0:
                client.send(half);
                break;
            case 1:
                client.send(getRequest("/late/20"));
                break;
            case 2:
                client.send("GET /fixed HTT");
                break;
            default:
                client.send(getRequest("/big/300000"));
                break;
            }
            client.reset();
        }
        QTRY_COMPARE_WITH_TIMEOUT(stand.server().counters().connectionsOpen, 0U, 20'000);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(raiseDescriptorLimit() > 0); }

    void threeThousandResets()
    {
        FrontStand stand;
        resetMidRequest(stand, 3000);
        // The allocator keeps the peak, which chance moves a little; a leak grows in every round.
        qint64 grown = 0;
        for (int round = 0; round < (isSanitized ? 1 : 5); ++round) {
            const qint64 before = residentBytes();
            resetMidRequest(stand, 3000);
            grown = residentBytes() - before;
            if (grown < 1024 * 1024) {
                break;
            }
        }
        QCOMPARE(RawClient(stand.port()).get("/fixed").status, 200);
        if (!isSanitized) {
            QVERIFY2(grown < 1024 * 1024, qPrintable(QString::number(grown)));
        }
    }

    void idleCrowd()
    {
        const int crowd = isSanitized ? 500 : 3000;
        FrontStand stand;
        std::vector<RawClient> busy;
        for (int i = 0; i < 8; ++i) {
            busy.emplace_back(stand.port());
            QCOMPARE(busy.back().get("/fixed").status, 200);
        }
        const qint64 before = residentBytes();
        std::vector<RawClient> idle;
        idle.reserve(static_cast<size_t>(crowd));
        for (int i = 0; i < crowd; ++i) {
            idle.emplace_back(stand.port());
            QCOMPARE(idle.back().get("/fixed").status, 200);
        }
        const qint64 perConnection = (residentBytes() - before) / crowd; // our own half included
        qInfo("%lld bytes for each idle connection", static_cast<long long>(perConnection));
        if (!isSanitized) {
            QVERIFY2(perConnection < 40 * 1024, qPrintable(QString::number(perConnection)));
        }
        for (int round = 0; round < 100; ++round) {
            for (RawClient& client : busy) {
                client.send(getRequest("/fixed"));
            }
            for (RawClient& client : busy) {
                QCOMPARE(client.read().status, 200);
            }
        }
        QCOMPARE(stand.server().counters().connectionsOpen, static_cast<quint64>(crowd + 8));
        idle.clear();
        QTRY_COMPARE_WITH_TIMEOUT(stand.server().counters().connectionsOpen, 8U, 10'000);
    }

    void mediumAnswersDoNotWaitForAcknowledgements()
    {
        FrontStand stand;
        RawClient client(stand.port());
        std::vector<qint64> micros;
        for (int i = 0; i < 50; ++i) {
            QElapsedTimer since;
            since.start();
            QCOMPARE(client.get("/big/60000").body.size(), 60'000);
            micros.push_back(since.nsecsElapsed() / 1000);
        }
        QVERIFY(medianOf(micros) < 20'000);
    }

    void blockedThreadHoldsFewBack()
    {
        ServerOptions options;
        options.threads = 4;
        FrontStand stand(options);
        RawClient blocker(stand.port());
        blocker.send(getRequest("/stuck"));
        QTRY_COMPARE(stand.stuck(), 1);
        std::vector<RawClient> clients;
        for (int i = 0; i < 40; ++i) {
            clients.emplace_back(stand.port());
            clients.back().send(getRequest("/fixed"));
        }
        int served = 0;
        std::vector<RawClient> waiting;
        for (RawClient& client : clients) {
            // The others have long been answered when the first one's second is over.
            if (client.read(waiting.size() < 2 ? 1000ms : 50ms).status == 200) {
                ++served;
            } else {
                waiting.push_back(std::move(client));
            }
        }
        QVERIFY2(served >= 30, qPrintable(QString::number(served))); // at most a quarter feels it
        stand.unblock();
        for (RawClient& client : waiting) {
            QCOMPARE(client.read().status, 200);
        }
        QCOMPARE(blocker.read().status, 200);
    }

    void fewDescriptors()
    {
        QProcess child;
        child.setProcessEnvironment([] {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("FRONT_FEW_DESCRIPTORS"), QStringLiteral("1"));
            return environment;
        }());
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("servesWith64")});
        QVERIFY(child.waitForStarted());
        QByteArray output;
        const auto portLine = [&] {
            child.waitForReadyRead(100);
            output += child.readAll();
            const qsizetype at = output.indexOf("port=");
            const qsizetype end = at < 0 ? -1 : output.indexOf('\n', at);
            return end < 0 ? 0 : output.mid(at + 5, end - at - 5).toInt();
        };
        int port = 0;
        QTRY_VERIFY_WITH_TIMEOUT((port = portLine()) > 0, 20'000);
        {
            std::vector<RawClient> clients;
            int served = 0;
            for (int i = 0; i < 120; ++i) {
                clients.emplace_back(static_cast<quint16>(port));
                served += clients.back().get("/fixed", 5s).status == 200 ? 1 : 0;
            }
            QVERIFY2(served >= 10 && served < 64, qPrintable(QString::number(served)));
        }
        QTRY_COMPARE(RawClient(static_cast<quint16>(port)).get("/fixed").status, 200);
        child.write("end\n");
        child.closeWriteChannel();
        QVERIFY(child.waitForFinished(20'000));
        output += child.readAll();
        QVERIFY2(child.exitCode() == 0, output.constData());
    }

    // The child's half: serves until its standard input ends, with little CPU.
    void servesWith64()
    {
        if (!qEnvironmentVariableIsSet("FRONT_FEW_DESCRIPTORS")) {
            QSKIP("the child's half of fewDescriptors");
        }
        const rlimit few{64, 64};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        FrontStand stand;
        QVERIFY(stand.server().connectionsMax() < 64);
        std::printf("port=%d\n", int{stand.port()});
        std::fflush(stdout);
        const qint64 before = cpuMillis();
        std::array<char, 16> line{};
        QVERIFY(std::fgets(line.data(), line.size(), stdin) != nullptr);
        if (!isSanitized) {
            QVERIFY(cpuMillis() - before < 1000); // a spinning acceptor would take all of it
        }
        QVERIFY(stand.refused(Refusal::TooManyConnections) >= 56);
    }

    void garbage()
    {
        const int inputs = isSanitized ? 2000 : 10'000;
        const quint32 seed = qEnvironmentVariableIsSet("FRONT_SEED")
                                 ? qEnvironmentVariable("FRONT_SEED").toUInt()
                                 : 20'261'123U;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        FrontStand stand;
        for (int i = 0; i < inputs; ++i) {
            RawClient client(stand.port());
            QVERIFY(client.send(garbageOf(random)));
            if (i % 500 == 0) {
                QCOMPARE(RawClient(stand.port()).get("/items/7").body, "GET 7");
            }
        }
        QCOMPARE(RawClient(stand.port()).get("/items/7").body, "GET 7");
        QTRY_COMPARE_WITH_TIMEOUT(stand.server().counters().connectionsOpen, 0U, 20'000);
    }

private:
    // Noise, or a good request with a few bytes changed, doubled or cut.
    static QByteArray garbageOf(std::mt19937& random)
    {
        const auto upTo = [&](qsizetype limit) {
            return static_cast<qsizetype>(random() % static_cast<quint32>(limit));
        };
        QByteArray bytes;
        if (upTo(3) == 0) {
            for (qsizetype i = upTo(200) + 1; i > 0; --i) {
                bytes.append(static_cast<char>(random() & 0xffU));
            }
            return bytes;
        }
        bytes = "POST /echo?a=%41 HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n"
                "Connection: keep-alive\r\nExpect: 100-continue\r\n\r\nhello" +
                getRequest("/items/%20x");
        for (qsizetype i = upTo(6) + 1; i > 0; --i) {
            const qsizetype at = upTo(bytes.size());
            switch (upTo(4)) {
            case 0:
                bytes[at] = static_cast<char>(random() & 0xffU);
                break;
            case 1:
                bytes.insert(at, bytes.mid(at, upTo(20)));
                break;
            case 2:
                bytes.remove(at, upTo(10));
                break;
            default:
                bytes.insert(at, "\r\n");
                break;
            }
            if (bytes.isEmpty()) {
                bytes = "G";
            }
        }
        return bytes;
    }
};

QTEST_GUILESS_MAIN(FrontStormTest)
#include "front_storm_test.moc"
