#include "server/store/cursor.h"
#include "server/store/loaders.h"
#include "server/store/where.h"

#include <algorithm>

namespace holdfast {

Queried<std::optional<Order>> OrderQueries::byId(OrderId id) const
{
    const sql::Snapshot snapshot(m_connection);
    const auto orders = loadOrders(m_connection, std::span(&id, 1));
    return finish(m_connection, orders.empty() ? std::nullopt : std::optional(orders.front()));
}

Queried<Page<Order>> OrderQueries::list(const OrderFilter& filter, const PageRequest& page) const
{
    Where where;
    if (!page.cursor.empty()) {
        const auto before = decodeNumberCursor(page.cursor);
        if (!before) {
            return Failure<QueryError>(QueryError::BadCursor);
        }
        where.add("number < ?", *before);
    }
    if (filter.state) {
        where.add("state = ?", std::string(toString(*filter.state)));
    }
    where.addIf("owner = ?", filter.owner);
    const sql::Snapshot snapshot(m_connection);
    std::vector<OrderId> ids;
    sql::Statement& select = m_connection.statement("SELECT id FROM orders" + where.text() +
                                                    " ORDER BY number DESC LIMIT ?");
    where.bindTo(select).bind(page.limit + 1).each([&ids](const sql::Statement& row) {
        ids.push_back({row.uuid(0)});
    });
    std::vector<Order> orders = loadOrders(m_connection, ids);
    std::sort(orders.begin(), orders.end(),
              [](const Order& a, const Order& b) { return a.number > b.number; });
    return finish(m_connection, toPage(std::move(orders), page.limit, [](const Order& order) {
                      return std::to_string(order.number);
                  }));
}

} // namespace holdfast
