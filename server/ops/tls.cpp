#include "server/ops/tls.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>

namespace holdfast {

namespace {

QSslKey readKey(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray pem = file.readAll();
    for (const auto algorithm : {QSsl::Ec, QSsl::Rsa}) {
        const QSslKey key(pem, algorithm);
        if (!key.isNull()) {
            return key;
        }
    }
    return {};
}

} // namespace

Result<std::optional<QSslConfiguration>, std::string> loadTls(const QString& certificateFile,
                                                              const QString& keyFile)
{
    if (certificateFile.isEmpty() && keyFile.isEmpty()) {
        return std::nullopt;
    }
    if (certificateFile.isEmpty() || keyFile.isEmpty()) {
        return Failure<std::string>("--tls-cert and --tls-key belong together");
    }
    const QList<QSslCertificate> chain = QSslCertificate::fromPath(certificateFile);
    if (chain.isEmpty()) {
        return Failure<std::string>("--tls-cert: no certificate in " +
                                    certificateFile.toStdString());
    }
    const QSslKey key = readKey(keyFile);
    if (key.isNull()) {
        return Failure<std::string>("--tls-key: no private key in " + keyFile.toStdString());
    }
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(key);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    return tls;
}

} // namespace holdfast
