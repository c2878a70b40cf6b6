#pragma once

#include "server/store/queries.h"
#include "shared/sql/connection.h"

#include <optional>
#include <string>
#include <string_view>

/// Cursors are opaque to callers: base64url of the sort key of the last row of a page. A query
/// that reads one row more than it gives knows whether there is a next page.
namespace holdfast {

[[nodiscard]] std::string encodeCursor(std::string_view key);
[[nodiscard]] std::optional<std::string> decodeCursor(std::string_view cursor);

/// For pages that are ordered by a number; nothing when the cursor is not one of ours.
[[nodiscard]] std::optional<std::int64_t> decodeNumberCursor(std::string_view cursor);

/// Cuts the row too many off and names the next page by the last row that stays.
template <class T, class KeyOf>
[[nodiscard]] Page<T> toPage(std::vector<T> rows, std::size_t limit, KeyOf keyOf)
{
    Page<T> page{.items = std::move(rows)};
    if (page.items.size() > limit) {
        page.items.resize(limit);
        page.nextCursor = encodeCursor(keyOf(page.items.back()));
    }
    return page;
}

/// The result of a query, or Unavailable when something on the connection failed. The next query
/// starts afresh.
template <class T>
[[nodiscard]] Queried<T> finish(sql::Connection& connection, T value)
{
    if (connection.error()) {
        connection.clearError();
        return Failure<QueryError>(QueryError::Unavailable);
    }
    return value;
}

} // namespace holdfast
