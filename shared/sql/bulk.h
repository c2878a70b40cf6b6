#pragma once

#include "shared/sql/connection.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

/// Many rows with one statement. The statements come in three lengths only, so that each is
/// prepared once and kept.
namespace holdfast::sql {

inline constexpr std::array<std::size_t, 3> bulkLengths{64, 8, 1};

/// `head` is "INSERT INTO t(a,b) VALUES "; bindRow(statement, row) binds `columns` values.
template <class Row, class BindRow>
bool insertRows(Connection& connection, std::string_view head, std::size_t columns,
                std::span<const Row> rows, BindRow bindRow)
{
    while (!rows.empty()) {
        for (const std::size_t length : bulkLengths) {
            if (rows.size() < length) {
                continue;
            }
            Statement& insert =
                connection.statement(std::string(head) + placeholders(length, columns));
            for (const Row& row : rows.first(length)) {
                bindRow(insert, row);
            }
            if (!insert.run()) {
                return false;
            }
            rows = rows.subspan(length);
            break;
        }
    }
    return true;
}

/// Calls `row` for each row of "head IN (…) tail" over all keys; `head` ends with the column, or
/// with "(a,b)" for keys of several columns. bindHead binds what stands in `head`. A shorter rest
/// is filled up with its last key.
template <class Key, class BindHead, class BindKey, class Row>
bool eachOf(Connection& connection, std::string_view head, std::string_view tail,
            std::size_t columns, std::span<const Key> keys, BindHead bindHead, BindKey bindKey,
            Row row)
{
    while (!keys.empty()) {
        const std::size_t length = keys.size() > 8 ? 64 : keys.size() > 1 ? 8 : 1;
        const std::string list = keyList(connection.engine(), length, columns);
        Statement& select =
            connection.statement(std::string(head) + " IN " + list + std::string(tail));
        const std::size_t taken = std::min(length, keys.size());
        bindHead(select);
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

/// The same for keys of one column that a statement can bind as they are.
template <class Key, class Row>
bool eachOf(Connection& connection, std::string_view head, std::string_view tail,
            std::span<const Key> keys, Row row)
{
    return eachOf(
        connection, head, tail, 1, keys, [](Statement&) {},
        [](Statement& select, const Key& key) { select.bind(key); }, row);
}

/// Runs the update over all rows and counts those that it changed; bindRow(statement, row) binds
/// the values of one in the order of update.types.
template <class Row, class BindRow>
std::int64_t updateRows(Connection& connection, const BulkUpdate& update, std::span<const Row> rows,
                        BindRow bindRow)
{
    std::int64_t changed = 0;
    while (!rows.empty()) {
        for (const std::size_t length : bulkLengths) {
            if (rows.size() < length) {
                continue;
            }
            Statement& statement =
                connection.statement(bulkUpdateText(connection.engine(), update, length));
            for (const Row& row : rows.first(length)) {
                bindRow(statement, row);
            }
            if (!statement.run()) {
                return changed;
            }
            changed += statement.affected();
            rows = rows.subspan(length);
            break;
        }
    }
    return changed;
}

} // namespace holdfast::sql
