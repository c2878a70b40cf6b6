#include "tests/e2e/till_world.h"

#include "app/net/http_transport.h"

#include <QDateTime>
#include <QHostAddress>
#include <QRandomGenerator>
#include <QRegularExpression>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int startMsMax = 30'000;
const QByteArray secret = "whsec_dGhlIHRpbGwgYW5kIHRoZSBnYXRld2F5IGFncmVl";

std::uint64_t random64()
{
    return QRandomGenerator::system()->generate64();
}

QUrl localUrl(quint16 port)
{
    return QUrl(u"http://127.0.0.1:%1"_s.arg(port));
}

} // namespace

Cable::Cable()
{
    connect(this, &QTcpServer::newConnection, this, &Cable::carry);
    listen(QHostAddress::LocalHost);
}

void Cable::carry()
{
    while (QTcpSocket* near = nextPendingConnection()) {
        if (m_target == 0) {
            near->abort();
            near->deleteLater();
            continue;
        }
        auto* far = new QTcpSocket(near);
        far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
        connect(near, &QTcpSocket::readyRead, far, [near, far] { far->write(near->readAll()); });
        connect(far, &QTcpSocket::readyRead, near, [near, far] { near->write(far->readAll()); });
        connect(far, &QTcpSocket::disconnected, near, [near] { near->abort(); });
        connect(far, &QTcpSocket::errorOccurred, near, [near] { near->abort(); });
        connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
    }
}

void Cable::pull()
{
    m_target = 0;
    for (QTcpSocket* socket : findChildren<QTcpSocket*>(Qt::FindDirectChildrenOnly)) {
        socket->abort();
    }
}

bool GatewayProcess::start(quint16 webhookPort, const QByteArray& webhookSecret,
                           const QStringList& more)
{
    m_process = std::make_unique<QProcess>();
    const QString url = u"http://127.0.0.1:%1/api/payments/webhook"_s.arg(webhookPort);
    m_process->start(programPath(u"holdfast-gateway"_s),
                     QStringList{u"--listen"_s, u"127.0.0.1:0"_s, u"--webhook-url"_s, url,
                                 u"--webhook-secret"_s, QString::fromLatin1(webhookSecret),
                                 u"--approve-delay-ms"_s, u"200"_s} +
                         more);
    static const QRegularExpression ready(u"listening on http://[^\\n]*:(\\d+)\\s*\\n"_s);
    QByteArray out;
    while (m_process->waitForReadyRead(startMsMax)) {
        out += m_process->readAllStandardOutput();
        const QRegularExpressionMatch match = ready.match(QString::fromUtf8(out));
        if (match.hasMatch()) {
            m_port = static_cast<quint16>(match.captured(1).toUInt());
            return true;
        }
    }
    return false;
}

void GatewayProcess::killHard()
{
    if (m_process) {
        m_process->kill();
        m_process->waitForFinished();
        m_process.reset();
    }
}

RealTill::RealTill(quint16 serverPort, quint16 gatewayPort)
    : m_serverPort(serverPort), m_gatewayPort(gatewayPort)
{
    switchOn();
}

RealTill::~RealTill()
{
    switchOff();
}

void RealTill::switchOn()
{
    const QString file = m_folder.filePath(u"till.db"_s);
    m_worker = std::make_unique<TillWorker>([this, file] {
        EngineParts parts;
        auto store = LocalStore::open(file);
        if (store) {
            parts.store = std::move(*store);
        }
        parts.transport = std::make_unique<HttpTransport>(
            HttpPlaces{localUrl(m_serverPort), localUrl(m_gatewayPort), ServerProcess::adminToken});
        parts.random = random64;
        parts.monotonicMs = monotonicMs;
        parts.wallMs = QDateTime::currentMSecsSinceEpoch;
        parts.serverUrl = localUrl(m_serverPort).toString();
        return parts;
    });
    TillSettings settings;
    settings.tillName = u"Till"_s;
    settings.server = localUrl(m_serverPort);
    settings.hasGateway = true;
    settings.book.pollMs = 200;
    settings.clocks = {monotonicMs, QDateTime::currentMSecsSinceEpoch};
    settings.random = random64;
    m_session = std::make_unique<TillSession>(m_worker->engine(), std::move(settings));
    m_worker->start();
}

void RealTill::switchOff()
{
    m_session.reset();
    m_worker.reset();
}

int RealTill::tile(qint64 productId)
{
    ProductListModel* products = m_session->products();
    for (int row = 0; row < products->count(); ++row) {
        if (products->productAt(row) == productId) {
            return products->data(products->index(row), ProductListModel::AvailableRole).toInt();
        }
    }
    return -1;
}

bool TillWorld::start(const QStringList& gatewayOptions, const QStringList& serverOptions)
{
    m_server = std::make_unique<ServerProcess>(
        QStringList{u"--webhook-secret"_s, QString::fromLatin1(secret)} + serverOptions);
    if (!m_server->start()) {
        return false;
    }
    m_cable.plugInto(m_server->port());
    // The gateway's webhooks come through the cable too, so that they find a restarted server.
    return m_gateway.start(m_cable.serverPort(), secret, gatewayOptions);
}

std::unique_ptr<RealTill> TillWorld::newTill()
{
    return std::make_unique<RealTill>(m_cable.serverPort(), m_gateway.port());
}

bool TillWorld::restartServerHard()
{
    m_server->killHard();
    m_cable.pull();
    if (!m_server->start()) {
        return false;
    }
    m_cable.plugInto(m_server->port());
    return true;
}

} // namespace holdfast::test
