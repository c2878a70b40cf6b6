#include "tests/payments/gateway_process.h"

#include "tests/support/server_process.h"

#include <QRegularExpression>

namespace holdfast::test {

GatewayProcess::~GatewayProcess()
{
    killHard();
}

bool GatewayProcess::start(const QStringList& arguments)
{
    killHard();
    m_process = std::make_unique<QProcess>();
    const QStringList fixed{QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")};
    m_process->start(programPath(QStringLiteral("holdfast-gateway")), fixed + arguments);
    static const QRegularExpression ready(
        QStringLiteral("^listening on http://127\\.0\\.0\\.1:(\\d+)\n$"));
    if (!m_process->waitForStarted() || !m_process->waitForReadyRead(30'000)) {
        return false;
    }
    const auto match = ready.match(QString::fromUtf8(m_process->readAllStandardOutput()));
    m_port = match.captured(1).toUShort();
    return match.hasMatch();
}

void GatewayProcess::killHard()
{
    if (m_process && m_process->state() != QProcess::NotRunning) {
        m_process->kill();
        m_process->waitForFinished();
    }
}

int GatewayProcess::stop()
{
    m_process->terminate();
    if (!m_process->waitForFinished(15'000) || m_process->exitStatus() != QProcess::NormalExit) {
        return -1;
    }
    return m_process->exitCode();
}

QByteArray GatewayProcess::errors() const
{
    return m_process->readAllStandardError();
}

} // namespace holdfast::test
