#pragma once

#include "shared/sql/connection.h"

#include <algorithm>
#include <span>
#include <string>
#include <type_traits>

/// Many rows with one statement; the dialect decides how many at a time.
namespace holdfast::sql {

/// Binds the values of all rows, as the engine of the statement takes them.
template <class Row, class BindRow>
void bindRows(Statement& statement, Engine engine, ColumnTypes types, std::span<const Row> rows,
              BindRow bindRow)
{
    if (takesArrays(engine)) {
        statement.collect(types.size());
    }
    for (const Row& row : rows) {
        bindRow(statement, row);
    }
}

/// bindRow(statement, row) binds the values of one row in the order of insert.types.
template <class Row, class BindRow>
bool insertRows(Connection& connection, const BulkInsert& insert, std::span<const Row> rows,
                BindRow bindRow)
{
    const Engine engine = connection.engine();
    while (!rows.empty()) {
        const std::size_t length = bulkLength(engine, rows.size());
        Statement& statement = connection.statement(bulkInsertText(engine, insert, length));
        bindRows(statement, engine, insert.types, rows.first(length), bindRow);
        if (!statement.run()) {
            return false;
        }
        rows = rows.subspan(length);
    }
    return true;
}

/// Runs the update over all rows and counts those that it changed; bindRow(statement, row) binds
/// the values of one in the order of update.types.
template <class Row, class BindRow>
std::int64_t updateRows(Connection& connection, const BulkUpdate& update, std::span<const Row> rows,
                        BindRow bindRow)
{
    const Engine engine = connection.engine();
    std::int64_t changed = 0;
    while (!rows.empty()) {
        const std::size_t length = bulkLength(engine, rows.size());
        Statement& statement = connection.statement(bulkUpdateText(engine, update, length));
        bindRows(statement, engine, update.types, rows.first(length), bindRow);
        if (!statement.run()) {
            return changed;
        }
        changed += statement.affected();
        rows = rows.subspan(length);
    }
    return changed;
}

/// Keys of a read in one statement: as many as there are, or a length that is filled up with the
/// last key, so that few statements are kept.
[[nodiscard]] inline std::size_t keyLength(Engine engine, std::size_t count)
{
    return takesArrays(engine) ? bulkLength(engine, count) : count > 8 ? 64 : count > 1 ? 8 : 1;
}

/// Calls `row` for each row of "head IN (…) tail" over all keys; `head` ends with the column, or
/// with "(a,b)" for keys of several columns. bindHead binds what stands in `head`.
template <class Key, class BindHead, class BindKey, class Row>
bool eachOf(Connection& connection, std::string_view head, std::string_view tail, ColumnTypes types,
            std::span<const Key> keys, BindHead bindHead, BindKey bindKey, Row row)
{
    const Engine engine = connection.engine();
    while (!keys.empty()) {
        const std::size_t length = keyLength(engine, keys.size());
        Statement& select = connection.statement(std::string(head) + anyOf(engine, types, length) +
                                                 std::string(tail));
        const std::size_t taken = std::min(length, keys.size());
        bindHead(select);
        if (takesArrays(engine)) {
            select.collect(types.size());
        }
        for (std::size_t index = 0; index < length; ++index) {
            bindKey(select, keys[std::min(index, taken - 1)]);
        }
        if (!select.each(row)) {
            return false;
        }
        keys = keys.subspan(taken);
    }
    return true;
}

/// The letter for keys that a statement can bind as they are.
template <class Key>
[[nodiscard]] constexpr ColumnTypes typeOfKey()
{
    if constexpr (std::is_same_v<Key, std::string>) {
        return "t";
    } else if constexpr (std::is_same_v<Key, ProductId> || std::is_integral_v<Key>) {
        return "i";
    } else {
        return "b";
    }
}

/// The same for keys of one column that a statement can bind as they are.
template <class Key, class Row>
bool eachOf(Connection& connection, std::string_view head, std::string_view tail,
            std::span<const Key> keys, Row row)
{
    return eachOf(
        connection, head, tail, typeOfKey<Key>(), keys, [](Statement&) {},
        [](Statement& select, const Key& key) { select.bind(key); }, row);
}

} // namespace holdfast::sql
