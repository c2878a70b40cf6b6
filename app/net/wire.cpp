#include "app/net/wire.h"

#include "shared/domain/instant.h"
#include "shared/protocol/json.h"

#include <charconv>

namespace holdfast::wire {

using namespace Qt::StringLiterals;

namespace {

using Json = rapidjson::Value;

const Json nothing(rapidjson::kObjectType);

std::string_view viewOf(const QByteArray& body)
{
    return {body.constData(), static_cast<std::size_t>(body.size())};
}

QByteArray taken(const JsonWriter& json)
{
    const std::string_view text = json.text();
    return {text.data(), static_cast<qsizetype>(text.size())};
}

const Json& member(const Json& object, std::string_view name)
{
    const Json* found = object.IsObject() ? memberOf(object, name) : nullptr;
    return found == nullptr ? nothing : *found;
}

bool has(const Json& object, std::string_view name)
{
    return object.IsObject() && memberOf(object, name) != nullptr;
}

std::string_view view(const Json& object, std::string_view name)
{
    const Json& value = member(object, name);
    return value.IsString() ? textOf(value) : std::string_view();
}

QString text(const Json& object, std::string_view name)
{
    const std::string_view found = view(object, name);
    return QString::fromUtf8(found.data(), static_cast<qsizetype>(found.size()));
}

qint64 integer(const Json& object, std::string_view name)
{
    const Json& value = member(object, name);
    return value.IsInt64() ? value.GetInt64() : 0;
}

int count(const Json& object, std::string_view name)
{
    return static_cast<int>(
        std::clamp<qint64>(integer(object, name), -1'000'000'000, 1'000'000'000));
}

bool flag(const Json& object, std::string_view name)
{
    const Json& value = member(object, name);
    return value.IsBool() && value.GetBool();
}

template <class Read>
void each(const Json& array, Read read)
{
    if (array.IsArray()) {
        for (const Json& element : array.GetArray()) {
            read(element);
        }
    }
}

/// The object under "data"; some answers wrap it once more under the thing's own name.
const Json& dataOf(const Json& root, std::string_view inner)
{
    const Json& data = member(root, "data");
    return has(data, inner) && member(data, inner).IsObject() ? member(data, inner) : data;
}

qint64 instantMs(const Json& object, std::string_view name)
{
    const std::optional<Instant> at = parseInstant(view(object, name));
    return at ? at->ms : 0;
}

/// "19.00": per cent with two decimals.
int taxRateBp(const Json& object)
{
    if (has(object, "tax_rate_bp")) {
        return count(object, "tax_rate_bp");
    }
    const Json& rate = member(object, "tax_rate");
    const double percent = rate.IsNumber() ? rate.GetDouble() : text(object, "tax_rate").toDouble();
    return qRound(percent * 100);
}

QString idText(const Json& object, std::string_view name)
{
    return has(object, "id") ? text(object, "id") : text(object, name);
}

TillProduct readProduct(const Json& object)
{
    TillProduct product;
    product.id = count(object, "id");
    product.sku = text(object, "sku");
    product.name = text(object, "name");
    product.brand = text(object, "brand");
    product.quantityText = text(object, "quantity_text");
    product.category = text(object, "category");
    each(member(object, "barcodes"), [&](const Json& code) {
        if (code.IsString()) {
            product.barcodes.append(QString::fromUtf8(code.GetString()));
        }
    });
    product.image = text(object, "image");
    product.priceMinor = integer(object, "price_minor");
    product.currency = text(object, "currency");
    product.taxRateBp = taxRateBp(object);
    product.favouriteRank = count(object, "favourite_rank");
    product.onHand = count(object, "on_hand");
    product.held = count(object, "held");
    product.committed = count(object, "committed");
    product.available = count(object, "available");
    product.version = integer(object, "version");
    return product;
}

TillStock readStock(const Json& object)
{
    const int id = has(object, "product_id") ? count(object, "product_id") : count(object, "id");
    return {id, count(object, "on_hand"), count(object, "held"), count(object, "committed"),
            count(object, "available")};
}

OrderLineFacts readOrderLine(const Json& object)
{
    return {count(object, "product_id"),
            text(object, "name"),
            count(object, "qty"),
            integer(object, "unit_price_minor"),
            integer(object, "discount_minor"),
            taxRateBp(object),
            integer(object, "tax_minor"),
            integer(object, "total_minor")};
}

PaymentFacts readPayment(const Json& object)
{
    return {text(object, "method"), integer(object, "amount_minor"),
            integer(object, "tendered_minor"), integer(object, "change_minor"),
            integer(object, "rounding_minor")};
}

std::optional<OrderFacts> orderFrom(const Json& data)
{
    OrderFacts order;
    order.id = idText(data, "order_id");
    const std::optional<OrderState> state = parseOrderState(view(data, "state"));
    if (order.id.isEmpty() || !state || !has(data, "total_minor")) {
        return std::nullopt;
    }
    order.state = *state;
    order.number = integer(data, "number");
    order.currency = text(data, "currency");
    order.totalMinor = integer(data, "total_minor");
    order.taxMinor = integer(data, "tax_minor");
    order.discountMinor = integer(data, "discount_minor");
    order.paidMinor = integer(data, "paid_minor");
    order.dueMinor = integer(data, "due_minor");
    order.updatedAtMs = instantMs(data, "updated_at");
    order.cancelCause = parseCancelCause(view(data, "cancel_cause")).value_or(CancelCause::None);
    each(member(data, "lines"),
         [&](const Json& line) { order.lines.push_back(readOrderLine(line)); });
    each(member(data, "payments"),
         [&](const Json& payment) { order.payments.push_back(readPayment(payment)); });
    return order;
}

void readChange(const Json& change, ChangeBatch& batch)
{
    const std::string_view kind = view(change, "kind");
    if (kind == "product") {
        const Json& product = member(change, "product");
        if (!has(product, "id") || flag(product, "archived")) {
            batch.removed.append(count(change, "id"));
        } else {
            batch.products.push_back(readProduct(product));
        }
    } else if (kind == "stock") {
        batch.stocks.append(readStock(change));
    } else if (kind == "hold") {
        batch.holds.push_back({text(change, "id"), text(member(change, "hold"), "state")});
    } else if (kind == "order") {
        if (std::optional<OrderFacts> order = orderFrom(member(change, "order"))) {
            batch.orders.push_back(std::move(*order));
        }
    }
}

QString cursorOf(const Json& root)
{
    const Json& meta = member(root, "meta");
    const Json& cursor = member(meta, "next_cursor");
    return cursor.IsInt64() ? QString::number(cursor.GetInt64()) : text(meta, "next_cursor");
}

CardFacts::State cardState(std::string_view word)
{
    if (word == "approved" || word == "partially_refunded" || word == "refunded") {
        return CardFacts::State::Approved;
    }
    if (word == "declined") {
        return CardFacts::State::Declined;
    }
    if (word == "cancelled") {
        return CardFacts::State::Cancelled;
    }
    return word == "processing" ? CardFacts::State::Waiting : CardFacts::State::Unknown;
}

void writeLines(JsonWriter& json, const QList<LineWanted>& lines)
{
    json.key("lines").beginArray();
    for (const LineWanted& line : lines) {
        json.beginObject().field("product_id", line.productId).field("qty", line.qty).endObject();
    }
    json.endArray();
}

/// The number in "lines.3.product_id", or -1.
int lineIndex(std::string_view field)
{
    constexpr std::string_view prefix = "lines.";
    int index = -1;
    if (field.starts_with(prefix)) {
        field.remove_prefix(prefix.size());
        std::from_chars(field.data(), field.data() + field.size(), index);
    }
    return index;
}

} // namespace

QByteArray placeHold(const QString& holdId, const QList<LineWanted>& lines)
{
    JsonWriter json;
    json.beginObject().field("id", holdId.toStdString());
    writeLines(json, lines);
    json.endObject();
    return taken(json);
}

QByteArray changeHold(const QList<LineWanted>& lines)
{
    JsonWriter json;
    json.beginObject();
    writeLines(json, lines);
    json.endObject();
    return taken(json);
}

QByteArray placeOrder(const QString& orderId, const QString& holdId)
{
    JsonWriter json;
    json.beginObject()
        .field("id", orderId.toStdString())
        .field("hold_id", holdId.toStdString())
        .endObject();
    return taken(json);
}

QByteArray cashPayment(const QString& paymentId, qint64 tenderedMinor)
{
    JsonWriter json;
    json.beginObject()
        .field("id", paymentId.toStdString())
        .field("method", "cash")
        .field("tendered_minor", std::int64_t{tenderedMinor})
        .endObject();
    return taken(json);
}

QByteArray cardStart(const QString& paymentId, const QString& orderId, qint64 amountMinor,
                     const QString& currency)
{
    JsonWriter json;
    json.beginObject()
        .field("id", paymentId.toStdString())
        .field("order_id", orderId.toStdString())
        .field("amount_minor", std::int64_t{amountMinor})
        .field("currency", currency.toStdString())
        .endObject();
    return taken(json);
}

QString cardPath(const QString& paymentId)
{
    return paymentId.isEmpty() ? u"/v1/payments"_s : u"/v1/payments/"_s + paymentId;
}

std::optional<HoldFacts> readHold(const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    const Json& data = document ? dataOf(*document, "hold") : nothing;
    HoldFacts hold;
    hold.id = idText(data, "hold_id");
    const std::optional<HoldState> state = parseHoldState(view(data, "state"));
    if (hold.id.isEmpty() || !state) {
        return std::nullopt;
    }
    hold.state = *state;
    each(member(data, "lines"), [&](const Json& line) {
        hold.lines.append({count(line, "product_id"), count(line, "qty")});
    });
    hold.expiresAtMs = instantMs(data, "expires_at");
    hold.createdAtMs = instantMs(data, "created_at");
    return hold;
}

std::optional<OrderFacts> readOrder(const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    return document ? orderFrom(dataOf(*document, "order")) : std::nullopt;
}

Problem readProblem(int status, const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    const Json& root = document ? *document : nothing;
    Problem problem;
    problem.status = status;
    problem.code = text(root, "code");
    problem.detail = text(root, "detail");
    problem.orderId = text(root, "order_id");
    if (has(root, "available_stock")) {
        problem.availableStock = count(root, "available_stock");
    }
    each(member(root, "lines"), [&](const Json& line) {
        problem.lines.push_back({count(line, "product_id"), count(line, "available_stock")});
    });
    const Json& errors = member(root, "errors");
    if (errors.IsObject()) {
        for (const auto& error : errors.GetObject()) {
            if (const int index = lineIndex(textOf(error.name)); index >= 0) {
                problem.faultyLines.append(index);
            }
        }
    }
    return problem;
}

std::optional<CardFacts> readCard(const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    const Json& data = document ? dataOf(*document, "payment") : nothing;
    if (view(data, "state").empty()) {
        return std::nullopt;
    }
    return CardFacts{idText(data, "payment_id"), cardState(view(data, "state")),
                     text(data, "reason")};
}

std::optional<ChangeBatch> readChanges(const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    if (!document || !member(*document, "data").IsArray() || cursorOf(*document).isEmpty()) {
        return std::nullopt;
    }
    ChangeBatch batch;
    each(member(*document, "data"), [&](const Json& change) { readChange(change, batch); });
    batch.nextCursor = cursorOf(*document);
    return batch;
}

std::optional<SnapshotPage> readSnapshot(const QByteArray& body)
{
    const auto document = parseJson(viewOf(body));
    if (!document || !member(*document, "data").IsArray()) {
        return std::nullopt;
    }
    SnapshotPage page;
    each(member(*document, "data"),
         [&](const Json& product) { page.products.push_back(readProduct(product)); });
    page.nextCursor = cursorOf(*document);
    page.changesCursor = text(member(*document, "meta"), "changes_cursor");
    return page;
}

} // namespace holdfast::wire
