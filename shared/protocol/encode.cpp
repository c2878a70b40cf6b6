#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

void writeLines(JsonWriter& json, const std::vector<HoldLine>& lines)
{
    json.key("lines").beginArray();
    for (const HoldLine& line : lines) {
        json.beginObject().field("product_id", line.product).field("qty", line.qty).endObject();
    }
    json.endArray();
}

void writeOrderLine(JsonWriter& json, const OrderLine& line, int index)
{
    json.beginObject()
        .field("line", index)
        .field("product_id", line.product)
        .field("sku", line.sku)
        .field("name", line.name)
        .field("qty", line.qty)
        .field("unit_price_minor", line.unitPriceMinor)
        .field("discount_minor", line.discountMinor)
        .field("tax_rate", taxRateText(line.taxRateBp))
        .field("tax_minor", line.taxMinor)
        .field("total_minor", line.totalMinor)
        .field("refunded_qty", line.refundedQty)
        .field("refunded_minor", line.refundedMinor)
        .endObject();
}

void writeOrderMoney(JsonWriter& json, const Order& order)
{
    json.field("currency", order.currency.code())
        .field("total_minor", order.totalMinor)
        .field("total", toDecimal({order.totalMinor, order.currency}))
        .field("tax_minor", order.taxMinor)
        .field("discount_minor", order.discountMinor)
        .field("paid_minor", order.paidMinor)
        .field("due_minor", order.dueMinor())
        .field("refunded_minor", order.refundedMinor)
        .field("refundable_minor", order.refundableMinor());
}

std::optional<std::string_view> cancelWord(const Order& order)
{
    return order.cancelCause == CancelCause::None ? std::nullopt
                                                  : std::optional(toString(order.cancelCause));
}

} // namespace

std::string taxRateText(int rateBp)
{
    std::string cents = std::to_string(rateBp % 100);
    return std::to_string(rateBp / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
}

void writeProduct(JsonWriter& json, const ProductView& view)
{
    const ProductDetails& details = view.product.details;
    json.beginObject()
        .field("id", view.product.id)
        .field("sku", details.sku)
        .field("name", details.name)
        .field("brand", details.brand)
        .field("quantity_text", details.quantityText)
        .key("barcodes")
        .beginArray();
    for (const std::string& barcode : details.barcodes) {
        json.value(barcode);
    }
    json.endArray()
        .field("category", details.category)
        .field("price", toDecimal({details.priceMinor, details.currency}))
        .field("price_minor", details.priceMinor)
        .field("currency", details.currency.code())
        .field("tax_rate", taxRateText(details.taxRateBp))
        .field("on_hand", view.stock.onHand)
        .field("held", view.stock.held)
        .field("committed", view.stock.committed)
        .field("available", view.stock.available())
        .field("stock", view.stock.available())
        .field("version", view.product.version)
        .field("stock_version", view.stockVersion)
        .field("image", details.image)
        .field("favourite_rank", details.favouriteRank)
        .field("archived", view.product.archived)
        .field("created_at", view.product.createdAt)
        .field("updated_at", view.product.updatedAt)
        .endObject();
}

void writeHold(JsonWriter& json, const Hold& hold, Instant now)
{
    const HoldState state = hold.overdueAt(now) ? HoldState::Expired : hold.state;
    json.beginObject()
        .field("hold_id", hold.id)
        .field("id", hold.id)
        .field("state", toString(state));
    if (hold.lines.size() == 1) {
        json.field("product_id", hold.lines.front().product).field("qty", hold.lines.front().qty);
    }
    writeLines(json, hold.lines);
    json.field("expires_at", hold.expiresAt)
        .field("created_at", hold.createdAt)
        .field("terminal", hold.terminal)
        .field("note", hold.note)
        .field("order_id", hold.order)
        .endObject();
}

void writePayment(JsonWriter& json, const Payment& payment, OrderId order)
{
    json.field("payment_id", payment.id)
        .field("id", payment.id)
        .field("order_id", order)
        .field("method", toString(payment.method))
        .field("amount_minor", payment.amountMinor)
        .field("tendered_minor", payment.tenderedMinor)
        .field("change_minor", payment.changeMinor)
        .field("rounding_minor", payment.roundingMinor)
        .field("reference", payment.reference)
        .field("created_at", payment.at);
}

void writeRefund(JsonWriter& json, const Refund& refund, const Order& order)
{
    json.field("refund_id", refund.id)
        .field("id", refund.id)
        .field("order_id", order.id)
        .field("amount_minor", refund.amountMinor)
        .field("restock", refund.restock)
        .field("reason", refund.reason)
        .key("lines")
        .beginArray();
    for (const RefundLine& line : refund.lines) {
        json.beginObject()
            .field("line", line.line)
            .field("product_id", order.lines[static_cast<std::size_t>(line.line)].product)
            .field("qty", line.qty)
            .field("amount_minor", line.amountMinor)
            .endObject();
    }
    json.endArray().field("created_at", refund.at);
}

void writeOrder(JsonWriter& json, const Order& order)
{
    json.beginObject()
        .field("order_id", order.id)
        .field("id", order.id)
        .field("number", order.number)
        .field("state", toString(order.state))
        .field("cancel_cause", cancelWord(order))
        .field("hold_id", order.hold)
        .key("lines")
        .beginArray();
    int index = 0;
    for (const OrderLine& line : order.lines) {
        writeOrderLine(json, line, index++);
    }
    json.endArray();
    writeOrderMoney(json, order);
    json.key("payments").beginArray();
    for (const Payment& payment : order.payments) {
        json.beginObject();
        writePayment(json, payment, order.id);
        json.endObject();
    }
    json.endArray().key("refunds").beginArray();
    for (const Refund& refund : order.refunds) {
        json.beginObject();
        writeRefund(json, refund, order);
        json.endObject();
    }
    json.endArray()
        .field("customer_note", order.customerNote)
        .field("terminal", order.terminal)
        .field("payment_deadline", order.paymentDeadline)
        .field("created_at", order.createdAt)
        .field("updated_at", order.updatedAt)
        .endObject();
}

void writeMovement(JsonWriter& json, const StockMovement& movement)
{
    json.field("product_id", movement.product)
        .field("kind", toString(movement.kind))
        .field("qty", movement.qty)
        .field("on_hand_after", movement.onHandAfter)
        .field("reason", movement.reason)
        .field("order_id", movement.order)
        .field("created_at", movement.at);
}

void writeInboxEvent(JsonWriter& json, const InboxEvent& inbox)
{
    const PaymentEvent& event = inbox.event;
    json.field("event_id", event.key)
        .field("gateway", event.gateway)
        .field("order_id", event.order)
        .field("status", toString(event.status))
        .field("amount_minor", event.amountMinor);
    if (event.currency) {
        json.field("currency", event.currency->code());
    } else {
        json.key("currency").null();
    }
    json.field("payment_ref", event.paymentRef)
        .field("occurred_at", event.occurredAt)
        .field("result", toString(inbox.result))
        .field("received_at", inbox.receivedAt);
}

void writeAlert(JsonWriter& json, const Alert& alert)
{
    json.field("kind", toString(alert.kind))
        .field("order_id", alert.order)
        .field("event_id", alert.eventKey)
        .field("amount_minor", alert.amountMinor)
        .field("detail", alert.detail)
        .field("created_at", alert.at);
}

} // namespace holdfast
