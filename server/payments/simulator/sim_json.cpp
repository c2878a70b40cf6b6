#include "server/payments/simulator/sim_json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace holdfast::cardsim {

namespace {

/// Writes one object, member after member.
class ObjectWriter
{
public:
    ObjectWriter() { m_writer.StartObject(); }

    ObjectWriter& text(const char* name, std::string_view value)
    {
        m_writer.Key(name);
        m_writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
        return *this;
    }

    ObjectWriter& number(const char* name, std::int64_t value)
    {
        m_writer.Key(name);
        m_writer.Int64(value);
        return *this;
    }

    ObjectWriter& time(const char* name, std::optional<Instant> value)
    {
        if (value) {
            return text(name, toString(*value));
        }
        m_writer.Key(name);
        m_writer.Null();
        return *this;
    }

    ObjectWriter& raw(const char* name, const std::string& json)
    {
        m_writer.Key(name);
        m_writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
        return *this;
    }

    [[nodiscard]] std::string end()
    {
        m_writer.EndObject();
        return {m_buffer.GetString(), m_buffer.GetSize()};
    }

private:
    rapidjson::StringBuffer m_buffer;
    rapidjson::Writer<rapidjson::StringBuffer> m_writer{m_buffer};
};

std::string listOf(const std::vector<std::string>& objects)
{
    std::string list = "[";
    for (const std::string& object : objects) {
        list += list.size() > 1 ? "," : "";
        list += object;
    }
    return list + "]";
}

std::string toJson(const Attempt& attempt)
{
    ObjectWriter json;
    json.time("at", attempt.at).number("http_status", attempt.httpStatus);
    return json.text("error", attempt.error).end();
}

std::optional<Instant> timeMember(const rapidjson::Value& object, const char* name)
{
    const auto text = textMember(object, name);
    return text ? parseInstant(*text) : std::nullopt;
}

std::optional<Attempt> attemptFromJson(const rapidjson::Value& json)
{
    if (!json.IsObject()) {
        return std::nullopt;
    }
    const auto at = timeMember(json, "at");
    if (!at) {
        return std::nullopt;
    }
    return Attempt{*at, static_cast<int>(numberMember(json, "http_status").value_or(0)),
                   textMember(json, "error").value_or(std::string{})};
}

} // namespace

std::string webhookBody(const SimPayment& payment, const Notice& notice, std::string_view eventId)
{
    ObjectWriter json;
    json.text("event_id", eventId)
        .text("order_id", payment.orderId)
        .text("status", toString(notice.status))
        .number("amount_minor", notice.amountMinor)
        .text("currency", payment.currency)
        .text("payment_ref", payment.id)
        .time("occurred_at", notice.occurredAt);
    if (!notice.reason.empty()) {
        json.text("reason", notice.reason);
    }
    return json.end();
}

std::string toJson(const SimPayment& payment)
{
    ObjectWriter json;
    json.text("payment_id", payment.id)
        .text("id", payment.id)
        .text("order_id", payment.orderId)
        .text("state", toString(payment.state))
        .text("behaviour", toString(payment.behaviour))
        .text("reason", payment.reason)
        .number("amount_minor", payment.amountMinor)
        .number("refunded_minor", payment.refundedMinor)
        .text("currency", payment.currency)
        .time("created_at", payment.createdAt)
        .time("decides_at", payment.decidesAt)
        .time("decided_at", payment.decidedAt);
    return json.end();
}

std::string toJson(const Delivery& delivery)
{
    std::vector<std::string> attempts;
    for (const Attempt& attempt : delivery.attempts) {
        attempts.push_back(toJson(attempt));
    }
    ObjectWriter json;
    json.text("id", delivery.id)
        .text("webhook_id", delivery.webhookId)
        .text("event_id", delivery.eventId)
        .text("payment_id", delivery.paymentId)
        .text("status", toString(delivery.status))
        .text("state", toString(delivery.state))
        .time("created_at", delivery.createdAt)
        .time("due_at", delivery.dueAt)
        .number("losses_left", delivery.losses)
        .raw("attempts", listOf(attempts))
        .text("body", delivery.body);
    return json.end();
}

std::string dataOf(const std::string& json)
{
    return "{\"data\":" + json + "}";
}

std::string dataOfList(const std::vector<std::string>& objects)
{
    return dataOf(listOf(objects));
}

std::optional<SimPayment> paymentFromJson(const rapidjson::Value& json)
{
    if (!json.IsObject()) {
        return std::nullopt;
    }
    const auto id = textMember(json, "payment_id");
    const auto orderId = textMember(json, "order_id");
    const auto state = parsePaymentState(textMember(json, "state").value_or(""));
    const auto behaviour = parseBehaviour(textMember(json, "behaviour").value_or(""));
    const auto amount = numberMember(json, "amount_minor");
    const auto createdAt = timeMember(json, "created_at");
    if (!id || !orderId || !state || !behaviour || !amount || !createdAt) {
        return std::nullopt;
    }
    SimPayment payment{*id,        *orderId, *amount, textMember(json, "currency").value_or(""),
                       *behaviour, *state};
    payment.reason = textMember(json, "reason").value_or("");
    payment.refundedMinor = numberMember(json, "refunded_minor").value_or(0);
    payment.createdAt = *createdAt;
    payment.decidesAt = timeMember(json, "decides_at");
    payment.decidedAt = timeMember(json, "decided_at");
    return payment;
}

std::optional<Delivery> deliveryFromJson(const rapidjson::Value& json)
{
    if (!json.IsObject() || !json.HasMember("attempts") || !json["attempts"].IsArray()) {
        return std::nullopt;
    }
    const auto id = textMember(json, "id");
    const auto status = parsePaymentEventStatus(textMember(json, "status").value_or(""));
    const auto state = parseDeliveryState(textMember(json, "state").value_or(""));
    const auto createdAt = timeMember(json, "created_at");
    const auto dueAt = timeMember(json, "due_at");
    if (!id || !status || !state || !createdAt || !dueAt) {
        return std::nullopt;
    }
    Delivery delivery{*id,
                      textMember(json, "webhook_id").value_or(""),
                      textMember(json, "event_id").value_or(""),
                      textMember(json, "payment_id").value_or(""),
                      *status,
                      textMember(json, "body").value_or(""),
                      *state,
                      *createdAt,
                      *dueAt};
    delivery.losses = static_cast<int>(numberMember(json, "losses_left").value_or(0));
    for (const auto& entry : json["attempts"].GetArray()) {
        const auto attempt = attemptFromJson(entry);
        if (!attempt) {
            return std::nullopt;
        }
        delivery.attempts.push_back(*attempt);
    }
    return delivery;
}

std::optional<std::string> textMember(const rapidjson::Value& object, const char* name)
{
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd() || !member->value.IsString()) {
        return std::nullopt;
    }
    return std::string(member->value.GetString(), member->value.GetStringLength());
}

std::optional<std::int64_t> numberMember(const rapidjson::Value& object, const char* name)
{
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd() || !member->value.IsInt64()) {
        return std::nullopt;
    }
    return member->value.GetInt64();
}

} // namespace holdfast::cardsim
