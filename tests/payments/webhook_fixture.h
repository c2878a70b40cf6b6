#pragma once

#include "server/payments/canonical_webhook.h"
#include "server/payments/standard_webhooks.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

namespace holdfast::test {

inline const std::string secretA = "whsec_c2lnbmluZy1rZXktb2YtYS10ZXN0LXNob3AtMDE=";
inline const std::string secretB =
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss"
    "LS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
inline constexpr std::int64_t signedAtSeconds = 1'700'000'000;
inline constexpr Instant signedAt{signedAtSeconds * 1000};

inline WebhookSecret secret(std::string_view text)
{
    auto parsed = WebhookSecret::parse(text);
    if (!parsed) {
        qFatal("the fixture's secret %s", parsed.error().c_str());
    }
    return *parsed;
}

/// A webhook that owns its bytes, so that a test can bend any of them.
struct Message
{
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    Message& set(const std::string& name, const std::string& value)
    {
        for (auto& header : headers) {
            if (header.first == name) {
                header.second = value;
                return *this;
            }
        }
        return add(name, value);
    }

    Message& add(const std::string& name, const std::string& value)
    {
        headers.emplace_back(name, value);
        return *this;
    }

    [[nodiscard]] std::vector<WebhookHeader> views() const
    {
        std::vector<WebhookHeader> all;
        for (const auto& [name, value] : headers) {
            all.push_back({name, value});
        }
        return all;
    }
};

inline Message signedMessage(std::string body, std::string_view secretText = secretA,
                             const std::string& id = "msg_1")
{
    const std::string timestamp = std::to_string(signedAtSeconds);
    Message message;
    message.body = std::move(body);
    message.set("webhook-id", id)
        .set("webhook-timestamp", timestamp)
        .set("webhook-signature",
             signStandardWebhook(secret(secretText), id, timestamp, message.body));
    return message;
}

inline Result<void, WebhookFault>
verify(const Message& message, const std::vector<WebhookSecret>& secrets, Instant now = signedAt)
{
    const auto headers = message.views();
    return verifyStandardWebhook({headers, message.body}, secrets, now);
}

/// The word of what came out: "ok" or a fault's name.
template <class T>
QByteArray outcome(const Result<T, WebhookFault>& result)
{
    if (result) {
        return QByteArrayLiteral("ok");
    }
    const std::string_view name = nameOf(result.error().kind);
    return {name.data(), static_cast<qsizetype>(name.size())};
}

} // namespace holdfast::test
