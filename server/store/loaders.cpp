#include "server/store/loaders.h"

#include "shared/sql/bulk.h"

#include <unordered_map>

namespace holdfast {

namespace {

using sql::Connection;
using sql::Statement;

template <class Id, class Value>
using ById = std::unordered_map<Id, Value>;

template <class Id, class Value>
std::vector<Value> valuesOf(ById<Id, Value>&& byId)
{
    std::vector<Value> values;
    values.reserve(byId.size());
    for (auto& [id, value] : byId) {
        values.push_back(std::move(value));
    }
    return values;
}

Currency readCurrency(const Statement& row, int column)
{
    return readWord(row, column, Currency::parse);
}

ProductView readProduct(const Statement& row)
{
    ProductView view;
    view.product.id = {row.integer(0)};
    ProductDetails& details = view.product.details;
    details.sku = row.text(1);
    details.name = row.text(2);
    details.brand = row.text(3);
    details.quantityText = row.text(4);
    details.category = row.text(5);
    details.priceMinor = row.integer(6);
    details.currency = readCurrency(row, 7);
    details.taxRateBp = static_cast<int>(row.integer(8));
    details.image = row.text(9);
    details.favouriteRank = static_cast<int>(row.integer(10));
    view.product.archived = row.integer(11) != 0;
    view.product.version = row.integer(12);
    view.product.createdAt = row.instant(13);
    view.product.updatedAt = row.instant(14);
    view.stock = {row.integer(15), row.integer(16), row.integer(17)};
    view.stockVersion = row.integer(18);
    return view;
}

Hold readHold(const Statement& row)
{
    Hold hold;
    hold.id = {row.uuid(0)};
    hold.state = readWord(row, 1, parseHoldState);
    hold.expiresAt = row.instant(2);
    hold.createdAt = row.instant(3);
    hold.owner = {row.integer(4)};
    hold.terminal = row.text(5);
    hold.note = row.text(6);
    if (const auto order = row.maybeUuid(7)) {
        hold.order = OrderId{*order};
    }
    return hold;
}

Order readOrder(const Statement& row)
{
    Order order;
    order.id = {row.uuid(0)};
    order.number = row.integer(1);
    order.hold = {row.uuid(2)};
    order.state = readWord(row, 3, parseOrderState);
    order.cancelCause = readWord(row, 4, parseCancelCause);
    order.currency = readCurrency(row, 5);
    order.totalMinor = row.integer(6);
    order.taxMinor = row.integer(7);
    order.discountMinor = row.integer(8);
    order.paidMinor = row.integer(9);
    order.refundedMinor = row.integer(10);
    order.customerNote = row.text(11);
    order.owner = {row.integer(12)};
    order.terminal = row.text(13);
    order.paymentDeadline = row.instant(14);
    order.createdAt = row.instant(15);
    order.updatedAt = row.instant(16);
    return order;
}

OrderLine readOrderLine(const Statement& row)
{
    return {.product = {row.integer(1)},
            .sku = row.text(2),
            .name = row.text(3),
            .qty = row.integer(4),
            .unitPriceMinor = row.integer(5),
            .discountMinor = row.integer(6),
            .taxRateBp = static_cast<int>(row.integer(7)),
            .taxMinor = row.integer(8),
            .totalMinor = row.integer(9),
            .refundedQty = row.integer(10),
            .refundedMinor = row.integer(11)};
}

Payment readPayment(const Statement& row)
{
    return {.id = {row.uuid(1)},
            .method = readWord(row, 2, parsePaymentMethod),
            .amountMinor = row.integer(3),
            .tenderedMinor = row.integer(4),
            .changeMinor = row.integer(5),
            .roundingMinor = row.integer(6),
            .reference = row.text(7),
            .at = row.instant(8)};
}

void loadOrderLines(Connection& connection, std::span<const OrderId> ids,
                    ById<OrderId, Order>& orders)
{
    sql::eachOf(connection,
                "SELECT order_id, product_id, sku, name, qty, unit_price_minor, discount_minor, "
                "tax_rate_bp, tax_minor, total_minor, refunded_qty, refunded_minor "
                "FROM order_lines WHERE order_id",
                " ORDER BY order_id, line", ids, [&orders](const Statement& row) {
                    orders.at({row.uuid(0)}).lines.push_back(readOrderLine(row));
                });
}

void loadPayments(Connection& connection, std::span<const OrderId> ids,
                  ById<OrderId, Order>& orders)
{
    sql::eachOf(connection,
                "SELECT order_id, id, method, amount_minor, tendered_minor, change_minor, "
                "rounding_minor, reference, at FROM payments WHERE order_id",
                " ORDER BY at, id", ids, [&orders](const Statement& row) {
                    orders.at({row.uuid(0)}).payments.push_back(readPayment(row));
                });
}

void loadRefunds(Connection& connection, std::span<const OrderId> ids, ById<OrderId, Order>& orders)
{
    std::unordered_map<RefundId, OrderId> owner;
    std::vector<RefundId> refunds;
    sql::eachOf(connection,
                "SELECT order_id, id, amount_minor, restock, reason, at FROM refunds "
                "WHERE order_id",
                " ORDER BY at, id", ids, [&](const Statement& row) {
                    const RefundId id{row.uuid(1)};
                    owner.emplace(id, OrderId{row.uuid(0)});
                    refunds.push_back(id);
                    orders.at({row.uuid(0)})
                        .refunds.push_back({.id = id,
                                            .amountMinor = row.integer(2),
                                            .lines = {},
                                            .restock = row.integer(3) != 0,
                                            .reason = row.text(4),
                                            .at = row.instant(5)});
                });
    sql::eachOf(connection,
                "SELECT refund_id, line, qty, amount_minor FROM refund_lines WHERE refund_id",
                " ORDER BY refund_id, place", std::span<const RefundId>(refunds),
                [&](const Statement& row) {
                    const RefundId id{row.uuid(0)};
                    for (Refund& refund : orders.at(owner.at(id)).refunds) {
                        if (refund.id == id) {
                            refund.lines.push_back(
                                {static_cast<int>(row.integer(1)), row.integer(2), row.integer(3)});
                        }
                    }
                });
}

} // namespace

std::vector<ProductView> loadProducts(Connection& connection, std::span<const ProductId> ids)
{
    ById<ProductId, ProductView> views;
    sql::eachOf(connection,
                "SELECT p.id, p.sku, p.name, p.brand, p.quantity_text, p.category, p.price_minor, "
                "p.currency, p.tax_rate_bp, p.image, p.favourite_rank, p.archived, p.version, "
                "p.created_at, p.updated_at, s.on_hand, s.held, s.committed, s.version "
                "FROM products p JOIN stock s ON s.product_id = p.id WHERE p.id",
                "", ids, [&views](const Statement& row) {
                    views.insert_or_assign(ProductId{row.integer(0)}, readProduct(row));
                });
    sql::eachOf(connection,
                "SELECT product_id, barcode FROM product_barcodes "
                "WHERE product_id",
                " ORDER BY product_id, place", ids, [&views](const Statement& row) {
                    if (const auto at = views.find({row.integer(0)}); at != views.end()) {
                        at->second.product.details.barcodes.push_back(row.text(1));
                    }
                });
    return valuesOf(std::move(views));
}

std::vector<Hold> loadHolds(Connection& connection, std::span<const HoldId> ids)
{
    ById<HoldId, Hold> holds;
    sql::eachOf(connection,
                "SELECT id, state, expires_at, created_at, owner, terminal, note, order_id "
                "FROM holds WHERE id",
                "", ids, [&holds](const Statement& row) {
                    holds.insert_or_assign(HoldId{row.uuid(0)}, readHold(row));
                });
    sql::eachOf(connection, "SELECT hold_id, product_id, qty FROM hold_lines WHERE hold_id",
                " ORDER BY hold_id, line", ids, [&holds](const Statement& row) {
                    holds.at({row.uuid(0)}).lines.push_back({{row.integer(1)}, row.integer(2)});
                });
    return valuesOf(std::move(holds));
}

std::vector<Order> loadOrders(Connection& connection, std::span<const OrderId> ids)
{
    ById<OrderId, Order> orders;
    sql::eachOf(connection,
                "SELECT id, number, hold_id, state, cancel_cause, currency, total_minor, "
                "tax_minor, discount_minor, paid_minor, refunded_minor, customer_note, owner, "
                "terminal, payment_deadline, created_at, updated_at FROM orders WHERE id",
                "", ids, [&orders](const Statement& row) {
                    orders.insert_or_assign(OrderId{row.uuid(0)}, readOrder(row));
                });
    loadOrderLines(connection, ids, orders);
    loadPayments(connection, ids, orders);
    loadRefunds(connection, ids, orders);
    return valuesOf(std::move(orders));
}

InboxEvent readInboxEvent(const Statement& row, int first)
{
    InboxEvent inbox;
    inbox.id = row.uuid(first);
    inbox.event.gateway = row.text(first + 1);
    inbox.event.key = row.text(first + 2);
    inbox.event.order = {row.uuid(first + 3)};
    inbox.event.status = readWord(row, first + 4, parsePaymentEventStatus);
    inbox.event.amountMinor = row.maybeInteger(first + 5);
    if (!row.isNull(first + 6)) {
        inbox.event.currency = readCurrency(row, first + 6);
    }
    inbox.event.paymentRef = row.text(first + 7);
    inbox.event.occurredAt = row.maybeInstant(first + 8);
    inbox.receivedAt = row.instant(first + 9);
    inbox.result = readWord(row, first + 10, parseEventResult);
    inbox.event.raw = row.text(first + 11);
    return inbox;
}

TokenEntry readToken(const Statement& row)
{
    return {.id = row.integer(0),
            .name = row.text(1),
            .role = readWord(row, 2, parseRole),
            .secretHash = readHash(row, 3),
            .createdAt = row.instant(4),
            .revokedAt = row.maybeInstant(5)};
}

std::array<std::uint8_t, 32> readHash(const Statement& row, int column)
{
    std::array<std::uint8_t, 32> hash{};
    const QByteArray bytes = row.bytes(column);
    HOLDFAST_ASSERT(bytes.size() == static_cast<qsizetype>(hash.size()));
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

} // namespace holdfast
