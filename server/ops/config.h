#pragma once

#include "server/cache/redis_url.h"
#include "server/ledger/ledger.h"
#include "shared/domain/result.h"

#include <QProcessEnvironment>
#include <QStringList>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

enum class LogFormat { Automatic, Json, Text };

/// Everything that can be set from outside (contract section 1); docs/operations.md explains it.
struct Config
{
    QString listenHost = QStringLiteral("127.0.0.1");
    quint16 listenPort = 8000;
    std::string database = "sqlite:holdfast.db";
    std::optional<RedisUrl> redis = {};
    LedgerRules rules = {};
    std::vector<std::string> webhookSecrets = {};
    QString tlsCertificateFile = {};
    QString tlsKeyFile = {};
    QStringList trustedProxies = {};
    bool demo = false;
    std::optional<std::string> adminToken = {};
    int threads = 0; ///< 0: one for each core
    LogFormat logFormat = LogFormat::Automatic;
    std::chrono::minutes reconcilePeriod{360};       ///< 0: never
    std::size_t batchMax = limits::batchCommandsMax; ///< 1 compares against a commit per request
};

/// Flags before environment before the file of --config before defaults. `arguments` are those
/// behind the sub-command; what is no option of ours is left in `rest`. The error is one line.
[[nodiscard]] Result<Config, std::string>
loadConfig(const QStringList& arguments, const QProcessEnvironment& environment, QStringList& rest);

/// One `key = value` line for each option, secrets masked.
[[nodiscard]] std::string describe(const Config& config);

/// The options as they stand in --help.
[[nodiscard]] std::string optionHelp();

} // namespace holdfast
