#include "server/payments/simulator/request_body.h"

#include "server/payments/simulator/sim_json.h"
#include "shared/domain/limits.h"

#include <rapidjson/document.h>

#include <algorithm>

namespace holdfast::cardsim {

namespace {

Failure<RequestFault> invalid(const std::string& detail)
{
    return Failure<RequestFault>(RequestFault{422, "validation_failed", detail});
}

bool isVisibleAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// Ids stand in paths, so they must not need any escaping there.
bool isPathSafe(std::string_view text)
{
    constexpr std::string_view unsafe = "/?#%&\"<>\\";
    return isVisibleAscii(text) && text.find_first_of(unsafe) == std::string_view::npos;
}

Result<void, RequestFault> parseObject(std::string_view json, rapidjson::Document& into)
{
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
    into.Parse<flags>(json.data(), json.size());
    if (into.HasParseError()) {
        return Failure<RequestFault>(
            RequestFault{400, "malformed_json", "The body is not JSON in UTF-8."});
    }
    if (!into.IsObject()) {
        return invalid("The body must be a JSON object.");
    }
    return {};
}

/// Absent, null, text or a fault.
Result<std::optional<std::string>, RequestFault> readText(const rapidjson::Value& object,
                                                          const char* name, std::size_t bytesMax)
{
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd() || member->value.IsNull()) {
        return std::nullopt;
    }
    auto text = textMember(object, name);
    if (!text || text->empty() || text->size() > bytesMax) {
        return invalid(std::string(name) + " must be text of 1 to " + std::to_string(bytesMax) +
                       " bytes.");
    }
    return text;
}

Result<std::optional<Minor>, RequestFault> readAmount(const rapidjson::Value& object)
{
    const auto member = object.FindMember("amount_minor");
    if (member == object.MemberEnd() || member->value.IsNull()) {
        return std::nullopt;
    }
    const auto amount = numberMember(object, "amount_minor");
    if (!amount || *amount < 1 || *amount > limits::amountMinorMax) {
        return invalid("amount_minor must be a whole number from 1 to " +
                       std::to_string(limits::amountMinorMax) + ".");
    }
    return *amount;
}

Result<std::string, RequestFault> readId(const rapidjson::Value& object)
{
    for (const char* name : {"id", "payment_id"}) {
        const auto id = readText(object, name, sim_limits::paymentIdBytesMax);
        if (!id) {
            return Failure<RequestFault>(id.error());
        }
        if (*id && !isPathSafe(**id)) {
            return invalid(std::string(name) + " must be visible ASCII that is safe in a path.");
        }
        if (*id) {
            return **id;
        }
    }
    return std::string{};
}

Result<std::optional<Behaviour>, RequestFault> readBehaviour(const rapidjson::Value& object)
{
    const auto word = readText(object, "behaviour", sim_limits::reasonBytesMax);
    if (!word) {
        return Failure<RequestFault>(word.error());
    }
    if (!*word) {
        return std::nullopt;
    }
    const auto behaviour = parseBehaviour(**word);
    if (!behaviour) {
        return invalid("behaviour must be one of approve, decline, silent, late, duplicate, "
                       "reorder, mismatch, late_cancel, early, lossy, manual.");
    }
    return *behaviour;
}

Result<std::string, RequestFault> readCurrency(const rapidjson::Value& object)
{
    const auto code = readText(object, "currency", 3);
    if (!code || (*code && !Currency::parse(**code))) {
        return invalid("currency must be the three capital letters of ISO 4217.");
    }
    return code->value_or("EUR");
}

} // namespace

Result<PaymentRequest, RequestFault> readPaymentRequest(std::string_view json)
{
    rapidjson::Document document;
    if (const auto parsed = parseObject(json, document); !parsed) {
        return Failure<RequestFault>(parsed.error());
    }
    const auto id = readId(document);
    const auto order = readText(document, "order_id", sim_limits::orderIdBytesMax);
    const auto amount = readAmount(document);
    const auto currency = readCurrency(document);
    const auto behaviour = readBehaviour(document);
    if (!id) {
        return Failure<RequestFault>(id.error());
    }
    if (!order || !*order) {
        return order ? invalid("order_id is missing.") : Failure<RequestFault>(order.error());
    }
    if (!amount || !*amount) {
        return amount ? invalid("amount_minor is missing.") : Failure<RequestFault>(amount.error());
    }
    if (!currency) {
        return Failure<RequestFault>(currency.error());
    }
    if (!behaviour) {
        return Failure<RequestFault>(behaviour.error());
    }
    return PaymentRequest{*id, **order, **amount, *currency, *behaviour};
}

Result<std::optional<Minor>, RequestFault> readRefundRequest(std::string_view json)
{
    if (json.empty()) {
        return std::nullopt;
    }
    rapidjson::Document document;
    if (const auto parsed = parseObject(json, document); !parsed) {
        return Failure<RequestFault>(parsed.error());
    }
    return readAmount(document);
}

Result<std::string, RequestFault> readDeclineRequest(std::string_view json)
{
    if (json.empty()) {
        return std::string("card_declined");
    }
    rapidjson::Document document;
    if (const auto parsed = parseObject(json, document); !parsed) {
        return Failure<RequestFault>(parsed.error());
    }
    const auto reason = readText(document, "reason", sim_limits::reasonBytesMax);
    if (!reason) {
        return Failure<RequestFault>(reason.error());
    }
    return reason->value_or("card_declined");
}

} // namespace holdfast::cardsim
