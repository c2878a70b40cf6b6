#pragma once

#include "server/payments/gateway.h"
#include "shared/domain/limits.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The symmetric scheme of the Standard Webhooks specification 1.0.0: HMAC-SHA256 over
/// "{webhook-id}.{webhook-timestamp}.{body}", sent in base 64 as "v1,…".
namespace holdfast {

/// A shared key, wiped when it goes.
class WebhookSecret
{
public:
    /// Takes "whsec_" + base 64, or the base 64 alone. The error is a sentence for the person who
    /// configured it and does not repeat the secret.
    [[nodiscard]] static Result<WebhookSecret, std::string> parse(std::string_view text);

    WebhookSecret(const WebhookSecret&) = default;
    WebhookSecret(WebhookSecret&&) = default;
    WebhookSecret& operator=(const WebhookSecret&) = default;
    WebhookSecret& operator=(WebhookSecret&&) = default;
    ~WebhookSecret();

    [[nodiscard]] std::string_view key() const { return m_key; }

    /// Works, but is shorter than the specification asks for: worth a warning at start.
    [[nodiscard]] bool isShort() const { return m_key.size() < limits::webhookSecretBytesAdvised; }

private:
    explicit WebhookSecret(std::string key) : m_key(std::move(key)) {}

    std::string m_key;
};

/// All secrets of a configuration; the error names the one that is wrong by its place.
[[nodiscard]] Result<std::vector<WebhookSecret>, std::string>
parseWebhookSecrets(std::span<const std::string> texts);

/// The value for `webhook-signature`: "v1,…". `timestamp` is the text that goes into
/// `webhook-timestamp`: Unix seconds in decimal.
[[nodiscard]] std::string signStandardWebhook(const WebhookSecret& secret, std::string_view id,
                                              std::string_view timestamp, std::string_view body);

/// Holds when any of the signatures fits any of the secrets and the time is near `now`. All
/// pairs are compared, each in constant time, so that neither the place of a match nor the number
/// of matching bytes can be timed.
[[nodiscard]] Result<void, WebhookFault> verifyStandardWebhook(const WebhookRequest& request,
                                                               std::span<const WebhookSecret> keys,
                                                               Instant now);

} // namespace holdfast
