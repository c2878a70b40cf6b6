#pragma once

#include "server/payments/simulator/outbox.h"
#include "server/payments/simulator/rules.h"
#include "server/payments/standard_webhooks.h"

#include <QString>
#include <QStringList>
#include <QUrl>

#include <cstdint>
#include <optional>

namespace holdfast::cardsim {

struct GatewayOptions
{
    QString host;
    quint16 port = 0;
    QUrl webhookUrl; ///< empty: webhooks are listed but not sent
    std::optional<WebhookSecret> secret;
    SimRules rules;
    OutboxSettings outbox;
    std::uint64_t seed = 0;
    QString stateFile; ///< empty: nothing outlives the process
};

struct OptionsOutcome
{
    std::optional<GatewayOptions> options;
    QString text;     ///< help or version when `exitCode` is 0, else what is wrong
    int exitCode = 0; ///< when there are no options
};

/// `environmentSecret` is used when no --webhook-secret is given.
[[nodiscard]] OptionsOutcome parseOptions(const QStringList& arguments,
                                          const QString& environmentSecret);

} // namespace holdfast::cardsim
