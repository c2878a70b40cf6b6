#include "server/payments/standard_webhooks.h"

#include "server/payments/base64.h"
#include "server/payments/header_lookup.h"
#include "shared/domain/assert.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace holdfast {

namespace {

constexpr std::string_view secretPrefix = "whsec_";
constexpr std::string_view signaturePrefix = "v1,";

/// The three headers after their sizes and forms have been checked.
struct SignatureHeaders
{
    std::string_view id;
    std::string_view timestamp;
    std::string_view signatures;
    Instant sentAt;
};

Failure<WebhookFault> fault(WebhookFaultKind kind, std::string_view field, std::string detail)
{
    return Failure<WebhookFault>(WebhookFault{kind, std::string(field), std::move(detail)});
}

Result<std::string_view, WebhookFault> oneHeader(const WebhookRequest& request,
                                                 std::string_view name, std::size_t bytesMax)
{
    const HeaderLookup found = findHeader(request, name);
    if (found.count == 0 || found.value.empty()) {
        return fault(WebhookFaultKind::SignatureMissing, name,
                     "The header " + std::string(name) + " is missing.");
    }
    if (found.count > 1) {
        return fault(WebhookFaultKind::SignatureMalformed, name,
                     "The header " + std::string(name) + " stands there more than once.");
    }
    if (found.value.size() > bytesMax) {
        return fault(WebhookFaultKind::SignatureMalformed, name,
                     "The header " + std::string(name) + " is longer than " +
                         std::to_string(bytesMax) + " bytes.");
    }
    return found.value;
}

/// Digits only: a sign, a fraction or white space would make two texts of one time.
Result<Instant, WebhookFault> parseTimestamp(std::string_view text)
{
    std::int64_t seconds = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') {
            return fault(WebhookFaultKind::SignatureMalformed, "webhook-timestamp",
                         "The header webhook-timestamp must be Unix seconds in decimal digits.");
        }
        seconds = seconds * 10 + (digit - '0');
    }
    return Instant{seconds * 1000};
}

Result<SignatureHeaders, WebhookFault> readHeaders(const WebhookRequest& request)
{
    const auto id = oneHeader(request, "webhook-id", limits::webhookIdBytesMax);
    if (!id) {
        return Failure<WebhookFault>(id.error());
    }
    const auto timestamp =
        oneHeader(request, "webhook-timestamp", limits::webhookTimestampDigitsMax);
    if (!timestamp) {
        return Failure<WebhookFault>(timestamp.error());
    }
    const auto signatures =
        oneHeader(request, "webhook-signature", limits::webhookSignatureBytesMax);
    if (!signatures) {
        return Failure<WebhookFault>(signatures.error());
    }
    const auto sentAt = parseTimestamp(*timestamp);
    if (!sentAt) {
        return Failure<WebhookFault>(sentAt.error());
    }
    return SignatureHeaders{*id, *timestamp, *signatures, *sentAt};
}

Result<void, WebhookFault> checkTime(Instant sentAt, Instant now)
{
    if (now - sentAt > limits::webhookTolerance) {
        return fault(WebhookFaultKind::TimestampTooOld, "webhook-timestamp",
                     "The webhook was signed more than 300 seconds ago.");
    }
    if (sentAt - now > limits::webhookTolerance) {
        return fault(WebhookFaultKind::TimestampTooNew, "webhook-timestamp",
                     "The webhook was signed more than 300 seconds in the future.");
    }
    return {};
}

/// The v1 signatures of the header without their prefix; other versions are not ours to judge.
Result<std::vector<std::string_view>, WebhookFault> splitSignatures(std::string_view header)
{
    std::vector<std::string_view> found;
    std::size_t entries = 0;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(' '), header.size());
        const std::string_view entry = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        if (entry.empty()) {
            continue;
        }
        if (++entries > limits::webhookSignatureCountMax) {
            return fault(WebhookFaultKind::SignatureMalformed, "webhook-signature",
                         "The header webhook-signature holds too many signatures.");
        }
        if (entry.starts_with(signaturePrefix)) {
            found.push_back(entry.substr(signaturePrefix.size()));
        }
    }
    return found;
}

/// A "." inside the id cannot move bytes between the parts: the body of any event that is taken
/// starts with "{", and a timestamp holds digits only.
std::string signedContent(std::string_view id, std::string_view timestamp, std::string_view body)
{
    std::string content;
    content.reserve(id.size() + timestamp.size() + body.size() + 2);
    content.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
    return content;
}

std::string hmacBase64(std::string_view key, std::string_view content)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(content.data());
    HOLDFAST_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes,
                         content.size(), digest.data(), &size) != nullptr);
    return encodeBase64({reinterpret_cast<const char*>(digest.data()), size});
}

/// Compares the base 64 text, not the decoded bytes: one signature has one spelling.
bool anyFits(std::span<const WebhookSecret> keys, std::span<const std::string_view> signatures,
             const std::string& content)
{
    unsigned int fits = 0;
    for (const WebhookSecret& key : keys) {
        const std::string expected = hmacBase64(key.key(), content);
        for (const std::string_view signature : signatures) {
            if (signature.size() == expected.size()) {
                const int differs =
                    CRYPTO_memcmp(signature.data(), expected.data(), expected.size());
                fits |= static_cast<unsigned int>(differs == 0);
            }
        }
    }
    return fits != 0;
}

} // namespace

Result<WebhookSecret, std::string> WebhookSecret::parse(std::string_view text)
{
    const bool prefixed = text.starts_with(secretPrefix);
    const auto key = decodeBase64(prefixed ? text.substr(secretPrefix.size()) : text);
    if (!key) {
        return Failure<std::string>(prefixed ? "is not base 64 after its \"whsec_\""
                                             : "is neither \"whsec_\" + base 64 nor base 64");
    }
    if (key->empty()) {
        return Failure<std::string>("is empty");
    }
    if (key->size() > limits::webhookSecretBytesMax) {
        return Failure<std::string>("is longer than 512 bytes");
    }
    return WebhookSecret(*key);
}

WebhookSecret::~WebhookSecret()
{
    OPENSSL_cleanse(m_key.data(), m_key.size());
}

Result<std::vector<WebhookSecret>, std::string>
parseWebhookSecrets(std::span<const std::string> texts)
{
    if (texts.size() > limits::webhookSecretCountMax) {
        return Failure<std::string>("there are more than 16 webhook secrets");
    }
    std::vector<WebhookSecret> secrets;
    secrets.reserve(texts.size());
    for (const std::string& text : texts) {
        auto secret = WebhookSecret::parse(text);
        if (!secret) {
            return Failure<std::string>("webhook secret " + std::to_string(secrets.size() + 1) +
                                        " " + secret.error());
        }
        secrets.push_back(std::move(*secret));
    }
    return secrets;
}

std::string signStandardWebhook(const WebhookSecret& secret, std::string_view id,
                                std::string_view timestamp, std::string_view body)
{
    return std::string(signaturePrefix) +
           hmacBase64(secret.key(), signedContent(id, timestamp, body));
}

Result<void, WebhookFault> verifyStandardWebhook(const WebhookRequest& request,
                                                 std::span<const WebhookSecret> keys, Instant now)
{
    if (request.body.size() > limits::requestBodyBytesMax) {
        return fault(WebhookFaultKind::BodyTooLarge, {}, "The body is larger than 1 MiB.");
    }
    if (keys.empty()) {
        return fault(WebhookFaultKind::SecretNotConfigured, {},
                     "This server has no webhook secret, so it can trust no webhook.");
    }
    const auto headers = readHeaders(request);
    if (!headers) {
        return Failure<WebhookFault>(headers.error());
    }
    if (auto time = checkTime(headers->sentAt, now); !time) {
        return time;
    }
    const auto signatures = splitSignatures(headers->signatures);
    if (!signatures) {
        return Failure<WebhookFault>(signatures.error());
    }
    const std::string content = signedContent(headers->id, headers->timestamp, request.body);
    if (!anyFits(keys, *signatures, content)) {
        return fault(WebhookFaultKind::SignatureMismatch, "webhook-signature",
                     "No signature fits the body and a configured secret.");
    }
    return {};
}

} // namespace holdfast
