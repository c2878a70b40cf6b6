#pragma once

#include "server/ledger/slice.h"
#include "server/store/journal_fold.h"
#include "shared/sql/connection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// How verify() compares tables with the fold of the journal.
namespace holdfast {

inline std::string shown(std::int64_t number)
{
    return std::to_string(number);
}
inline std::string shown(bool truth)
{
    return truth ? "yes" : "no";
}
inline std::string shown(const std::string& text)
{
    return '"' + text + '"';
}
inline std::string shown(Instant at)
{
    return toString(at);
}
inline std::string shown(CallerId caller)
{
    return "caller " + std::to_string(caller.value);
}
template <class Tag>
inline std::string shown(const TypedId<Tag>& id)
{
    return toString(id);
}
template <class T>
inline std::string shown(const std::optional<T>& maybe)
{
    return maybe ? shown(*maybe) : "nothing";
}

/// An id of a row; nil, which nothing has, when it is not one. A damaged database is a finding
/// here.
template <class Id>
Id idOf(const sql::Statement& row, int column)
{
    const QByteArray bytes = row.bytes(column);
    Id id;
    if (bytes.size() == static_cast<qsizetype>(id.value.bytes.size())) {
        std::copy(bytes.begin(), bytes.end(), id.value.bytes.begin());
    }
    return id;
}

template <class Id>
std::optional<Id> maybeIdOf(const sql::Statement& row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(idOf<Id>(row, column));
}

/// Compares one row; keeps the first difference of all rows.
class RowCheck
{
public:
    RowCheck(std::optional<Difference>& first, std::string row)
        : m_first(first), m_row(std::move(row))
    {}

    template <class T>
    RowCheck& same(std::string_view column, const T& expected, const T& found)
    {
        if (!m_first && !(expected == found)) {
            m_first = Difference{m_row + ", " + std::string(column), shown(expected), shown(found)};
        }
        return *this;
    }

private:
    std::optional<Difference>& m_first;
    std::string m_row;
};

class RowComparison
{
public:
    RowComparison(sql::Connection& connection, JournalFold& fold)
        : m_connection(connection), m_fold(fold)
    {}

    std::optional<Difference> run()
    {
        compareProducts();
        compareBarcodes();
        compareSearch();
        compareStock();
        compareMovements();
        compareHolds();
        compareHoldLines();
        compareOrders();
        compareOrderLines();
        comparePayments();
        compareRefunds();
        compareRefundLines();
        comparePaymentEvents();
        compareAlerts();
        compareTokens();
        return m_first;
    }

private:
    template <class Row>
    void each(std::string_view sql, Row row)
    {
        m_connection.statement(sql).each([&](const sql::Statement& current) {
            if (!m_first) {
                row(current);
            }
        });
    }

    void unknownRow(const std::string& row)
    {
        if (!m_first) {
            m_first = Difference{row, "no such row, the journal does not know it", "a row"};
        }
    }

    /// What the journal knows of `id`; a row too many is a difference.
    template <class Map, class Id>
    auto* known(Map& map, const Id& id, const std::string& row)
    {
        const auto at = map.find(id);
        if (at == map.end()) {
            unknownRow(row);
        }
        return at == map.end() ? nullptr : &at->second;
    }

    /// Rows that are in the journal but were not met in the table.
    template <class Map, class Seen>
    void requireAll(const Map& map, const std::string& what, Seen seen)
    {
        for (const auto& [id, entry] : map) {
            if (!m_first && !seen(entry)) {
                m_first = Difference{what + ' ' + shown(nameOf(id)), "a row", "none"};
            }
        }
    }

    static std::int64_t nameOf(ProductId id) { return id.value; }
    static std::int64_t nameOf(std::int64_t id) { return id; }
    static std::string nameOf(const EventName& name) { return name.first + ' ' + name.second; }
    template <class Tag>
    static TypedId<Tag> nameOf(const TypedId<Tag>& id)
    {
        return id;
    }

    void compareProducts();
    void compareBarcodes();
    void compareSearch();
    void compareFts();
    void compareSearchWords();
    void compareStock();
    void compareMovements();
    void compareHolds();
    void compareHoldLines();
    void compareOrders();
    void compareOrderLines();
    void comparePayments();
    void compareRefunds();
    void compareRefundLines();
    void comparePaymentEvents();
    void compareAlerts();
    void compareTokens();

    sql::Connection& m_connection;
    JournalFold& m_fold;
    std::optional<Difference> m_first;
};

} // namespace holdfast
