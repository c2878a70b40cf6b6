#include "server/store/cursor.h"
#include "server/store/loaders.h"
#include "server/store/where.h"

namespace holdfast {

namespace {

using sql::Statement;

/// A row with the number that orders its table.
template <class T>
struct Numbered
{
    std::int64_t number = 0;
    T value = {};
};

StockMovement readMovement(const Statement& row)
{
    StockMovement movement{.product = {row.integer(1)},
                           .kind = readWord(row, 2, parseMovementKind),
                           .qty = row.integer(3),
                           .onHandAfter = row.integer(4),
                           .reason = row.text(5),
                           .order = std::nullopt,
                           .at = row.instant(7),
                           .by = {row.integer(8)}};
    if (const auto order = row.maybeUuid(6)) {
        movement.order = OrderId{*order};
    }
    return movement;
}

Alert readAlert(const Statement& row)
{
    Alert alert{.kind = readWord(row, 1, parseAlertKind),
                .order = std::nullopt,
                .eventKey = row.text(3),
                .amountMinor = row.integer(4),
                .detail = row.text(5),
                .raw = row.text(6),
                .at = row.instant(7)};
    if (const auto order = row.maybeUuid(2)) {
        alert.order = OrderId{*order};
    }
    return alert;
}

/// One page of a table that is ordered by `number`, newest first. `columns` begin behind number.
template <class T, class Read>
Queried<Page<T>> numberedPage(sql::Connection& connection, std::string_view columns,
                              std::string_view table, Where where, const PageRequest& page,
                              Read read)
{
    if (!page.cursor.empty()) {
        const auto before = decodeNumberCursor(page.cursor);
        if (!before) {
            return Failure<QueryError>(QueryError::BadCursor);
        }
        where.add("number < ?", *before);
    }
    const sql::Snapshot snapshot(connection);
    std::vector<Numbered<T>> rows;
    Statement& select =
        connection.statement("SELECT number, " + std::string(columns) + " FROM " +
                             std::string(table) + where.text() + " ORDER BY number DESC LIMIT ?");
    where.bindTo(select).bind(page.limit + 1).each([&](const Statement& row) {
        rows.push_back({row.integer(0), read(row)});
    });
    auto numbered = toPage(std::move(rows), page.limit,
                           [](const Numbered<T>& row) { return std::to_string(row.number); });
    Page<T> result{.items = {}, .nextCursor = std::move(numbered.nextCursor)};
    for (Numbered<T>& row : numbered.items) {
        result.items.push_back(std::move(row.value));
    }
    return finish(connection, std::move(result));
}

} // namespace

Queried<Page<StockMovement>> RecordQueries::movements(const MovementFilter& filter,
                                                      const PageRequest& page) const
{
    Where where;
    where.addIf("product_id = ?", filter.product);
    if (filter.kind) {
        where.add("kind = ?", std::string(toString(*filter.kind)));
    }
    where.addIf("at >= ?", filter.from);
    where.addIf("at < ?", filter.to);
    return numberedPage<StockMovement>(
        m_connection, "product_id, kind, qty, on_hand_after, reason, order_id, at, made_by",
        "stock_movements", std::move(where), page, readMovement);
}

Queried<Page<InboxEvent>> RecordQueries::paymentEvents(std::optional<EventResult> result,
                                                       const PageRequest& page) const
{
    Where where;
    if (result) {
        where.add("result = ?", std::string(toString(*result)));
    }
    return numberedPage<InboxEvent>(m_connection, inboxColumns, "payment_events", std::move(where),
                                    page,
                                    [](const Statement& row) { return readInboxEvent(row, 1); });
}

Queried<Page<Alert>> RecordQueries::alerts(std::optional<AlertKind> kind,
                                           const PageRequest& page) const
{
    Where where;
    if (kind) {
        where.add("kind = ?", std::string(toString(*kind)));
    }
    return numberedPage<Alert>(m_connection,
                               "kind, order_id, event_key, amount_minor, detail, raw, at", "alerts",
                               std::move(where), page, readAlert);
}

} // namespace holdfast
