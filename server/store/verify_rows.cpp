#include "server/store/verify_rows.h"

#include "server/store/row_comparison.h"

/// Holds, orders, money and records.
namespace holdfast {

using sql::Statement;

namespace {

constexpr PagedTable holdsTable{.name = "holds",
                                .key = "id",
                                .type = PagedTable::Key::Id,
                                .columns =
                                    "id, state, expires_at, created_at, owner, terminal, order_id"};

constexpr PagedTable holdLinesTable{.name = "hold_lines",
                                    .key = "hold_id",
                                    .type = PagedTable::Key::Id,
                                    .columns = "hold_id, line, product_id, qty"};

constexpr PagedTable ordersTable{
    .name = "orders",
    .key = "number",
    .columns = "id, number, hold_id, state, cancel_cause, total_minor, tax_minor, "
               "discount_minor, paid_minor, refunded_minor, owner, payment_deadline, "
               "created_at, updated_at"};

constexpr PagedTable orderLinesTable{
    .name = "order_lines",
    .key = "order_id",
    .type = PagedTable::Key::Id,
    .columns = "order_id, line, product_id, sku, name, qty, unit_price_minor, "
               "discount_minor, tax_rate_bp, tax_minor, total_minor, refunded_qty, "
               "refunded_minor"};

constexpr PagedTable paymentsTable{.name = "payments",
                                   .key = "id",
                                   .type = PagedTable::Key::Id,
                                   .columns = "id, order_id, method, amount_minor, reference, at"};

constexpr PagedTable refundsTable{.name = "refunds",
                                  .key = "id",
                                  .type = PagedTable::Key::Id,
                                  .columns = "id, order_id, amount_minor, reason, at"};

constexpr PagedTable refundLinesTable{.name = "refund_lines",
                                      .key = "refund_id",
                                      .type = PagedTable::Key::Id,
                                      .columns = "refund_id, place, line, qty, amount_minor"};

constexpr PagedTable paymentEventsTable{.name = "payment_events",
                                        .key = "number",
                                        .columns =
                                            "gateway, event_key, order_id, result, received_at"};

constexpr PagedTable alertsTable{.name = "alerts",
                                 .key = "number",
                                 .columns = "kind, order_id, event_key, amount_minor, at, number"};

constexpr PagedTable tokensTable{
    .name = "tokens", .key = "id", .columns = "id, name, created_at, revoked_at"};

} // namespace

void RowComparison::compareHolds()
{
    each(holdsTable, [this](const Statement& row) {
        const auto id = idOf<HoldId>(row, 0);
        const std::string where = "hold " + toString(id);
        FoldedHold* folded = known(m_fold.holds, id, where);
        if (folded == nullptr) {
            return;
        }
        folded->seen = true;
        const Hold& hold = folded->hold;
        RowCheck(m_findings, where)
            .same("state", std::string(toString(hold.state)), row.text(1))
            .same("expires_at", hold.expiresAt, row.instant(2))
            .same("created_at", hold.createdAt, row.instant(3))
            .same("owner", hold.owner, CallerId{row.integer(4)})
            .same("terminal", hold.terminal, row.text(5))
            .same("order_id", hold.order, maybeIdOf<OrderId>(row, 6));
    });
    requireAll(m_fold.holds, "hold", [](const FoldedHold& entry) { return entry.seen; });
}

void RowComparison::compareHoldLines()
{
    each(holdLinesTable, [this](const Statement& row) {
        const auto id = idOf<HoldId>(row, 0);
        const std::string where = "hold " + toString(id) + ", line " + shown(row.integer(1));
        FoldedHold* folded = known(m_fold.holds, id, where);
        const auto at = static_cast<std::size_t>(row.integer(1));
        if (folded == nullptr || at >= folded->hold.lines.size()) {
            unknownRow(where);
            return;
        }
        ++folded->linesSeen;
        const HoldLine& line = folded->hold.lines[at];
        RowCheck(m_findings, where)
            .same("product_id", line.product.value, row.integer(2))
            .same("qty", line.qty, row.integer(3));
    });
    requireAll(m_fold.holds, "all lines of hold",
               [](const FoldedHold& entry) { return entry.linesSeen == entry.hold.lines.size(); });
}

void RowComparison::compareOrders()
{
    each(ordersTable, [this](const Statement& row) {
        const auto id = idOf<OrderId>(row, 0);
        const std::string where = "order " + toString(id);
        FoldedOrder* folded = known(m_fold.orders, id, where);
        if (folded == nullptr) {
            return;
        }
        folded->seen = true;
        const Order& order = folded->order;
        RowCheck(m_findings, where)
            .same("number", order.number, row.integer(1))
            .same("hold_id", order.hold, idOf<HoldId>(row, 2))
            .same("state", std::string(toString(order.state)), row.text(3))
            .same("cancel_cause", std::string(toString(order.cancelCause)), row.text(4))
            .same("total_minor", order.totalMinor, row.integer(5))
            .same("tax_minor", order.taxMinor, row.integer(6))
            .same("discount_minor", order.discountMinor, row.integer(7))
            .same("paid_minor", order.paidMinor, row.integer(8))
            .same("refunded_minor", order.refundedMinor, row.integer(9))
            .same("owner", order.owner, CallerId{row.integer(10)})
            .same("payment_deadline", order.paymentDeadline, row.instant(11))
            .same("created_at", order.createdAt, row.instant(12))
            .same("updated_at", order.updatedAt, row.instant(13));
    });
    requireAll(m_fold.orders, "order", [](const FoldedOrder& entry) { return entry.seen; });
}

void RowComparison::compareOrderLines()
{
    std::size_t rows = 0;
    each(orderLinesTable, [&](const Statement& row) {
        const auto id = idOf<OrderId>(row, 0);
        const std::string where = "order " + toString(id) + ", line " + shown(row.integer(1));
        ++rows;
        FoldedOrder* folded = known(m_fold.orders, id, where);
        const auto at = static_cast<std::size_t>(row.integer(1));
        if (folded == nullptr || at >= folded->order.lines.size()) {
            unknownRow(where);
            return;
        }
        const OrderLine& line = folded->order.lines[at];
        RowCheck(m_findings, where)
            .same("product_id", line.product.value, row.integer(2))
            .same("sku", line.sku, row.text(3))
            .same("name", line.name, row.text(4))
            .same("qty", line.qty, row.integer(5))
            .same("unit_price_minor", line.unitPriceMinor, row.integer(6))
            .same("discount_minor", line.discountMinor, row.integer(7))
            .same("tax_rate_bp", std::int64_t{line.taxRateBp}, row.integer(8))
            .same("tax_minor", line.taxMinor, row.integer(9))
            .same("total_minor", line.totalMinor, row.integer(10))
            .same("refunded_qty", line.refundedQty, row.integer(11))
            .same("refunded_minor", line.refundedMinor, row.integer(12));
    });
    std::size_t expected = 0;
    for (const auto& [id, entry] : m_fold.orders) {
        expected += entry.order.lines.size();
    }
    RowCheck(m_findings, "order lines")
        .same("count", static_cast<std::int64_t>(expected), static_cast<std::int64_t>(rows));
}

void RowComparison::comparePayments()
{
    each(paymentsTable, [this](const Statement& row) {
        const auto id = idOf<PaymentId>(row, 0);
        const std::string where = "payment " + toString(id);
        if (FoldedPayment* folded = known(m_fold.payments, id, where)) {
            folded->seen = true;
            RowCheck(m_findings, where)
                .same("order_id", folded->order, idOf<OrderId>(row, 1))
                .same("method", folded->method, row.text(2))
                .same("amount_minor", folded->amountMinor, row.integer(3))
                .same("reference", folded->reference, row.text(4))
                .same("at", folded->at, row.instant(5));
        }
    });
    requireAll(m_fold.payments, "payment", [](const FoldedPayment& entry) { return entry.seen; });
}

void RowComparison::compareRefunds()
{
    each(refundsTable, [this](const Statement& row) {
        const auto id = idOf<RefundId>(row, 0);
        const std::string where = "refund " + toString(id);
        if (FoldedRefund* folded = known(m_fold.refunds, id, where)) {
            folded->seen = true;
            RowCheck(m_findings, where)
                .same("order_id", folded->order, idOf<OrderId>(row, 1))
                .same("amount_minor", folded->amountMinor, row.integer(2))
                .same("reason", folded->reason, row.text(3))
                .same("at", folded->at, row.instant(4));
        }
    });
    requireAll(m_fold.refunds, "refund", [](const FoldedRefund& entry) { return entry.seen; });
}

void RowComparison::compareRefundLines()
{
    std::size_t rows = 0;
    each(refundLinesTable, [&](const Statement& row) {
        const auto id = idOf<RefundId>(row, 0);
        const std::string where = "refund " + toString(id) + ", line " + shown(row.integer(1));
        ++rows;
        FoldedRefund* folded = known(m_fold.refunds, id, where);
        const auto place = static_cast<std::size_t>(row.integer(1));
        if (folded == nullptr || place >= folded->lines.size()) {
            unknownRow(where);
            return;
        }
        const RefundLine& line = folded->lines[place];
        RowCheck(m_findings, where)
            .same("line", std::int64_t{line.line}, row.integer(2))
            .same("qty", line.qty, row.integer(3))
            .same("amount_minor", line.amountMinor, row.integer(4));
    });
    std::size_t expected = 0;
    for (const auto& [id, entry] : m_fold.refunds) {
        expected += entry.lines.size();
    }
    RowCheck(m_findings, "refund lines")
        .same("count", static_cast<std::int64_t>(expected), static_cast<std::int64_t>(rows));
}

void RowComparison::comparePaymentEvents()
{
    each(paymentEventsTable, [this](const Statement& row) {
        const EventName name{row.text(0), row.text(1)};
        const std::string where = "payment event " + nameOf(name);
        if (FoldedEvent* folded = known(m_fold.paymentEvents, name, where)) {
            folded->seen = true;
            RowCheck(m_findings, where)
                .same("order_id", folded->order, idOf<OrderId>(row, 2))
                .same("result", folded->result, row.text(3))
                .same("received_at", folded->receivedAt, row.instant(4));
        }
    });
    requireAll(m_fold.paymentEvents, "payment event",
               [](const FoldedEvent& entry) { return entry.seen; });
}

void RowComparison::compareAlerts()
{
    std::size_t place = 0;
    each(alertsTable, [&](const Statement& row) {
        const std::string where = "alert " + shown(row.integer(5));
        if (place >= m_fold.alerts.size()) {
            unknownRow(where);
            return;
        }
        const Alert& alert = m_fold.alerts[place++];
        RowCheck(m_findings, where)
            .same("kind", std::string(toString(alert.kind)), row.text(0))
            .same("order_id", alert.order, maybeIdOf<OrderId>(row, 1))
            .same("event_key", alert.eventKey, row.text(2))
            .same("amount_minor", alert.amountMinor, row.integer(3))
            .same("at", alert.at, row.instant(4));
    });
    RowCheck(m_findings, "alerts")
        .same("count", static_cast<std::int64_t>(m_fold.alerts.size()),
              static_cast<std::int64_t>(place));
}

void RowComparison::compareTokens()
{
    each(tokensTable, [this](const Statement& row) {
        const std::string where = "token " + shown(row.integer(0));
        if (FoldedToken* folded = known(m_fold.tokens, row.integer(0), where)) {
            folded->seen = true;
            RowCheck(m_findings, where)
                .same("name", folded->name, row.text(1))
                .same("created_at", folded->createdAt, row.instant(2))
                .same("revoked_at", folded->revokedAt, row.maybeInstant(3));
        }
    });
    requireAll(m_fold.tokens, "token", [](const FoldedToken& entry) { return entry.seen; });
}

namespace {

constexpr std::size_t rowsPerPage = 2'000;

void bindKey(Statement& statement, const std::variant<std::int64_t, QByteArray>& key)
{
    std::visit([&statement](const auto& value) { statement.bind(value); }, key);
}

} // namespace

std::optional<RowComparison::PageKey> RowComparison::endOfPage(const PagedTable& table,
                                                               const std::optional<PageKey>& after)
{
    const std::string key(table.key);
    Statement& statement = m_connection.statement(
        "SELECT " + key + " FROM " + std::string(table.name) +
        (after ? " WHERE " + key + " > ?" : "") + " ORDER BY " + key + " LIMIT 1 OFFSET ?");
    if (after) {
        bindKey(statement, *after);
    }
    std::optional<PageKey> last;
    statement.bind(rowsPerPage - 1).each([&](const Statement& row) {
        last =
            table.type == PagedTable::Key::Number ? PageKey(row.integer(0)) : PageKey(row.bytes(0));
    });
    return last;
}

Statement& RowComparison::select(const PagedTable& table, const std::optional<PageKey>& after,
                                 const std::optional<PageKey>& last)
{
    const std::string key(table.key);
    std::string text = "SELECT " + std::string(table.columns) + " FROM " + std::string(table.name);
    text += after ? " WHERE " + key + " > ?" : "";
    text += last ? (after ? " AND " : " WHERE ") + key + " <= ?" : "";
    text += " ORDER BY " + key;
    text += table.place.empty() ? "" : ", " + std::string(table.place);
    Statement& statement = m_connection.statement(text);
    for (const auto& bound : {after, last}) {
        if (bound) {
            bindKey(statement, *bound);
        }
    }
    return statement;
}

bool RowComparison::goesOn()
{
    m_stopped = m_stopped || !m_mayGoOn();
    return !m_stopped && !m_findings.full() && !m_connection.error();
}

bool compareRows(sql::Connection& connection, JournalFold& fold,
                 std::vector<Difference>& differences, std::size_t differencesMax,
                 const MayGoOn& mayGoOn)
{
    Findings findings(differences, differencesMax);
    return RowComparison(connection, fold, findings, mayGoOn).run();
}

} // namespace holdfast
