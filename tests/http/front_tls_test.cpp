// The front over TLS: the same guard, and handshakes that cannot hold the others up.
#include "tests/http/front_client.h"
#include "tests/http/front_stand.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace holdfast::http;
using namespace holdfast::test;

class FrontTlsTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QSslConfiguration m_tls;

    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    // Everything until `bodyEnd` has come or the server closes.
    static QByteArray ask(quint16 port, const QByteArray& request, const QByteArray& bodyEnd)
    {
        QSslSocket socket;
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
        if (!socket.waitForEncrypted(10'000)) {
            return socket.errorString().toUtf8();
        }
        socket.write(request);
        QByteArray answer;
        while (!answer.endsWith(bodyEnd) && socket.waitForReadyRead(10'000)) {
            answer += socket.readAll();
        }
        return answer;
    }

    [[nodiscard]] ServerOptions options() const
    {
        ServerOptions tls;
        tls.tls = m_tls;
        return tls;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString key = m_folder.filePath(QStringLiteral("key.pem"));
        const QString certificate = m_folder.filePath(QStringLiteral("cert.pem"));
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                       QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
                       QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"),
                       QStringLiteral("-keyout"), key, QStringLiteral("-out"), certificate,
                       QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                       QStringLiteral("/CN=localhost")});
        QVERIFY(openssl.waitForFinished(60'000));
        QCOMPARE(openssl.exitCode(), 0);
        m_tls = QSslConfiguration::defaultConfiguration();
        m_tls.setLocalCertificate(QSslCertificate(contentOf(certificate)));
        m_tls.setPrivateKey(QSslKey(contentOf(key), QSsl::Ec));
        m_tls.setPeerVerifyMode(QSslSocket::VerifyNone);
        QVERIFY(!m_tls.localCertificate().isNull() && !m_tls.privateKey().isNull());
    }

    void serves()
    {
        FrontStand stand(options());
        QVERIFY(ask(stand.port(), getRequest("/fixed"), "}").endsWith(R"({"fixed":true})"));
        QVERIFY(ask(stand.port(), getRequest("/late/50"), "}").endsWith(R"({"late":50})"));
        const QByteArray twice =
            ask(stand.port(), getRequest("/late/50") + getRequest("/items/2"), "GET 2");
        QVERIFY(twice.indexOf("late") < twice.indexOf("GET 2"));
        QVERIFY(ask(stand.port(), getRequest("/big/3000000"), "bbb\n").size() > 3'000'000);
        const QByteArray body(500'000, 'x');
        QVERIFY(ask(stand.port(),
                    "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 500000"
                    "\r\n\r\n" +
                        body,
                    "nothing")
                    .endsWith(body));
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
    }

    void guards()
    {
        ServerOptions quick = options();
        quick.limits.lingerDeadline = 300ms;
        FrontStand stand(quick);
        QVERIFY(ask(stand.port(), "GET /fixed HTTP/1.1\nHost: t\n\n", "}").contains(" 400 "));
        QVERIFY(ask(stand.port(),
                    "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9999999\r\n\r\n" +
                        QByteArray(100'000, 'x'),
                    "}")
                    .contains(" 413 "));
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
    }

    void readerWhoStopsIsCut()
    {
        ServerOptions quick = options();
        quick.limits.writeStallDeadline = 500ms;
        FrontStand stand(quick);
        QSslSocket socket;
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.setReadBufferSize(4096);
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), stand.port());
        QVERIFY(socket.waitForEncrypted(10'000));
        socket.write(getRequest("/big/30000000"));
        socket.flush();
        QTRY_COMPARE_WITH_TIMEOUT(stand.refused(Refusal::WriteStall), 1U, 5000);
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
    }

    void plainHttpIsRefused()
    {
        FrontStand stand(options());
        RawClient client(stand.port());
        client.send(getRequest("/fixed"));
        QVERIFY(client.closesWithin(3s));
        QTRY_COMPARE(stand.refused(Refusal::HandshakeFailed), 1U);
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
    }

    void silentHandshakesHoldNobodyUp()
    {
        FrontStand stand(options());
        QElapsedTimer since;
        since.start();
        QVERIFY(ask(stand.port(), getRequest("/fixed"), "}").endsWith(R"({"fixed":true})"));
        const qint64 alone = since.elapsed(); // on a loaded or sanitized machine it is not small
        std::vector<RawClient> silent;
        silent.reserve(40);
        for (int i = 0; i < 40; ++i) {
            silent.emplace_back(stand.port());
        }
        QTRY_VERIFY(stand.server().counters().connectionsOpen >= 40U);
        since.start();
        QVERIFY(ask(stand.port(), getRequest("/fixed"), "}").endsWith(R"({"fixed":true})"));
        QVERIFY2(since.elapsed() < 1000 + 3 * alone, qPrintable(QString::number(since.elapsed())));
    }

    void silentHandshakesEnd()
    {
        ServerOptions quick = options();
        quick.limits.handshakeDeadline = 300ms;
        FrontStand stand(quick);
        RawClient client(stand.port());
        QVERIFY(client.closesWithin(1300ms));
        QTRY_COMPARE(stand.refused(Refusal::HandshakeTimeout), 1U);
        QCOMPARE(stand.refused(Refusal::HandshakeFailed), 0U);
    }

    void clientsThatHangUp()
    {
        FrontStand stand(options());
        for (int i = 0; i < 20; ++i) {
            QSslSocket socket;
            socket.setPeerVerifyMode(QSslSocket::VerifyNone);
            socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), stand.port());
            QVERIFY(socket.waitForEncrypted(10'000));
            socket.write(getRequest("/late/100"));
            socket.flush();
            socket.abort();
        }
        QTRY_COMPARE(stand.server().counters().connectionsOpen, 0U);
        QVERIFY(ask(stand.port(), getRequest("/late/150"), "}").endsWith(R"({"late":150})"));
    }

    void gracefulEnd()
    {
        FrontStand stand(options());
        QSslSocket socket;
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), stand.port());
        QVERIFY(socket.waitForEncrypted(10'000));
        socket.write(getRequest("/late/300"));
        socket.flush();
        QTRY_COMPARE(stand.server().counters().requests, 1U);
        QVERIFY(stand.server().drain(10s));
        QByteArray answer;
        while (!answer.endsWith('}') && socket.waitForReadyRead(5000)) {
            answer += socket.readAll();
        }
        QVERIFY(answer.endsWith(R"({"late":300})"));
    }
};

QTEST_GUILESS_MAIN(FrontTlsTest)
#include "front_tls_test.moc"
