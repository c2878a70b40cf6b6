// The real server, the real card gateway and real tills, each till with its own disk and its own
// cable that can be pulled.
#pragma once

#include "app/session/till_session.h"
#include "app/sync/till_worker.h"
#include "tests/support/server_process.h"
#include "tests/support/shop.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <memory>

namespace holdfast::test {

/// A cable: a port that stays the same and leads to wherever the server listens now.
class Cable : public QTcpServer
{
    Q_OBJECT

public:
    Cable();
    void plugInto(quint16 port) { m_target = port; }
    /// Cuts what is under way and lets nothing through until plugged in again.
    void pull();

private:
    void carry();

    quint16 m_target = 0;
};

class GatewayProcess
{
public:
    /// Sends its webhooks to `webhookPort`.
    bool start(quint16 webhookPort, const QByteArray& secret, const QStringList& more = {});
    void killHard();
    ~GatewayProcess() { killHard(); }
    GatewayProcess() = default;
    GatewayProcess(const GatewayProcess&) = delete;
    GatewayProcess& operator=(const GatewayProcess&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }

private:
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
};

class RealTill
{
public:
    RealTill(quint16 serverPort, quint16 gatewayPort);
    ~RealTill();
    RealTill(const RealTill&) = delete;
    RealTill& operator=(const RealTill&) = delete;

    void switchOn();
    void switchOff();
    [[nodiscard]] TillSession& session() { return *m_session; }
    /// What the tile of a product says may still be added; -1 when it is not shown.
    [[nodiscard]] int tile(qint64 productId);

private:
    QTemporaryDir m_folder;
    quint16 m_serverPort;
    quint16 m_gatewayPort;
    std::unique_ptr<TillWorker> m_worker;
    std::unique_ptr<TillSession> m_session;
};

/// Server and gateway, running and knowing each other.
class TillWorld
{
public:
    bool start(const QStringList& gatewayOptions = {}, const QStringList& serverOptions = {});
    [[nodiscard]] ServerProcess& server() { return *m_server; }
    [[nodiscard]] GatewayProcess& gateway() { return m_gateway; }
    [[nodiscard]] Shop shop() const { return Shop(m_server->client()); }
    [[nodiscard]] Cable& cable() { return m_cable; }
    [[nodiscard]] std::unique_ptr<RealTill> newTill();
    /// kill -9, and up again on the same database.
    bool restartServerHard();

private:
    std::unique_ptr<ServerProcess> m_server;
    GatewayProcess m_gateway;
    Cable m_cable;
};

} // namespace holdfast::test
