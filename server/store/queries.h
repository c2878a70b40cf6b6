#pragma once

#include "server/ledger/slice.h"
#include "shared/domain/limits.h"
#include "shared/domain/result.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Reading the shop. Each class works on one connection and so belongs to one thread; every call
/// is one consistent snapshot. Nothing is decided from what is read here.
namespace holdfast {

namespace sql {
class Connection;
}

enum class QueryError { BadCursor, Unavailable };

template <class T>
using Queried = Result<T, QueryError>;

/// A cursor is opaque to callers: where the page after this one begins.
struct PageRequest
{
    std::size_t limit = limits::pageSizeDefault;
    std::string cursor = {};
};

template <class T>
struct Page
{
    std::vector<T> items = {};
    std::optional<std::string> nextCursor = {};
};

struct ProductFilter
{
    std::string search = {}; ///< prefix words over name, SKU, barcode, brand
    std::optional<std::string> category = {};
    std::optional<std::string> barcode = {}; ///< as scanned; matched in canonical form
    std::optional<Instant> updatedSince = {};
};

/// Archived products are found by id only.
class ProductQueries
{
public:
    explicit ProductQueries(sql::Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Queried<std::optional<ProductView>> byId(ProductId id) const;
    [[nodiscard]] Queried<std::vector<ProductView>> byIds(const std::vector<ProductId>& ids) const;
    [[nodiscard]] Queried<Page<ProductView>> list(const ProductFilter& filter,
                                                  const PageRequest& page) const;

private:
    sql::Connection& m_connection;
};

struct HoldFilter
{
    std::optional<HoldState> state = {};
    std::optional<ProductId> product = {};
    std::optional<std::string> terminal = {};
    std::optional<CallerId> owner = {};
};

/// Newest first. An active hold past its deadline counts as expired; hence `now`.
class HoldQueries
{
public:
    explicit HoldQueries(sql::Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Queried<std::optional<Hold>> byId(HoldId id) const;
    [[nodiscard]] Queried<Page<Hold>> list(const HoldFilter& filter, const PageRequest& page,
                                           Instant now) const;

private:
    sql::Connection& m_connection;
};

struct OrderFilter
{
    std::optional<OrderState> state = {};
    std::optional<CallerId> owner = {};
};

/// Newest first, with lines, payments and refunds.
class OrderQueries
{
public:
    explicit OrderQueries(sql::Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Queried<std::optional<Order>> byId(OrderId id) const;
    [[nodiscard]] Queried<Page<Order>> list(const OrderFilter& filter,
                                            const PageRequest& page) const;

private:
    sql::Connection& m_connection;
};

struct MovementFilter
{
    std::optional<ProductId> product = {};
    std::optional<MovementKind> kind = {};
    std::optional<Instant> from = {};
    std::optional<Instant> to = {};
};

/// Movements, payment events, alerts: newest first.
class RecordQueries
{
public:
    explicit RecordQueries(sql::Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Queried<Page<StockMovement>> movements(const MovementFilter& filter,
                                                         const PageRequest& page) const;
    [[nodiscard]] Queried<Page<InboxEvent>> paymentEvents(std::optional<EventResult> result,
                                                          const PageRequest& page) const;
    [[nodiscard]] Queried<Page<Alert>> alerts(std::optional<AlertKind> kind,
                                              const PageRequest& page) const;

private:
    sql::Connection& m_connection;
};

class TokenQueries
{
public:
    explicit TokenQueries(sql::Connection& connection) : m_connection(connection) {}

    /// Revoked ones too: the caller looks at revokedAt.
    [[nodiscard]] Queried<std::optional<TokenEntry>>
    bySecretHash(const std::array<std::uint8_t, 32>& hash) const;
    [[nodiscard]] Queried<std::vector<TokenEntry>> all() const;

private:
    sql::Connection& m_connection;
};

/// A place in the journal: the position of a record, and the first bytes of its hash. A journal
/// that was put back from a copy gives its positions to other records.
struct JournalPlace
{
    std::int64_t position = 0; ///< 0: before the first record
    std::uint32_t mark = 0;

    friend auto operator<=>(const JournalPlace&, const JournalPlace&) = default;
};

/// What the journal says has changed behind a place: each thing once, with its newest state read
/// in the same snapshot.
struct JournalChanges
{
    std::vector<ProductView> products = {}; ///< details or stock changed; archived ones included
    std::vector<Hold> holds = {};
    std::vector<Order> orders = {};
    JournalPlace place = {};   ///< go on from here
    bool more = false;         ///< the journal goes on behind `place`
    bool unknownPlace = false; ///< the journal has no such record
};

/// The part of it that a server has to know about what other processes have committed.
struct JournalNews
{
    std::vector<ProductView> products = {};
    bool tokens = false;     ///< access tokens were made or revoked
    JournalPlace place = {}; ///< go on from here
    bool more = false;
    bool replaced = false; ///< the journal has not got the anchor: it is another one, up to `place`
};

class JournalQueries
{
public:
    explicit JournalQueries(sql::Connection& connection) : m_connection(connection) {}

    /// The place of the newest record.
    [[nodiscard]] Queried<JournalPlace> head() const;
    /// At most `recordsMax` records behind `place` are looked at.
    [[nodiscard]] Queried<JournalChanges> changesSince(const JournalPlace& place,
                                                       std::size_t recordsMax) const;
    /// The same for records that `isOwn` does not know already, in a journal that has the record
    /// `anchor`.
    [[nodiscard]] Queried<JournalNews>
    newsSince(const JournalPlace& anchor, std::int64_t position, std::size_t recordsMax,
              const std::function<bool(std::int64_t position)>& isOwn) const;

private:
    /// Calls `each` with position, event and row for each record behind `position`.
    template <class Each>
    std::size_t readRecords(std::int64_t position, std::size_t recordsMax, Each each) const;

    sql::Connection& m_connection;
};

} // namespace holdfast
