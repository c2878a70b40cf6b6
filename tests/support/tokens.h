#pragma once

#include "tests/support/server_process.h"

namespace holdfast::test {

/// Runs `holdfast-server token create` on the server's database. The token text, or nothing when
/// the command failed or printed no token.
QByteArray createToken(const ServerProcess& server, const QString& role, const QString& name);

} // namespace holdfast::test
