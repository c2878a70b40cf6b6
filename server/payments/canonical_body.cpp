#include "server/payments/canonical_body.h"

#include "shared/domain/characters.h"
#include "shared/domain/limits.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace holdfast {

namespace {

using Json = rapidjson::Value;

constexpr std::int64_t unixMsFrom = 100'000'000'000;

constexpr std::array<std::pair<std::string_view, PaymentEventStatus>, 11> statusWords{
    {{"paid", PaymentEventStatus::Paid},
     {"success", PaymentEventStatus::Paid},
     {"succeeded", PaymentEventStatus::Paid},
     {"successful", PaymentEventStatus::Paid},
     {"completed", PaymentEventStatus::Paid},
     {"failed", PaymentEventStatus::Failed},
     {"failure", PaymentEventStatus::Failed},
     {"declined", PaymentEventStatus::Failed},
     {"canceled", PaymentEventStatus::Failed},
     {"cancelled", PaymentEventStatus::Failed},
     {"refunded", PaymentEventStatus::Refunded}}};

Failure<WebhookFault> bodyFault(WebhookFaultKind kind, std::string_view field,
                                const std::string& what)
{
    const std::string subject = field.empty() ? "The body" : "The field " + std::string(field);
    return Failure<WebhookFault>(
        WebhookFault{kind, std::string(field), subject + " " + what + "."});
}

std::string_view textOf(const Json& value)
{
    return {value.GetString(), value.GetStringLength()};
}

/// Looks a field up; null when it is not there. A field that stands twice is a fault.
Result<const Json*, WebhookFault> findField(const Json& object, std::string_view name)
{
    const Json* found = nullptr;
    for (const auto& member : object.GetObject()) {
        if (textOf(member.name) == name) {
            if (found != nullptr) {
                return bodyFault(WebhookFaultKind::FieldRepeated, name, "stands there twice");
            }
            found = &member.value;
        }
    }
    return found;
}

Result<std::string, WebhookFault> checkedText(std::string_view text, std::string_view name,
                                              std::size_t lengthMax)
{
    if (characterCount(text) > lengthMax) {
        return bodyFault(WebhookFaultKind::FieldTooLong, name,
                         "is longer than " + std::to_string(lengthMax) + " characters");
    }
    // Not every database can keep U+0000 in a text, nor a mark of the byte order before it.
    if (text.find('\0') != std::string_view::npos) {
        return bodyFault(WebhookFaultKind::FieldMalformed, name, "holds a NUL character");
    }
    if (beginsWithByteOrderMark(text)) {
        return bodyFault(WebhookFaultKind::FieldMalformed, name, "begins with a byte order mark");
    }
    return std::string(text);
}

/// A key or reference: text, or a whole number whose decimal digits count as its text.
Result<std::optional<std::string>, WebhookFault> readName(const Json& object, std::string_view name,
                                                          std::size_t lengthMax)
{
    const auto field = findField(object, name);
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr || value->IsNull()) {
        return std::nullopt;
    }
    if (value->IsInt64()) {
        return std::to_string(value->GetInt64());
    }
    if (value->IsUint64()) {
        return std::to_string(value->GetUint64());
    }
    if (!value->IsString()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, name, "must be text or a whole number");
    }
    if (value->GetStringLength() == 0) {
        return std::nullopt;
    }
    auto text = checkedText(textOf(*value), name, lengthMax);
    if (!text) {
        return Failure<WebhookFault>(text.error());
    }
    return std::move(*text);
}

Result<std::optional<std::string>, WebhookFault> readEventKey(const Json& object)
{
    auto own = readName(object, "event_id", limits::eventKeyLengthMax);
    if (!own || *own) {
        return own;
    }
    return readName(object, "idempotency_key", limits::eventKeyLengthMax);
}

Result<OrderId, WebhookFault> readOrder(const Json& object)
{
    const auto field = findField(object, "order_id");
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr || value->IsNull()) {
        return bodyFault(WebhookFaultKind::FieldMissing, "order_id", "is missing");
    }
    if (!value->IsString()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, "order_id", "must be text");
    }
    const auto id = parseUuid(textOf(*value));
    if (!id) {
        return bodyFault(WebhookFaultKind::FieldMalformed, "order_id", "must be a UUID");
    }
    return OrderId{*id};
}

Result<PaymentEventStatus, WebhookFault> readStatus(const Json& object)
{
    const auto field = findField(object, "status");
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr) {
        return PaymentEventStatus::Paid;
    }
    if (!value->IsString()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, "status", "must be text");
    }
    const auto status = understandStatusWord(textOf(*value));
    if (!status) {
        return bodyFault(WebhookFaultKind::StatusUnknown, "status",
                         "is none of the words paid, failed and refunded or their synonyms");
    }
    return *status;
}

/// Whole minor units out of an integer, an integral number or a string of digits.
std::optional<std::int64_t> wholeNumber(const Json& value)
{
    if (value.IsInt64()) {
        return value.GetInt64();
    }
    if (value.IsDouble()) {
        constexpr double exactMax = 9'007'199'254'740'992.0; // 2^53
        const double number = value.GetDouble();
        if (std::floor(number) == number && std::fabs(number) <= exactMax) {
            return static_cast<std::int64_t>(number);
        }
        return std::nullopt;
    }
    if (!value.IsString() || value.GetStringLength() == 0 || value.GetStringLength() > 18) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    for (const char digit : textOf(value)) {
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        number = number * 10 + (digit - '0');
    }
    return number;
}

Result<std::optional<Minor>, WebhookFault> readAmount(const Json& object)
{
    constexpr std::string_view name = "amount_minor";
    const auto field = findField(object, name);
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr || value->IsNull()) {
        return std::nullopt;
    }
    if (!value->IsNumber() && !value->IsString()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, name, "must be a whole number");
    }
    const auto amount = wholeNumber(*value);
    if (!amount) {
        return bodyFault(WebhookFaultKind::FieldMalformed, name,
                         "must be a whole number of minor units");
    }
    if (*amount < 0 || *amount > limits::amountMinorMax) {
        return bodyFault(WebhookFaultKind::FieldOutOfRange, name,
                         "must lie between 0 and " + std::to_string(limits::amountMinorMax));
    }
    return *amount;
}

Result<std::optional<Currency>, WebhookFault> readCurrency(const Json& object)
{
    const auto field = findField(object, "currency");
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr || value->IsNull()) {
        return std::nullopt;
    }
    if (!value->IsString()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, "currency", "must be text");
    }
    std::string code(textOf(*value));
    std::transform(code.begin(), code.end(), code.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto currency = Currency::parse(code);
    if (!currency) {
        return bodyFault(WebhookFaultKind::FieldMalformed, "currency",
                         "must be the three letters of ISO 4217");
    }
    return *currency;
}

Result<std::optional<Instant>, WebhookFault> readOccurredAt(const Json& object)
{
    constexpr std::string_view name = "occurred_at";
    const auto field = findField(object, name);
    if (!field) {
        return Failure<WebhookFault>(field.error());
    }
    const Json* const value = *field;
    if (value == nullptr || value->IsNull()) {
        return std::nullopt;
    }
    if (value->IsString()) {
        const auto at = parseInstant(textOf(*value));
        if (!at) {
            return bodyFault(WebhookFaultKind::FieldMalformed, name, "must be an RFC 3339 time");
        }
        return *at;
    }
    if (!value->IsInt64()) {
        return bodyFault(WebhookFaultKind::FieldWrongType, name, "must be an RFC 3339 time");
    }
    const std::int64_t unixTime = value->GetInt64();
    constexpr std::int64_t year10000Ms = 253'402'300'800'000;
    if (unixTime < 0 || unixTime >= year10000Ms) {
        return bodyFault(WebhookFaultKind::FieldOutOfRange, name, "must lie between 1970 and 9999");
    }
    return unixTime >= unixMsFrom ? Instant{unixTime} : Instant{unixTime * 1000};
}

/// Takes the value out of a result, or keeps the first fault. Spares a check after each field.
class FaultCollector
{
public:
    template <class T>
    void take(Result<T, WebhookFault> result, T& into)
    {
        if (m_fault) {
            return;
        }
        if (result) {
            into = std::move(*result);
        } else {
            m_fault = std::move(result.error());
        }
    }

    [[nodiscard]] std::optional<WebhookFault>& fault() { return m_fault; }

private:
    std::optional<WebhookFault> m_fault;
};

} // namespace

std::optional<PaymentEventStatus> understandStatusWord(std::string_view word)
{
    if (word.size() > limits::webhookStatusBytesMax) {
        return std::nullopt;
    }
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    for (const auto& [known, status] : statusWords) {
        if (known == lower) {
            return status;
        }
    }
    return std::nullopt;
}

Result<CanonicalBody, WebhookFault> readCanonicalBody(std::string_view json)
{
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
    rapidjson::Document document;
    document.Parse<flags>(json.data(), json.size());
    // The parser takes a NUL for the end of its input and would not see what stands behind it.
    const std::size_t nul = json.find('\0');
    if (nul != std::string_view::npos) {
        return bodyFault(WebhookFaultKind::BodyNotJson, {},
                         "holds a NUL (at byte " + std::to_string(nul) + ")");
    }
    if (document.HasParseError()) {
        return bodyFault(WebhookFaultKind::BodyNotJson, {},
                         "is not JSON in UTF-8 (at byte " +
                             std::to_string(document.GetErrorOffset()) + ")");
    }
    if (!document.IsObject()) {
        return bodyFault(WebhookFaultKind::BodyNotObject, {}, "must be a JSON object");
    }
    CanonicalBody body;
    std::optional<std::string> paymentRef;
    FaultCollector fields;
    fields.take(readEventKey(document), body.eventKey);
    fields.take(readOrder(document), body.order);
    fields.take(readStatus(document), body.status);
    fields.take(readAmount(document), body.amountMinor);
    fields.take(readCurrency(document), body.currency);
    fields.take(readName(document, "payment_ref", limits::paymentRefLengthMax), paymentRef);
    fields.take(readOccurredAt(document), body.occurredAt);
    if (fields.fault()) {
        return Failure<WebhookFault>(std::move(*fields.fault()));
    }
    body.paymentRef = std::move(paymentRef).value_or(std::string{});
    return body;
}

} // namespace holdfast
