#include "shared/protocol/problem.h"

#include "shared/domain/assert.h"
#include "shared/protocol/json.h"

namespace holdfast {

namespace {

struct ProblemWords
{
    ProblemText text;
    std::string_view detail;
};

ProblemWords conflictWords(RefusalCode code)
{
    switch (code) {
    case RefusalCode::HoldExpired:
        return {{409, "", "Hold expired"}, "The hold has expired; its units are free again."};
    case RefusalCode::HoldConsumed:
        return {{409, "", "Hold used"}, "The hold has been used by an order."};
    case RefusalCode::HoldReleased:
        return {{409, "", "Hold released"}, "The hold has been released."};
    case RefusalCode::InsufficientStock:
        return {{409, "", "Not enough stock"}, "There is not enough stock for this request."};
    case RefusalCode::StockInUse:
        return {{409, "", "Stock in use"},
                "On-hand may not fall below what is held and committed."};
    case RefusalCode::StockLimit:
        return {{422, "", "Stock limit"}, "A product cannot have that many units."};
    case RefusalCode::OrderNotPayable:
        return {{409, "", "Order not payable"}, "The order is not waiting for payment."};
    case RefusalCode::OrderNotCancellable:
        return {{409, "", "Order not cancellable"}, "Only an unpaid order can be cancelled."};
    case RefusalCode::Overpaid:
        return {{422, "", "More than is due"}, "The payment is more than what is due."};
    case RefusalCode::RefundTooMuch:
        return {{409, "", "Refund too high"}, "The refund is more than what was paid."};
    case RefusalCode::NothingToRefund:
        return {{409, "", "Nothing to refund"}, "Nothing has been paid that could be refunded."};
    case RefusalCode::VersionConflict:
        return {{409, "", "Changed meanwhile"}, "The product has been changed; read it again."};
    case RefusalCode::PreconditionFailed:
        return {{412, "", "Changed meanwhile"}, "If-Match does not name the current version."};
    case RefusalCode::SkuTaken:
        return {{409, "", "SKU taken"}, "Another product has this SKU."};
    case RefusalCode::BarcodeTaken:
        return {{409, "", "Barcode taken"}, "Another product has one of these barcodes."};
    default:
        break;
    }
    HOLDFAST_ASSERT(false);
}

ProblemWords refusalWords(RefusalCode code)
{
    switch (code) {
    case RefusalCode::IdempotencyKeyReused:
        return {{422, "", "Idempotency key reused"},
                "This Idempotency-Key was used with another request."};
    case RefusalCode::IdempotencyInProgress:
        return {{409, "", "Request in progress"},
                "A request with this Idempotency-Key is still running; try again."};
    case RefusalCode::IdConflict:
        return {{409, "", "Id in use"}, "This id was used with other content."};
    case RefusalCode::EventKeyReused:
        return {{422, "", "Event key reused"},
                "This event key came with another order, status, amount or currency."};
    case RefusalCode::ProductNotFound:
        return {{404, "", "No such product"}, "There is no product with this id."};
    case RefusalCode::HoldNotFound:
        return {{404, "", "No such hold"}, "There is no hold with this id."};
    case RefusalCode::OrderNotFound:
        return {{404, "", "No such order"}, "There is no order with this id."};
    case RefusalCode::TokenNotFound:
        return {{404, "", "No such token"}, "There is no token with this id."};
    case RefusalCode::InvalidField:
        return {{422, "", "Validation failed"}, "A field of the request is not valid."};
    default:
        return conflictWords(code);
    }
}

std::string sentence(const Refused& refused, std::string_view fallback)
{
    if (refused.code == RefusalCode::InvalidField) {
        return refused.field + ": " + refused.detail;
    }
    if (refused.code == RefusalCode::InsufficientStock && refused.shortLines.size() == 1) {
        return "Only " + std::to_string(refused.shortLines.front().available) + " available, " +
               std::to_string(refused.shortLines.front().requested) + " requested.";
    }
    return std::string(fallback);
}

void writeHead(JsonWriter& json, const ProblemText& text, std::string_view detail,
               std::string_view requestId)
{
    json.beginObject()
        .field("type", "about:blank")
        .field("title", text.title)
        .field("status", text.status)
        .field("detail", detail)
        .field("code", text.code)
        .field("message", detail)
        .field("request_id", requestId);
}

void writeErrors(JsonWriter& json, const FieldErrors& errors)
{
    json.key("errors").beginObject();
    for (const auto& [field, messages] : errors) {
        json.key(field).beginArray();
        for (const std::string& message : messages) {
            json.value(message);
        }
        json.endArray();
    }
    json.endObject();
}

void writeShortLines(JsonWriter& json, const Refused& refused)
{
    json.field("available_stock", refused.shortLines.front().available);
    if (refused.singleForm) {
        return;
    }
    json.key("lines").beginArray();
    for (const ShortLine& line : refused.shortLines) {
        json.beginObject()
            .field("product_id", line.product)
            .field("requested", line.requested)
            .field("available_stock", line.available)
            .endObject();
    }
    json.endArray();
}

} // namespace

ProblemText problemText(RequestProblem problem)
{
    switch (problem) {
    case RequestProblem::MalformedJson:
        return {400, "malformed_json", "Malformed JSON"};
    case RequestProblem::MalformedHeader:
        return {400, "malformed_header", "Malformed header"};
    case RequestProblem::ValidationFailed:
        return {422, "validation_failed", "Validation failed"};
    case RequestProblem::NotAuthenticated:
        return {401, "not_authenticated", "Not authenticated"};
    case RequestProblem::RoleTooLow:
        return {403, "role_too_low", "Not allowed"};
    case RequestProblem::NotFound:
        return {404, "not_found", "Not found"};
    case RequestProblem::UnsupportedMediaType:
        return {415, "unsupported_media_type", "Unsupported media type"};
    case RequestProblem::BadSignature:
        return {401, "bad_signature", "Bad signature"};
    case RequestProblem::QueueFull:
        return {503, "queue_full", "Too busy"};
    case RequestProblem::DatabaseAway:
        return {503, "database_unavailable", "Database unavailable"};
    case RequestProblem::DatabaseFull:
        return {503, "database_full", "Database full"};
    case RequestProblem::Internal:
        return {500, "internal_error", "Internal error"};
    case RequestProblem::CursorTooOld:
        return {410, "cursor_too_old", "Cursor too old"};
    }
    HOLDFAST_ASSERT(false);
}

ProblemText problemText(RefusalCode code)
{
    ProblemText text = refusalWords(code).text;
    text.code = toString(code);
    return text;
}

std::string problemBody(RequestProblem problem, std::string_view detail, std::string_view requestId,
                        const FieldErrors& errors)
{
    JsonWriter json;
    writeHead(json, problemText(problem), detail, requestId);
    if (!errors.empty()) {
        writeErrors(json, errors);
    }
    json.endObject();
    return json.take();
}

std::string problemBody(const Refused& refused, std::string_view requestId)
{
    JsonWriter json;
    const std::string detail = sentence(refused, refusalWords(refused.code).detail);
    writeHead(json, problemText(refused.code), detail, requestId);
    if (refused.code == RefusalCode::InvalidField) {
        writeErrors(json, {{refused.field, {refused.detail}}});
    }
    if (!refused.shortLines.empty()) {
        writeShortLines(json, refused);
    }
    if (refused.order) {
        json.field("order_id", *refused.order);
    }
    if (refused.limit) {
        json.field("limit", *refused.limit);
    }
    json.endObject();
    return json.take();
}

} // namespace holdfast
