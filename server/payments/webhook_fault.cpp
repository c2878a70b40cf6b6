#include "server/payments/webhook_fault.h"

#include "shared/domain/assert.h"

namespace holdfast {

WebhookFaultClass classOf(WebhookFaultKind kind)
{
    switch (kind) {
    case WebhookFaultKind::BodyTooLarge:
        return WebhookFaultClass::TooLarge;
    case WebhookFaultKind::SecretNotConfigured:
    case WebhookFaultKind::SignatureMissing:
    case WebhookFaultKind::SignatureMalformed:
    case WebhookFaultKind::TimestampTooOld:
    case WebhookFaultKind::TimestampTooNew:
    case WebhookFaultKind::SignatureMismatch:
        return WebhookFaultClass::Unauthorized;
    case WebhookFaultKind::BodyNotJson:
    case WebhookFaultKind::KeyHeaderMalformed:
        return WebhookFaultClass::Malformed;
    case WebhookFaultKind::BodyNotObject:
    case WebhookFaultKind::FieldRepeated:
    case WebhookFaultKind::FieldMissing:
    case WebhookFaultKind::FieldWrongType:
    case WebhookFaultKind::FieldTooLong:
    case WebhookFaultKind::FieldOutOfRange:
    case WebhookFaultKind::FieldMalformed:
    case WebhookFaultKind::StatusUnknown:
        return WebhookFaultClass::Invalid;
    }
    HOLDFAST_ASSERT(false);
}

int httpStatusOf(WebhookFaultKind kind)
{
    switch (classOf(kind)) {
    case WebhookFaultClass::TooLarge:
        return 413;
    case WebhookFaultClass::Unauthorized:
        return 401;
    case WebhookFaultClass::Malformed:
        return 400;
    case WebhookFaultClass::Invalid:
        return 422;
    }
    HOLDFAST_ASSERT(false);
}

std::string_view codeOf(WebhookFaultKind kind)
{
    switch (classOf(kind)) {
    case WebhookFaultClass::Unauthorized:
        return "bad_signature";
    case WebhookFaultClass::Invalid:
        return "validation_failed";
    case WebhookFaultClass::TooLarge:
    case WebhookFaultClass::Malformed:
        return nameOf(kind);
    }
    HOLDFAST_ASSERT(false);
}

std::string_view nameOf(WebhookFaultKind kind)
{
    switch (kind) {
    case WebhookFaultKind::BodyTooLarge:
        return "body_too_large";
    case WebhookFaultKind::SecretNotConfigured:
        return "webhook_secret_not_configured";
    case WebhookFaultKind::SignatureMissing:
        return "signature_missing";
    case WebhookFaultKind::SignatureMalformed:
        return "signature_malformed";
    case WebhookFaultKind::TimestampTooOld:
        return "timestamp_too_old";
    case WebhookFaultKind::TimestampTooNew:
        return "timestamp_too_new";
    case WebhookFaultKind::SignatureMismatch:
        return "signature_mismatch";
    case WebhookFaultKind::BodyNotJson:
        return "malformed_json";
    case WebhookFaultKind::KeyHeaderMalformed:
        return "malformed_header";
    case WebhookFaultKind::BodyNotObject:
        return "body_not_object";
    case WebhookFaultKind::FieldRepeated:
        return "field_repeated";
    case WebhookFaultKind::FieldMissing:
        return "field_missing";
    case WebhookFaultKind::FieldWrongType:
        return "field_wrong_type";
    case WebhookFaultKind::FieldTooLong:
        return "field_too_long";
    case WebhookFaultKind::FieldOutOfRange:
        return "field_out_of_range";
    case WebhookFaultKind::FieldMalformed:
        return "field_malformed";
    case WebhookFaultKind::StatusUnknown:
        return "status_unknown";
    }
    HOLDFAST_ASSERT(false);
}

} // namespace holdfast
