#include "tests/support/signature.h"

#include <QMessageAuthenticationCode>

namespace holdfast::test {

QByteArray signature(const QByteArray& secret, const QByteArray& id, qint64 unixSeconds,
                     const QByteArray& body)
{
    const QByteArray key = QByteArray::fromBase64(secret.mid(6)); // behind "whsec_"
    const QByteArray text = id + '.' + QByteArray::number(unixSeconds) + '.' + body;
    return "v1," +
           QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256).toBase64();
}

HeaderList signedHeaders(const QByteArray& secret, const QByteArray& id, qint64 unixSeconds,
                         const QByteArray& body)
{
    return {{"webhook-id", id},
            {"webhook-timestamp", QByteArray::number(unixSeconds)},
            {"webhook-signature", signature(secret, id, unixSeconds, body)}};
}

} // namespace holdfast::test
