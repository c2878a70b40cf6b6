#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// Why a webhook was not taken, one member per cause, in the order in which they are looked for.
/// Size first, then the signature, then the form, then the meaning: a caller without the secret
/// costs little and learns nothing about the rest.
enum class WebhookFaultKind {
    BodyTooLarge,
    SecretNotConfigured, ///< the server has no secret, so no signature can be checked
    SignatureMissing,    ///< one of the signature headers is not there
    SignatureMalformed,  ///< one of them is there twice, too long or not of its form
    TimestampTooOld,
    TimestampTooNew,
    SignatureMismatch,
    BodyNotJson,
    KeyHeaderMalformed, ///< Idempotency-Key is there twice, too long or holds control characters
    BodyNotObject,
    FieldRepeated, ///< a field of ours stands twice in the object: which one counts?
    FieldMissing,
    FieldWrongType,
    FieldTooLong,
    FieldOutOfRange,
    FieldMalformed,
    StatusUnknown
};

/// How a fault is answered.
enum class WebhookFaultClass {
    TooLarge,     ///< 413
    Unauthorized, ///< 401: nothing may be stored but a counter
    Malformed,    ///< 400
    Invalid       ///< 422
};

struct WebhookFault
{
    WebhookFaultKind kind = WebhookFaultKind::BodyNotJson;
    std::string field;  ///< the header or body field at fault; empty for the body as a whole
    std::string detail; ///< a sentence for people; never holds a secret or a signature
};

[[nodiscard]] WebhookFaultClass classOf(WebhookFaultKind kind);
[[nodiscard]] int httpStatusOf(WebhookFaultKind kind);

/// The stable word of the problem document, the same as elsewhere in the API: "body_too_large",
/// "bad_signature", "malformed_json", "malformed_header" or "validation_failed".
[[nodiscard]] std::string_view codeOf(WebhookFaultKind kind);

/// The cause itself, for metrics and logs: "field_missing", "status_unknown", …
[[nodiscard]] std::string_view nameOf(WebhookFaultKind kind);

} // namespace holdfast
