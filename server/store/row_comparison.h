#pragma once

#include "server/ledger/slice.h"
#include "server/store/journal_fold.h"
#include "server/store/verify_rows.h"
#include "shared/sql/connection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

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

/// The first differences, as many as are wanted.
class Findings
{
public:
    Findings(std::vector<Difference>& list, std::size_t max) : m_list(list), m_max(max) {}

    [[nodiscard]] bool full() const { return m_list.size() >= m_max; }

    void add(Difference difference)
    {
        if (!full() && (m_list.empty() || !(m_list.back() == difference))) {
            m_list.push_back(std::move(difference));
        }
    }

private:
    std::vector<Difference>& m_list;
    std::size_t m_max;
};

/// Compares one row.
class RowCheck
{
public:
    RowCheck(Findings& findings, std::string row) : m_findings(findings), m_row(std::move(row)) {}

    template <class T>
    RowCheck& same(std::string_view column, const T& expected, const T& found)
    {
        if (!(expected == found)) {
            m_findings.add({m_row + ", " + std::string(column), shown(expected), shown(found)});
        }
        return *this;
    }

private:
    Findings& m_findings;
    std::string m_row;
};

/// A table, and the column with an index by which it is read in pieces; rows of one key stay
/// together.
struct PagedTable
{
    enum class Key { Number, Id };

    std::string_view name;
    std::string_view key;
    Key type = Key::Number;
    std::string_view columns;
    std::string_view place = {}; ///< orders the rows of one key
};

class RowComparison
{
public:
    RowComparison(sql::Connection& connection, JournalFold& fold, Findings& findings,
                  const MayGoOn& mayGoOn)
        : m_connection(connection), m_fold(fold), m_findings(findings), m_mayGoOn(mayGoOn)
    {}

    /// False when it was told to stop before the end.
    bool run()
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
        return !m_stopped;
    }

private:
    using PageKey = std::variant<std::int64_t, QByteArray>;

    /// Reads a whole table in pieces, because some drivers hold a whole result in memory, and
    /// because between two of them it can be told to stop.
    template <class Row>
    void each(const PagedTable& table, Row row)
    {
        std::optional<PageKey> after;
        for (bool more = true; more && goesOn();) {
            const std::optional<PageKey> last = endOfPage(table, after);
            select(table, after, last).each(row);
            more = last.has_value();
            after = last;
        }
    }

    /// The last key of the piece behind `after`; nothing when the rest is less than a piece.
    [[nodiscard]] std::optional<PageKey> endOfPage(const PagedTable& table,
                                                   const std::optional<PageKey>& after);
    /// The rows behind `after` up to `last`, ready to run.
    [[nodiscard]] sql::Statement& select(const PagedTable& table,
                                         const std::optional<PageKey>& after,
                                         const std::optional<PageKey>& last);
    [[nodiscard]] bool goesOn();

    void unknownRow(const std::string& row)
    {
        m_findings.add({row, "no such row, the journal does not know it", "a row"});
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
        if (!goesOn()) {
            return; // they were not all looked at
        }
        for (const auto& [id, entry] : map) {
            if (!seen(entry)) {
                m_findings.add({what + ' ' + shown(nameOf(id)), "a row", "none"});
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
    Findings& m_findings;
    const MayGoOn& m_mayGoOn;
    bool m_stopped = false;
};

} // namespace holdfast
