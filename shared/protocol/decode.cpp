#include "shared/protocol/decode.h"

#include "shared/domain/limits.h"
#include "shared/protocol/decode_object.h"

namespace holdfast {

namespace {

std::optional<Duration> ttl(FieldReader& reader)
{
    // The ledger knows the limit of the caller's role; this one keeps the arithmetic safe.
    const auto seconds = reader.integer("ttl_seconds", 1, limits::holdLifeMax.ms / 1000);
    return seconds ? std::optional(Duration::seconds(*seconds)) : std::nullopt;
}

HoldLine readLine(FieldReader& reader)
{
    const auto product = reader.integer("product_id", 1, INT64_MAX);
    const auto qty = reader.integer("qty", 1, limits::quantityMax);
    reader.require("product_id", product.has_value());
    reader.require("qty", qty.has_value());
    return {{product.value_or(0)}, qty.value_or(0)};
}

std::vector<HoldLine> readLines(FieldReader& reader)
{
    std::vector<HoldLine> lines;
    reader.each("lines", limits::linesPerHoldMax,
                [&lines](FieldReader& line) { lines.push_back(readLine(line)); });
    return lines;
}

Discount readDiscount(FieldReader& reader)
{
    Discount discount;
    const auto line =
        reader.integer("line", 0, static_cast<std::int64_t>(limits::linesPerHoldMax) - 1);
    const auto percent = reader.integer("percent_bp", 0, limits::discountPercentBpMax);
    const auto amount = reader.integer("amount_minor", 0, limits::amountMinorMax);
    if (percent.has_value() == amount.has_value()) {
        reader.fail("percent_bp", "give either percent_bp or amount_minor");
    }
    discount.kind = percent ? Discount::Kind::Percent : Discount::Kind::Amount;
    discount.value = percent ? *percent : amount.value_or(0);
    discount.reason = reader.text("reason", limits::shortTextLengthMax).value_or("");
    if (line) {
        discount.line = static_cast<int>(*line);
    }
    return discount;
}

RefundRequestLine readRefundLine(FieldReader& reader)
{
    RefundRequestLine line;
    const auto index =
        reader.integer("line", 0, static_cast<std::int64_t>(limits::linesPerHoldMax) - 1);
    const auto product = reader.integer("product_id", 1, INT64_MAX);
    const auto qty = reader.integer("qty", 1, limits::quantityMax);
    reader.require("qty", qty.has_value());
    if (!index && !product) {
        reader.require("product_id", false);
    }
    if (index) {
        line.line = static_cast<int>(*index);
    }
    if (product) {
        line.product = ProductId{*product};
    }
    line.qty = qty.value_or(0);
    return line;
}

template <class E, class Parse>
std::optional<E> readWord(FieldReader& reader, std::string_view name, std::string_view words,
                          Parse parse)
{
    const auto text = reader.text(name, limits::shortTextLengthMax);
    if (!text) {
        return std::nullopt;
    }
    const std::optional<E> member = parse(*text);
    if (!member) {
        reader.fail(name, "must be one of " + std::string(words));
    }
    return member;
}

} // namespace

Decoded<PlaceHold> decodePlaceHold(std::string_view body)
{
    return decodeObject<PlaceHold>(body, false, [](FieldReader& reader, PlaceHold& hold) {
        hold.singleForm = reader.member("lines") == nullptr;
        if (hold.singleForm) {
            hold.lines.push_back(readLine(reader));
        } else {
            hold.lines = readLines(reader);
        }
        hold.id = {reader.uuid("id").value_or(Uuid{})};
        hold.life = ttl(reader);
        hold.note = reader.text("note", limits::noteLengthMax).value_or("");
        hold.terminal = reader.text("terminal", limits::shortTextLengthMax).value_or("");
    });
}

Decoded<ChangeHold> decodeChangeHold(std::string_view body)
{
    return decodeObject<ChangeHold>(body, false, [](FieldReader& reader, ChangeHold& change) {
        change.lines = readLines(reader);
        reader.require("lines", !change.lines.empty());
    });
}

Decoded<ExtendHold> decodeExtendHold(std::string_view body)
{
    return decodeObject<ExtendHold>(
        body, true, [](FieldReader& reader, ExtendHold& extend) { extend.life = ttl(reader); });
}

Decoded<PlaceOrder> decodePlaceOrder(std::string_view body)
{
    return decodeObject<PlaceOrder>(body, false, [](FieldReader& reader, PlaceOrder& order) {
        const auto hold = reader.uuid("hold_id");
        reader.require("hold_id", hold.has_value());
        order.hold = {hold.value_or(Uuid{})};
        const auto id = reader.uuid("id");
        order.id = {id.value_or(Uuid{})};
        order.idGiven = id.has_value();
        order.customerNote = reader.text("customer_note", limits::noteLengthMax).value_or("");
        reader.each("discounts", limits::discountsPerOrderMax, [&order](FieldReader& discount) {
            order.discounts.push_back(readDiscount(discount));
        });
    });
}

Decoded<TakePayment> decodeTakePayment(std::string_view body)
{
    return decodeObject<TakePayment>(body, false, [](FieldReader& reader, TakePayment& payment) {
        const auto method = readWord<PaymentMethod>(reader, "method", "cash, card, voucher, other",
                                                    parsePaymentMethod);
        reader.require("method", method.has_value());
        payment.method = method.value_or(PaymentMethod::Cash);
        payment.id = {reader.uuid("id").value_or(Uuid{})};
        payment.amountMinor = reader.integer("amount_minor", 1, limits::amountMinorMax);
        payment.tenderedMinor = reader.integer("tendered_minor", 1, limits::amountMinorMax);
        payment.reference = reader.text("reference", limits::paymentRefLengthMax).value_or("");
    });
}

Decoded<RefundOrder> decodeRefundOrder(std::string_view body)
{
    return decodeObject<RefundOrder>(body, false, [](FieldReader& reader, RefundOrder& refund) {
        refund.id = {reader.uuid("id").value_or(Uuid{})};
        reader.each("lines", limits::linesPerHoldMax,
                    [&refund](FieldReader& line) { refund.lines.push_back(readRefundLine(line)); });
        refund.amountMinor = reader.integer("amount_minor", 1, limits::amountMinorMax);
        if (refund.amountMinor.has_value() == (reader.member("lines") != nullptr)) {
            reader.fail("lines", "give either lines or amount_minor");
        }
        refund.restock = reader.boolean("restock").value_or(false);
        refund.reason = reader.text("reason", limits::shortTextLengthMax).value_or("");
    });
}

Decoded<MoveStock> decodeMoveStock(std::string_view body)
{
    return decodeObject<MoveStock>(body, false, [](FieldReader& reader, MoveStock& move) {
        const auto product = reader.integer("product_id", 1, INT64_MAX);
        const auto kind = readWord<MovementKind>(
            reader, "kind", "receipt, adjustment, count, write_off", parseMovementKind);
        const auto qty = reader.integer("qty", -limits::stockMax, limits::stockMax);
        reader.require("product_id", product.has_value());
        reader.require("kind", kind.has_value());
        reader.require("qty", qty.has_value());
        move.product = {product.value_or(0)};
        move.kind = kind.value_or(MovementKind::Receipt);
        move.qty = qty.value_or(0);
        move.reason = reader.text("reason", limits::shortTextLengthMax).value_or("");
    });
}

Decoded<NewToken> decodeNewToken(std::string_view body)
{
    return decodeObject<NewToken>(body, false, [](FieldReader& reader, NewToken& token) {
        const auto name = reader.text("name", limits::shortTextLengthMax);
        const auto role =
            readWord<Role>(reader, "role", "kiosk, cashier, manager, admin", parseRole);
        reader.require("name", name.has_value() && !name->empty());
        reader.require("role", role.has_value());
        token.name = name.value_or("");
        token.role = role.value_or(Role::Cashier);
    });
}

} // namespace holdfast
