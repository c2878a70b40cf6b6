// The reply token: answers from other threads, clients that leave, pipelining, the graceful end.
#include "tests/http/front_client.h"
#include "tests/http/front_stand.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <future>
#include <thread>

using namespace holdfast::http;
using namespace holdfast::test;

class FrontReplyTest : public QObject
{
    Q_OBJECT

private:
    static quint64 openConnections(FrontStand& stand)
    {
        return stand.server().counters().connectionsOpen;
    }

private Q_SLOTS:
    void answersFromOtherThreads()
    {
        FrontStand stand;
        RawClient client(stand.port());
        for (int i = 0; i < 200; ++i) {
            QCOMPARE(client.get("/late/0").body, R"({"late":0})");
        }
    }

    void manyAnswersAtOnce()
    {
        ServerOptions options;
        options.threads = 2;
        FrontStand stand(options);
        std::vector<RawClient> clients;
        for (int i = 0; i < 256; ++i) {
            clients.emplace_back(stand.port());
            clients.back().send(getRequest("/kept"));
        }
        QTRY_COMPARE(stand.late.kept(), size_t(256));
        stand.late.releaseAll();
        for (RawClient& client : clients) {
            QCOMPARE(client.read().body, R"({"kept":true})");
        }
    }

    void clientsThatHangUp()
    {
        FrontStand stand;
        for (int round = 0; round < 3; ++round) {
            std::vector<RawClient> clients;
            for (int i = 0; i < 20; ++i) {
                clients.emplace_back(stand.port());
                clients.back().send(getRequest("/late/300"));
            }
            for (size_t i = 0; i < clients.size(); ++i) {
                if (i % 2 == 0) {
                    clients[i].close();
                } else {
                    clients[i].reset();
                }
            }
            QTRY_COMPARE(openConnections(stand), 0U);
        }
        QTRY_COMPARE(stand.server().counters().answersAbandoned, 60U);
        QCOMPARE(RawClient(stand.port()).get("/late/1").status, 200);
    }

    void tokenKnowsThatTheClientLeft()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send(getRequest("/kept"));
        QTRY_COMPARE(stand.late.kept(), size_t(1));
        QVERIFY(!stand.late.isAnyKeptAbandoned());
        client.close();
        QTRY_VERIFY(stand.late.isAnyKeptAbandoned());
        stand.late.releaseAll();
        QTRY_COMPARE(stand.server().counters().answersAbandoned, 1U);
    }

    void pipelinedAnswersKeepTheirOrder()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send(getRequest("/late/400") + getRequest("/items/second") + getRequest("/late/1") +
                    getRequest("/items/fourth"));
        QCOMPARE(client.read().body, R"({"late":400})");
        QCOMPARE(client.read().body, "GET second");
        QCOMPARE(client.read().body, R"({"late":1})");
        QCOMPARE(client.read().body, "GET fourth");
    }

    void pipelinedWhilePending()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send(getRequest("/kept"));
        QTRY_COMPARE(stand.late.kept(), size_t(1));
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 6\r\n\r\nsec");
        client.send("ond" + getRequest("/items/third"));
        QCOMPARE(RawClient(stand.port()).get("/fixed").status, 200);
        stand.late.releaseAll();
        QCOMPARE(client.read().body, R"({"kept":true})");
        QCOMPARE(client.read().body, "second");
        QCOMPARE(client.read().body, "GET third");
    }

    void pipelinedThousands()
    {
        FrontStand stand;
        RawClient client(stand.port());
        QByteArray all;
        for (int i = 0; i < 1000; ++i) {
            all += getRequest("/items/" + QByteArray::number(i));
        }
        std::thread sender([&] { client.send(all); });
        int matching = 0;
        for (int i = 0; i < 1000; ++i) {
            matching += client.read().body == "GET " + QByteArray::number(i) ? 1 : 0;
        }
        sender.join();
        QCOMPARE(matching, 1000);
    }

    void pipeliningTooMuchEndsTheConnection()
    {
        FrontStand stand;
        RawClient client(stand.port());
        client.send(getRequest("/kept"));
        QTRY_COMPARE(stand.late.kept(), size_t(1));
        client.send(getRequest("/fixed").repeated(10'000));
        QTRY_COMPARE(stand.refused(Refusal::PipelineOverflow), 1U);
        stand.late.releaseAll();
        const RawAnswer answer = client.read();
        QCOMPARE(answer.body, R"({"kept":true})");
        QCOMPARE(answer.header("Connection"), "close");
        QVERIFY(client.closesWithin(4s));
        QVERIFY(client.unread().isEmpty());
    }

    void handlersThatFail()
    {
        FrontStand stand;
        RawClient client(stand.port());
        for (const char* path : {"/throws", "/forgotten"}) {
            const RawAnswer answer = client.get(path);
            QCOMPARE(answer.status, 500);
            QVERIFY(answer.body.contains("internal_error"));
            QVERIFY(!answer.body.contains("by test"));
        }
        QCOMPARE(client.get("/fixed").status, 200);
    }

    void sinkTokens()
    {
        int status = 0;
        {
            const Reply reply = Reply::toSink([&](const Response& r) { status = r.status; });
            reply.send(Response::json(201, "{}"));
            QCOMPARE(status, 201);
            reply.fail(); // answered already: nothing happens
        }
        QCOMPARE(status, 201);
        {
            const Reply dropped = Reply::toSink([&](const Response& r) { status = r.status; });
        }
        QCOMPARE(status, 500);
    }

    // Answering twice must stop the process, not confuse two clients.
    void secondAnswerStopsTheProcess()
    {
        QProcess child;
        child.setProcessEnvironment([] {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("FRONT_ANSWER_TWICE"), QStringLiteral("1"));
            return environment;
        }());
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("answerTwice")});
        QVERIFY(child.waitForFinished(30'000));
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
    }

    void answerTwice()
    {
        if (!qEnvironmentVariableIsSet("FRONT_ANSWER_TWICE")) {
            QSKIP("the child's half of secondAnswerStopsTheProcess");
        }
        const Reply reply = Reply::toSink([](const Response&) {});
        reply.send(Response::json(200, "{}"));
        reply.send(Response::json(200, "{}"));
    }

    void gracefulEnd()
    {
        FrontStand stand;
        RawClient idle(stand.port());
        RawClient pending(stand.port());
        QCOMPARE(idle.get("/fixed").status, 200);
        pending.send(getRequest("/late/700"));
        QTRY_COMPARE(stand.server().counters().requests, 2U);
        auto drained = std::async(std::launch::async, [&] { return stand.server().drain(10s); });
        QVERIFY(idle.closesWithin(2s));
        QTRY_VERIFY(!RawClient(stand.port()).isConnected());
        const RawAnswer answer = pending.read();
        QCOMPARE(answer.body, R"({"late":700})");
        QCOMPARE(answer.header("Connection"), "close");
        QVERIFY(drained.get());
        QVERIFY(pending.closesWithin(1s));
        QCOMPARE(openConnections(stand), 0U);
    }

    void gracefulEndHasADeadline()
    {
        FrontStand stand;
        RawClient pending(stand.port());
        pending.send(getRequest("/kept"));
        QTRY_COMPARE(stand.late.kept(), size_t(1));
        QElapsedTimer since;
        since.start();
        QVERIFY(!stand.server().drain(300ms));
        QVERIFY(since.elapsed() < 5000);
        QVERIFY(pending.closesWithin(1s));
        stand.late.releaseAll(); // too late, and harmless
    }

    void gracefulEndFinishesAHalfSentRequest()
    {
        FrontStand stand;
        RawClient client(stand.port());
        QCOMPARE(client.get("/fixed").status, 200);
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 6\r\n\r\nfir");
        QCOMPARE(RawClient(stand.port()).get("/fixed").status, 200); // the half was read before
        auto drained = std::async(std::launch::async, [&] { return stand.server().drain(10s); });
        QTRY_VERIFY(!RawClient(stand.port()).isConnected());
        client.send("st!");
        const RawAnswer answer = client.read();
        QCOMPARE(answer.body, "first!");
        QCOMPARE(answer.header("Connection"), "close");
        QVERIFY(drained.get());
    }

    void suddenEnd()
    {
        RawClient client(0);
        {
            FrontStand stand;
            client = RawClient(stand.port());
            client.send(getRequest("/kept"));
            QTRY_COMPARE(stand.late.kept(), size_t(1));
        }
        QVERIFY(client.closesWithin(1s));
    }

    // Threads, clients and ends all at once: meant for the thread sanitizer.
    void turmoil()
    {
        ServerOptions options;
        options.threads = 3;
        FrontStand stand(options);
        std::atomic<int> good = 0;
        std::vector<std::thread> threads;
        threads.reserve(6);
        for (int t = 0; t < 6; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 60; ++i) {
                    RawClient client(stand.port());
                    const RawAnswer answer = client.get(i % 3 == 0 ? "/late/2" : "/fixed");
                    good += answer.status == 200 ? 1 : 0;
                    client.send(getRequest("/late/5"));
                    if ((i + t) % 2 == 0) {
                        client.reset();
                    }
                    static_cast<void>(stand.server().counters());
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(good.load(), 360);
        QVERIFY(stand.server().drain(10s));
    }
};

QTEST_GUILESS_MAIN(FrontReplyTest)
#include "front_reply_test.moc"
