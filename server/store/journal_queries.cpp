#include "server/store/cursor.h"
#include "server/store/journal_codec.h"
#include "server/store/loaders.h"

#include <set>

namespace holdfast {

namespace {

/// What the events of a stretch of the journal have touched.
struct Touched
{
    std::set<ProductId> products;
    std::set<HoldId> holds;
    std::set<OrderId> orders;

    void add(const Event& event)
    {
        for (const StockDelta& delta : event.stock) {
            products.insert(delta.product);
        }
        if (event.product) {
            products.insert(*event.product);
        }
        if (event.hold) {
            holds.insert(*event.hold);
        }
        if (event.order) {
            orders.insert(*event.order);
        }
    }
};

template <class Id>
std::vector<Id> listOf(const std::set<Id>& ids)
{
    return {ids.begin(), ids.end()};
}

} // namespace

Queried<std::int64_t> JournalQueries::head() const
{
    std::int64_t position = 0;
    m_connection.statement("SELECT COALESCE(MAX(position), 0) FROM journal")
        .each([&position](const sql::Statement& row) { position = row.integer(0); });
    return finish(m_connection, position);
}

Queried<JournalChanges> JournalQueries::changesSince(std::int64_t position,
                                                     std::size_t recordsMax) const
{
    JournalChanges changes{.position = position};
    Touched touched;
    std::size_t count = 0;
    const sql::Snapshot snapshot(m_connection);
    m_connection
        .statement("SELECT position, payload FROM journal WHERE position > ? "
                   "ORDER BY position LIMIT ?")
        .bind(position)
        .bind(recordsMax)
        .each([&](const sql::Statement& row) {
            changes.position = row.integer(0);
            if (const auto event = decodeEvent(row.text(1))) {
                touched.add(*event);
            }
            ++count;
        });
    changes.more = count == recordsMax;
    // A database that was put back from a backup is behind what its readers have seen.
    if (count == 0) {
        const auto end = head();
        changes.beyondEnd = end && position > *end;
    }
    changes.products = loadProducts(m_connection, listOf(touched.products));
    changes.holds = loadHolds(m_connection, listOf(touched.holds));
    changes.orders = loadOrders(m_connection, listOf(touched.orders));
    return finish(m_connection, std::move(changes));
}

} // namespace holdfast
