#pragma once

#include "tests/support/http_client.h"

#include <QProcess>
#include <QStringList>

#include <memory>

namespace holdfast::test {

/// The real holdfast-gateway on a free port; killed when the object goes. Use from one thread.
class GatewayProcess
{
public:
    static inline const QString secret =
        QStringLiteral("whsec_c2lnbmluZy1rZXktb2YtYS10ZXN0LXNob3AtMDE=");

    GatewayProcess() = default;
    ~GatewayProcess();
    GatewayProcess(const GatewayProcess&) = delete;
    GatewayProcess& operator=(const GatewayProcess&) = delete;

    /// `arguments` are added to `--listen 127.0.0.1:0`. Waits for the ready line.
    bool start(const QStringList& arguments);
    void killHard();
    /// SIGTERM, then the exit code; -1 on a crash or past 15 s.
    int stop();

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] HttpClient client() const { return HttpClient(m_port); }
    [[nodiscard]] QByteArray errors() const;

private:
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
};

} // namespace holdfast::test
