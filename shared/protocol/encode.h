#pragma once

#include "shared/domain/hold.h"
#include "shared/domain/order.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/product.h"
#include "shared/protocol/json.h"

#include <string>
#include <string_view>

/// The JSON objects of the API (contract sections 3 to 6), one function each. They write the bare
/// object; dataAnswer() puts it into {"data": …}.
namespace holdfast {

void writeProduct(JsonWriter& json, const ProductView& view);

/// A hold past its deadline reads as expired, whether or not the sweeper has been there.
void writeHold(JsonWriter& json, const Hold& hold, Instant now);

void writeOrder(JsonWriter& json, const Order& order);
void writePayment(JsonWriter& json, const Payment& payment, OrderId order);
void writeRefund(JsonWriter& json, const Refund& refund, const Order& order);
void writeMovement(JsonWriter& json, const StockMovement& movement);
void writeInboxEvent(JsonWriter& json, const InboxEvent& inbox);
void writeAlert(JsonWriter& json, const Alert& alert);

/// "19.00" for 1900 hundredths of a per cent.
[[nodiscard]] std::string taxRateText(int rateBp);

/// {"data": …} around what `write` writes.
template <class Write>
[[nodiscard]] std::string dataAnswer(Write write)
{
    JsonWriter json;
    json.beginObject().key("data");
    write(json);
    json.endObject();
    return json.take();
}

/// {"data": […], "meta": {"next_cursor": …}}: `writeItem` is called for each element of `items`.
template <class Items, class WriteItem>
[[nodiscard]] std::string listAnswer(const Items& items, const std::optional<std::string>& cursor,
                                     WriteItem writeItem)
{
    JsonWriter json;
    json.beginObject().key("data").beginArray();
    for (const auto& item : items) {
        writeItem(json, item);
    }
    json.endArray().key("meta").beginObject().field("next_cursor", cursor).endObject().endObject();
    return json.take();
}

} // namespace holdfast
