#pragma once

#include "tests/support/engines.h"

namespace holdfast::test {

/// The database server that this run of a test program works with, named by HOLDFAST_TEST_ENGINE
/// (postgresql, mariadb) and started at the first call; null when it is not set, for SQLite. One
/// for the whole program; it vanishes with it.
[[nodiscard]] DatabaseServer* databaseServer();

/// The `--database` of a new, empty shop: on that server, or a file in `folder`.
[[nodiscard]] QString newDatabaseUrl(const QString& folder);

} // namespace holdfast::test
