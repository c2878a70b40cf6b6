#include "server/store/slice_fetch.h"

#include "server/store/loaders.h"
#include "shared/domain/limits.h"
#include "shared/sql/bulk.h"

#include <algorithm>

namespace holdfast {

namespace {

using sql::Statement;

template <class T>
void makeUnique(std::vector<T>& values)
{
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Follows what the named things reach, always in the same order of tables, with ascending ids.
class SliceFetcher
{
public:
    SliceFetcher(sql::Connection& connection, const ProductMemory& memory,
                 const SliceRequest& request, Instant now)
        : m_connection(connection), m_memory(memory), m_request(request), m_now(now),
          m_products(request.products)
    {}

    Slice fetch()
    {
        fetchAnswers();
        fetchEvents();
        fetchOrders();
        fetchHolds(m_request.holds);
        fetchNames();
        fetchProducts();
        fetchTokens();
        if (m_request.counters) {
            fetchCounters();
        }
        return std::move(m_slice);
    }

private:
    void fetchAnswers()
    {
        if (m_request.answers.empty()) {
            return;
        }
        std::unordered_map<std::string, const AnswerKey*> keys;
        std::vector<std::string> claims;
        for (const AnswerKey& key : m_request.answers) {
            claims.push_back(claimBytes(key));
            keys.emplace(claims.back(), &key);
        }
        sql::eachOf(
            m_connection, "SELECT claim, hash, status, body FROM answers WHERE claim", "", "b",
            std::span<const std::string>(claims), [](Statement&) {},
            [](Statement& select, const std::string& claim) { select.bindBytes(claim); },
            [&](const Statement& row) {
                m_slice.answers.insert_or_assign(
                    *keys.at(row.text(0)),
                    StoredAnswer{readHash(row, 1),
                                 {static_cast<int>(row.integer(2)), row.text(3)}});
            });
    }

    void fetchEvents()
    {
        const std::string columns = "SELECT " + std::string(inboxColumns) + " FROM payment_events ";
        sql::eachOf(
            m_connection, columns + "WHERE (gateway, event_key)", "", "tt",
            std::span<const EventName>(m_request.events), [](Statement&) {},
            [](Statement& select, const EventName& name) {
                select.bind(name.first).bind(name.second);
            },
            [this](const Statement& row) { addEvent(readInboxEvent(row)); });
        sql::eachOf(m_connection, columns + "WHERE result = 'waiting' AND order_id",
                    " ORDER BY number", std::span<const OrderId>(m_request.waitingFor),
                    [this](const Statement& row) {
                        InboxEvent inbox = readInboxEvent(row);
                        m_slice.waiting[inbox.event.order].emplace_back(inbox.event.gateway,
                                                                        inbox.event.key);
                        addEvent(std::move(inbox));
                    });
        fetchOldEvents();
    }

    /// Goes over the rows in the order in which they came, up to the first that is too young, but
    /// no further than one transaction should: the next goes on where this one stops, so that what
    /// is kept for good is met once in each walk.
    void fetchOldEvents()
    {
        if (m_request.oldEventsMax == 0) {
            return;
        }
        const Instant before = m_now - limits::paymentEventRetention;
        std::vector<std::int64_t> old;
        std::int64_t last = m_request.oldEventsBehind;
        std::size_t rows = 0;
        bool young = false;
        m_connection
            .statement("SELECT number, received_at, result IN ('applied', 'ignored') AND "
                       "status <> 'refunded' FROM payment_events WHERE number > ? "
                       "ORDER BY number LIMIT ?")
            .bind(last)
            .bind(limits::eventsLookedAtAtOnce)
            .each([&](const Statement& row) {
                young = young || row.instant(1) >= before;
                if (young || old.size() == m_request.oldEventsMax) {
                    return;
                }
                ++rows;
                last = row.integer(0);
                if (row.integer(2) != 0) {
                    old.push_back(last);
                }
            });
        if (rows == limits::eventsLookedAtAtOnce || old.size() == m_request.oldEventsMax) {
            m_slice.oldEventsLookedAt = last;
        }
        sql::eachOf(m_connection,
                    "SELECT " + std::string(inboxColumns) + " FROM payment_events WHERE number", "",
                    std::span<const std::int64_t>(old), [this](const Statement& row) {
                        InboxEvent inbox = readInboxEvent(row);
                        m_slice.oldEvents.emplace_back(inbox.event.gateway, inbox.event.key);
                        addEvent(std::move(inbox));
                    });
        makeUnique(m_slice.oldEvents);
    }

    void addEvent(InboxEvent inbox)
    {
        EventName name{inbox.event.gateway, inbox.event.key};
        m_slice.inbox.insert_or_assign(std::move(name), InboxEntry{.inbox = std::move(inbox)});
    }

    void fetchOrders()
    {
        std::vector<OrderId> ids = m_request.orders;
        if (m_request.overdueOrdersMax > 0) {
            m_connection
                .statement("SELECT id FROM orders WHERE state = 'pending_payment' AND "
                           "payment_deadline <= ? ORDER BY payment_deadline LIMIT ?")
                .bind(m_now)
                .bind(m_request.overdueOrdersMax)
                .each(
                    [&](const Statement& row) { m_slice.overdueOrders.push_back({row.uuid(0)}); });
            ids.insert(ids.end(), m_slice.overdueOrders.begin(), m_slice.overdueOrders.end());
        }
        makeUnique(ids);
        for (Order& order : loadOrders(m_connection, ids)) {
            for (const OrderLine& line : order.lines) {
                m_products.push_back(line.product);
            }
            OrderEntry entry{.order = std::move(order)};
            entry.fetchedState = entry.order.state;
            entry.fetchedPayments = entry.order.payments.size();
            entry.fetchedRefunds = entry.order.refunds.size();
            m_slice.orders.emplace(entry.order.id, std::move(entry));
        }
    }

    void fetchHolds(std::vector<HoldId> ids)
    {
        makeUnique(ids);
        for (Hold& hold : loadHolds(m_connection, ids)) {
            for (const HoldLine& line : hold.lines) {
                m_products.push_back(line.product);
            }
            const HoldState state = hold.state;
            const HoldId id = hold.id;
            m_slice.holds.try_emplace(id,
                                      HoldEntry{.hold = std::move(hold), .fetchedState = state});
        }
    }

    void fetchNames()
    {
        sql::eachOf(m_connection, "SELECT sku, id FROM products WHERE sku", "",
                    std::span<const std::string>(m_request.skus),
                    [this](const Statement& row) { addName(m_slice.skus, row); });
        sql::eachOf(m_connection, "SELECT barcode, product_id FROM product_barcodes WHERE barcode",
                    "", std::span<const std::string>(m_request.barcodes),
                    [this](const Statement& row) { addName(m_slice.barcodes, row); });
    }

    void addName(std::unordered_map<std::string, ProductId>& names, const Statement& row)
    {
        const ProductId product{row.integer(1)};
        names.insert_or_assign(row.text(0), product);
        m_products.push_back(product);
    }

    void fetchProducts()
    {
        std::vector<ProductId> needed = m_products;
        for (const HoldLine& line : m_request.wanted) {
            needed.push_back(line.product);
        }
        addProducts(std::move(needed));
        const std::vector<ProductId> more = scarce(m_request.wanted, m_slice);
        m_products.insert(m_products.end(), more.begin(), more.end());
        makeUnique(m_products);
        fetchOverdueHolds();
        addProducts(m_products);
    }

    /// Those that the slice has not got yet.
    void addProducts(std::vector<ProductId> ids)
    {
        makeUnique(ids);
        std::erase_if(ids, [this](ProductId id) { return isKnown(id); });
        for (ProductView& view : loadProducts(m_connection, ids)) {
            const ProductId id = view.product.id;
            m_slice.products.emplace(id, entryOf(std::move(view)));
        }
    }

    bool isKnown(ProductId id)
    {
        if (m_slice.products.contains(id)) {
            return true;
        }
        auto remembered = m_memory.find(id);
        if (remembered) {
            m_slice.products.emplace(id, std::move(*remembered));
        }
        return remembered.has_value();
    }

    /// Overdue holds of m_products, so that their units are there for this batch; and any others
    /// when a sweep asks for them. Of a million holds few are overdue: no engine may begin with the
    /// lines, as it might with a join.
    void fetchOverdueHolds()
    {
        std::vector<HoldId> ids;
        const auto add = [&ids](const Statement& row) { ids.push_back({row.uuid(0)}); };
        sql::eachOf(
            m_connection,
            "SELECT h.id FROM holds h WHERE h.state = 'active' AND h.expires_at <= ? AND "
            "(SELECT COUNT(*) FROM hold_lines l WHERE l.hold_id = h.id AND l.product_id",
            ") > 0 ORDER BY h.expires_at LIMIT " + std::to_string(limits::expiryChunkMax), "i",
            std::span<const ProductId>(m_products),
            [this](Statement& select) { select.bind(m_now); },
            [](Statement& select, ProductId product) { select.bind(product); }, add);
        m_slice.overdueMore = ids.size() >= limits::expiryChunkMax;
        if (m_request.overdueHoldsMax > 0) {
            m_connection
                .statement("SELECT id FROM holds WHERE state = 'active' AND expires_at <= ? "
                           "ORDER BY expires_at LIMIT ?")
                .bind(m_now)
                .bind(m_request.overdueHoldsMax)
                .each(add);
        }
        makeUnique(ids);
        fetchHolds(ids);
        m_slice.overdueHolds = std::move(ids);
    }

    void fetchTokens()
    {
        sql::eachOf(m_connection,
                    "SELECT id, name, role, secret_hash, created_at, revoked_at FROM tokens "
                    "WHERE id",
                    "", std::span<const std::int64_t>(m_request.tokens),
                    [this](const Statement& row) {
                        m_slice.tokens.emplace(row.integer(0), readToken(row));
                    });
    }

    /// Texts of digits are ordered like their numbers when they are equally long.
    void fetchOwnSkus(const std::string& last)
    {
        m_connection
            .statement("SELECT sku, id FROM products WHERE sku >= 'P' AND sku < 'Q' AND "
                       "(LENGTH(sku) > LENGTH(?) OR (LENGTH(sku) = LENGTH(?) AND sku > ?))")
            .bind(last)
            .bind(last)
            .bind(last)
            .each([this](const Statement& row) {
                m_slice.skus.try_emplace(row.text(0), ProductId{row.integer(1)});
            });
    }

    void fetchCounters()
    {
        m_connection
            .statement("SELECT COALESCE((SELECT MAX(number) FROM orders), 0), "
                       "COALESCE((SELECT MAX(id) FROM products), 0), "
                       "COALESCE((SELECT MAX(id) FROM tokens), 0)")
            .each([this](const Statement& row) {
                m_slice.lastOrderNumber = row.integer(0);
                m_slice.lastProductId = row.integer(1);
                m_slice.lastTokenId = row.integer(2);
            });
        if (m_request.ownSkus) {
            fetchOwnSkus("P" + std::to_string(m_slice.lastProductId));
        }
    }

    sql::Connection& m_connection;
    const ProductMemory& m_memory;
    const SliceRequest& m_request;
    Instant m_now;
    std::vector<ProductId> m_products;
    Slice m_slice;
};

} // namespace

Slice fetchSlice(sql::Connection& connection, const ProductMemory& memory,
                 const SliceRequest& request, Instant now)
{
    return SliceFetcher(connection, memory, request, now).fetch();
}

std::string claimBytes(const AnswerKey& key)
{
    const auto scope = static_cast<std::uint64_t>(
        key.kind == AnswerKey::Kind::Id ? std::int64_t{-1} : key.scope.value);
    std::string bytes;
    bytes.reserve(key.key.size() + 8);
    bytes = key.key;
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(scope >> shift));
    }
    return bytes;
}

} // namespace holdfast
