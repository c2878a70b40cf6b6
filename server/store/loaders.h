#pragma once

#include "server/ledger/slice.h"
#include "shared/domain/assert.h"
#include "shared/domain/hold.h"
#include "shared/domain/order.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/product.h"
#include "shared/sql/connection.h"

#include <span>
#include <string>
#include <vector>

/// Whole domain values by their ids, with set-based statements; used by the ledger's store and by
/// the read side. Unknown ids give nothing; the order of the result is not that of the ids. Errors
/// stay on the connection.
namespace holdfast {

[[nodiscard]] std::vector<ProductView> loadProducts(sql::Connection& connection,
                                                    std::span<const ProductId> ids);
[[nodiscard]] std::vector<Hold> loadHolds(sql::Connection& connection, std::span<const HoldId> ids);
[[nodiscard]] std::vector<Order> loadOrders(sql::Connection& connection,
                                            std::span<const OrderId> ids);

/// The columns of payment_events for readInboxEvent, in its order.
inline constexpr std::string_view inboxColumns =
    "id, gateway, event_key, order_id, status, amount_minor, currency, payment_ref, occurred_at, "
    "received_at, result, raw";
[[nodiscard]] InboxEvent readInboxEvent(const sql::Statement& row, int first = 0);

/// Columns id, name, role, secret_hash, created_at, revoked_at.
[[nodiscard]] TokenEntry readToken(const sql::Statement& row);
[[nodiscard]] std::array<std::uint8_t, 32> readHash(const sql::Statement& row, int column);

/// A word of a closed set as it stands in a column. A word that we do not know means that the
/// database is not ours: the process stops.
template <class Parse>
[[nodiscard]] auto readWord(const sql::Statement& row, int column, Parse parse)
{
    const auto member = parse(row.text(column));
    HOLDFAST_ASSERT(member.has_value());
    return *member;
}

} // namespace holdfast
