#pragma once

#include "tests/support/http_client.h"

namespace holdfast::test {

/// Headers of the Standard Webhooks scheme (standardwebhooks.com, version 1): the signature is
/// base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body)). `secret` has the `whsec_` form.
/// Written apart from the server's own code, so that the two check each other.
HeaderList signedHeaders(const QByteArray& secret, const QByteArray& id, qint64 unixSeconds,
                         const QByteArray& body);

/// Only the signature, as `v1,…`.
QByteArray signature(const QByteArray& secret, const QByteArray& id, qint64 unixSeconds,
                     const QByteArray& body);

} // namespace holdfast::test
