#pragma once

#include "server/ops/config.h"

namespace holdfast {

// The sub-commands beside `serve`; each gives the exit code of the process. `arguments` are those
// that are no options of the configuration.
[[nodiscard]] int runMigrate(const Config& config, const QStringList& arguments);
[[nodiscard]] int runImport(const Config& config, const QStringList& arguments);
[[nodiscard]] int runExport(const Config& config, const QStringList& arguments);
[[nodiscard]] int runVerify(const Config& config, const QStringList& arguments);
[[nodiscard]] int runBackup(const Config& config, const QStringList& arguments);
[[nodiscard]] int runToken(const Config& config, const QStringList& arguments);
[[nodiscard]] int runConfig(const Config& config, const QStringList& arguments);

} // namespace holdfast
