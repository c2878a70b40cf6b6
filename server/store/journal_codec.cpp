#include "server/store/journal_codec.h"

#include "shared/domain/assert.h"
#include "shared/protocol/json.h"

#include <openssl/sha.h>

#include <cstring>

namespace holdfast {

namespace {

// Encoding -------------------------------------------------------------------------------------

void writeStock(JsonWriter& json, const std::vector<StockDelta>& stock)
{
    // [product, on_hand, held, committed]: an array, because every hold writes one.
    json.key("stock").beginArray();
    for (const StockDelta& delta : stock) {
        json.beginArray()
            .value(delta.product)
            .value(delta.change.onHand)
            .value(delta.change.held)
            .value(delta.change.committed)
            .endArray();
    }
    json.endArray();
}

void writeDetails(JsonWriter& json, const ProductDetails& details)
{
    json.key("details")
        .beginObject()
        .field("sku", details.sku)
        .field("name", details.name)
        .field("brand", details.brand)
        .field("quantity_text", details.quantityText)
        .field("category", details.category)
        .key("barcodes")
        .beginArray();
    for (const std::string& barcode : details.barcodes) {
        json.value(barcode);
    }
    json.endArray()
        .field("price_minor", details.priceMinor)
        .field("currency", details.currency.code())
        .field("tax_rate_bp", details.taxRateBp)
        .field("image", details.image)
        .field("favourite_rank", details.favouriteRank)
        .endObject();
}

void writeOrderLines(JsonWriter& json, const std::vector<OrderLine>& lines)
{
    json.key("order_lines").beginArray();
    for (const OrderLine& line : lines) {
        json.beginObject()
            .field("product_id", line.product)
            .field("sku", line.sku)
            .field("name", line.name)
            .field("qty", line.qty)
            .field("unit_price_minor", line.unitPriceMinor)
            .field("discount_minor", line.discountMinor)
            .field("tax_rate_bp", line.taxRateBp)
            .field("tax_minor", line.taxMinor)
            .field("total_minor", line.totalMinor)
            .endObject();
    }
    json.endArray();
}

void writeHoldLines(JsonWriter& json, const std::vector<HoldLine>& lines)
{
    json.key("hold_lines").beginArray();
    for (const HoldLine& line : lines) {
        json.beginArray().value(line.product).value(line.qty).endArray();
    }
    json.endArray();
}

void writeRefundLines(JsonWriter& json, const std::vector<RefundLine>& lines)
{
    json.key("refund_lines").beginArray();
    for (const RefundLine& line : lines) {
        json.beginArray().value(line.line).value(line.qty).value(line.amountMinor).endArray();
    }
    json.endArray();
}

void writeNames(JsonWriter& json, const std::vector<EventName>& names)
{
    json.key("names").beginArray();
    for (const auto& [gateway, key] : names) {
        json.beginArray().value(gateway).value(key).endArray();
    }
    json.endArray();
}

template <class T>
void writeMaybe(JsonWriter& json, std::string_view name, const std::optional<T>& maybe)
{
    if (maybe) {
        json.field(name, *maybe);
    }
}

void writeText(JsonWriter& json, std::string_view name, const std::string& text)
{
    if (!text.empty()) {
        json.field(name, text);
    }
}

// Decoding -------------------------------------------------------------------------------------

std::optional<std::int64_t> readInteger(const rapidjson::Value& object, std::string_view name)
{
    const rapidjson::Value* value = memberOf(object, name);
    return value != nullptr && value->IsInt64() ? std::optional(value->GetInt64()) : std::nullopt;
}

std::string readText(const rapidjson::Value& object, std::string_view name)
{
    const rapidjson::Value* value = memberOf(object, name);
    return value != nullptr && value->IsString() ? std::string(textOf(*value)) : std::string();
}

template <class Id>
std::optional<Id> readId(const rapidjson::Value& object, std::string_view name)
{
    const auto uuid = parseUuid(readText(object, name));
    return uuid ? std::optional(Id{*uuid}) : std::nullopt;
}

/// Calls `read` with each element of an array; a missing one is empty.
template <class Read>
void readEach(const rapidjson::Value& object, std::string_view name, Read read)
{
    const rapidjson::Value* array = memberOf(object, name);
    if (array != nullptr && array->IsArray()) {
        for (const auto& element : array->GetArray()) {
            read(element);
        }
    }
}

std::int64_t elementOf(const rapidjson::Value& array, rapidjson::SizeType index)
{
    const bool there = array.IsArray() && index < array.Size() && array[index].IsInt64();
    return there ? array[index].GetInt64() : 0;
}

std::string textAt(const rapidjson::Value& array, rapidjson::SizeType index)
{
    const bool there = array.IsArray() && index < array.Size() && array[index].IsString();
    return there ? std::string(textOf(array[index])) : std::string();
}

ProductDetails readDetails(const rapidjson::Value& object)
{
    ProductDetails details;
    details.sku = readText(object, "sku");
    details.name = readText(object, "name");
    details.brand = readText(object, "brand");
    details.quantityText = readText(object, "quantity_text");
    details.category = readText(object, "category");
    readEach(object, "barcodes", [&details](const rapidjson::Value& barcode) {
        details.barcodes.emplace_back(barcode.IsString() ? textOf(barcode) : std::string_view{});
    });
    details.priceMinor = readInteger(object, "price_minor").value_or(0);
    details.currency = Currency::parse(readText(object, "currency")).value_or(Currency{});
    details.taxRateBp = static_cast<int>(readInteger(object, "tax_rate_bp").value_or(0));
    details.image = readText(object, "image");
    details.favouriteRank = static_cast<int>(readInteger(object, "favourite_rank").value_or(0));
    return details;
}

OrderLine readOrderLine(const rapidjson::Value& object)
{
    return {.product = {readInteger(object, "product_id").value_or(0)},
            .sku = readText(object, "sku"),
            .name = readText(object, "name"),
            .qty = readInteger(object, "qty").value_or(0),
            .unitPriceMinor = readInteger(object, "unit_price_minor").value_or(0),
            .discountMinor = readInteger(object, "discount_minor").value_or(0),
            .taxRateBp = static_cast<int>(readInteger(object, "tax_rate_bp").value_or(0)),
            .taxMinor = readInteger(object, "tax_minor").value_or(0),
            .totalMinor = readInteger(object, "total_minor").value_or(0)};
}

void readLists(const rapidjson::Value& object, Event& event)
{
    readEach(object, "names", [&event](const rapidjson::Value& name) {
        event.names.emplace_back(textAt(name, 0), textAt(name, 1));
    });
    readEach(object, "stock", [&event](const rapidjson::Value& delta) {
        event.stock.push_back({{elementOf(delta, 0)},
                               {elementOf(delta, 1), elementOf(delta, 2), elementOf(delta, 3)}});
    });
    readEach(object, "hold_lines", [&event](const rapidjson::Value& line) {
        event.holdLines.push_back({{elementOf(line, 0)}, elementOf(line, 1)});
    });
    readEach(object, "order_lines", [&event](const rapidjson::Value& line) {
        event.orderLines.push_back(readOrderLine(line));
    });
    readEach(object, "refund_lines", [&event](const rapidjson::Value& line) {
        event.refundLines.push_back(
            {static_cast<int>(elementOf(line, 0)), elementOf(line, 1), elementOf(line, 2)});
    });
}

void put(std::array<std::uint8_t, 16>& buffer, std::size_t offset, std::int64_t number)
{
    const auto bits = static_cast<std::uint64_t>(number);
    for (std::size_t index = 0; index < 8; ++index) {
        buffer[offset + index] = static_cast<std::uint8_t>(bits >> (56 - 8 * index));
    }
}

} // namespace

std::string encodeEvent(const Event& event)
{
    JsonWriter json;
    json.beginObject().field("kind", toString(event.kind)).field("by", event.by.value);
    if (!event.stock.empty()) {
        writeStock(json, event.stock);
    }
    writeMaybe(json, "product_id", event.product);
    if (event.details) {
        writeDetails(json, *event.details);
    }
    if (event.movement) {
        json.field("movement", toString(*event.movement));
    }
    writeMaybe(json, "hold_id", event.hold);
    if (!event.holdLines.empty()) {
        writeHoldLines(json, event.holdLines);
    }
    writeMaybe(json, "order_id", event.order);
    if (!event.orderLines.empty()) {
        writeOrderLines(json, event.orderLines);
    }
    writeMaybe(json, "payment_id", event.payment);
    writeMaybe(json, "refund_id", event.refund);
    if (!event.refundLines.empty()) {
        writeRefundLines(json, event.refundLines);
    }
    writeMaybe(json, "amount_minor", event.amountMinor);
    if (event.until) {
        json.field("until", event.until->ms);
    }
    writeMaybe(json, "number", event.number);
    writeText(json, "gateway", event.gateway);
    writeText(json, "key", event.key);
    writeText(json, "text", event.text);
    if (!event.names.empty()) {
        writeNames(json, event.names);
    }
    json.endObject();
    return json.take();
}

std::optional<Event> decodeEvent(std::string_view payload)
{
    const auto document = parseJson(payload);
    if (!document || !document->IsObject()) {
        return std::nullopt;
    }
    const rapidjson::Value& object = *document;
    const auto kind = parseEventKind(readText(object, "kind"));
    if (!kind) {
        return std::nullopt;
    }
    Event event{.kind = *kind, .by = {readInteger(object, "by").value_or(0)}};
    readLists(object, event);
    if (const auto product = readInteger(object, "product_id")) {
        event.product = ProductId{*product};
    }
    if (const rapidjson::Value* details = memberOf(object, "details")) {
        event.details = readDetails(*details);
    }
    event.movement = parseMovementKind(readText(object, "movement"));
    event.hold = readId<HoldId>(object, "hold_id");
    event.order = readId<OrderId>(object, "order_id");
    event.payment = readId<PaymentId>(object, "payment_id");
    event.refund = readId<RefundId>(object, "refund_id");
    event.amountMinor = readInteger(object, "amount_minor");
    if (const auto until = readInteger(object, "until")) {
        event.until = Instant{*until};
    }
    event.number = readInteger(object, "number");
    event.gateway = readText(object, "gateway");
    event.key = readText(object, "key");
    event.text = readText(object, "text");
    return event;
}

JournalHash journalHash(const JournalHash& before, std::int64_t position, Instant at,
                        std::string_view payload)
{
    std::array<std::uint8_t, 16> numbers{};
    put(numbers, 0, position);
    put(numbers, 8, at.ms);
    std::string bytes;
    bytes.reserve(before.size() + numbers.size() + payload.size());
    bytes.append(bytesOf(before)).append(bytesOf(numbers)).append(payload);
    JournalHash hash{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

std::uint32_t journalMark(const JournalHash& hash)
{
    std::uint32_t mark = 0;
    for (std::size_t byte = 0; byte < sizeof mark; ++byte) {
        mark = mark << 8U | hash.at(byte);
    }
    return mark;
}

} // namespace holdfast
