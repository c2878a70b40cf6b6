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

/// Of a row that begins with position and hash.
JournalPlace placeOf(const sql::Statement& row)
{
    return {.position = row.integer(0), .mark = journalMark(readHash(row, 1))};
}

JournalPlace newest(sql::Connection& connection)
{
    JournalPlace place;
    connection.statement("SELECT position, hash FROM journal ORDER BY position DESC LIMIT 1")
        .each([&place](const sql::Statement& row) { place = placeOf(row); });
    return place;
}

/// Whether this journal has that very record.
bool knows(sql::Connection& connection, const JournalPlace& place)
{
    JournalPlace found;
    connection.statement("SELECT position, hash FROM journal WHERE position = ?")
        .bind(place.position)
        .each([&found](const sql::Statement& row) { found = placeOf(row); });
    return found == place;
}

template <class Id>
std::vector<Id> listOf(const std::set<Id>& ids)
{
    return {ids.begin(), ids.end()};
}

} // namespace

Queried<JournalPlace> JournalQueries::head() const
{
    const sql::Snapshot snapshot(m_connection);
    return finish(m_connection, newest(m_connection));
}

template <class Each>
std::size_t JournalQueries::readRecords(std::int64_t position, std::size_t recordsMax,
                                        Each each) const
{
    std::size_t count = 0;
    m_connection
        .statement("SELECT position, hash, payload FROM journal WHERE position > ? "
                   "ORDER BY position LIMIT ?")
        .bind(position)
        .bind(recordsMax)
        .each([&](const sql::Statement& row) {
            each(row);
            ++count;
        });
    return count;
}

Queried<JournalChanges> JournalQueries::changesSince(const JournalPlace& place,
                                                     std::size_t recordsMax) const
{
    JournalChanges changes{.place = place};
    Touched touched;
    const sql::Snapshot snapshot(m_connection);
    if (!knows(m_connection, place)) {
        changes.unknownPlace = true;
        return finish(m_connection, std::move(changes));
    }
    const std::size_t count =
        readRecords(place.position, recordsMax, [&](const sql::Statement& row) {
            changes.place = placeOf(row);
            if (const auto event = decodeEvent(row.text(2))) {
                touched.add(*event);
            }
        });
    changes.more = count == recordsMax;
    changes.products = loadProducts(m_connection, listOf(touched.products));
    changes.holds = loadHolds(m_connection, listOf(touched.holds));
    changes.orders = loadOrders(m_connection, listOf(touched.orders));
    return finish(m_connection, std::move(changes));
}

Queried<JournalNews>
JournalQueries::newsSince(const JournalPlace& anchor, std::int64_t position, std::size_t recordsMax,
                          const std::function<bool(std::int64_t position)>& isOwn) const
{
    JournalNews news{.place = {position}};
    Touched touched;
    const sql::Snapshot snapshot(m_connection);
    if (!knows(m_connection, anchor)) {
        news.replaced = true;
        news.place = newest(m_connection);
        return finish(m_connection, std::move(news));
    }
    const std::size_t count = readRecords(position, recordsMax, [&](const sql::Statement& row) {
        news.place = placeOf(row);
        if (isOwn(news.place.position)) {
            return;
        }
        if (const auto event = decodeEvent(row.text(2))) {
            touched.add(*event);
            news.tokens = news.tokens || event->kind == EventKind::TokenCreated ||
                          event->kind == EventKind::TokenRevoked;
        }
    });
    news.more = count == recordsMax;
    news.products = loadProducts(m_connection, listOf(touched.products));
    return finish(m_connection, std::move(news));
}

} // namespace holdfast
