#include "tests/bench/ledger_shop.h"

#include "server/store/schema.h"
#include "server/store/sql_ledger_store.h"
#include "shared/domain/assert.h"
#include "shared/sql/bulk.h"
#include "shared/sql/migrations.h"
#include "tests/support/test_database.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <random>

namespace holdfast::bench {

namespace {

constexpr std::int64_t rowsPerCommit = 64'000;

using sql::Statement;

class Filler
{
public:
    Filler(sql::Connection& connection, const Filling& filling)
        : m_connection(connection), m_filling(filling)
    {}

    bool fill()
    {
        inPieces(m_filling.products, [this](auto piece) { addProducts(piece); });
        inPieces(m_filling.holds, [this](auto piece) { addHolds(piece); });
        if (m_filling.holds > 0) {
            m_connection.execute(sql::beginWrite(m_connection.engine()));
            m_connection.execute("UPDATE stock SET held = (SELECT COUNT(*) FROM hold_lines l "
                                 "WHERE l.product_id = stock.product_id) WHERE product_id <= " +
                                 std::to_string(heldProducts()));
            m_connection.execute("UPDATE stock SET on_hand = held + " +
                                 std::to_string(m_filling.stock) +
                                 " WHERE product_id <= " + std::to_string(heldProducts()));
            m_connection.execute("COMMIT");
        }
        if (m_connection.engine() != sql::Engine::Sqlite) {
            for (const char* table : {"products", "stock", "holds", "hold_lines"}) {
                m_connection.execute(std::string("ANALYZE ") + (isMariaDb() ? "TABLE " : "") +
                                     table);
            }
        }
        return !m_connection.error();
    }

private:
    using Piece = std::span<const std::int64_t>;

    [[nodiscard]] bool isMariaDb() const { return m_connection.engine() == sql::Engine::MariaDb; }

    /// The holds lie on so many products at most, so that counting them stays quick.
    [[nodiscard]] std::int64_t heldProducts() const
    {
        return std::min<std::int64_t>(m_filling.products, 1'000);
    }

    template <class Add>
    void inPieces(std::int64_t count, Add add)
    {
        for (std::int64_t first = 1; first <= count; first += rowsPerCommit) {
            std::vector<std::int64_t> numbers(
                static_cast<std::size_t>(std::min(rowsPerCommit, count - first + 1)));
            std::iota(numbers.begin(), numbers.end(), first);
            m_connection.execute(sql::beginWrite(m_connection.engine()));
            add(Piece(numbers));
            m_connection.execute("COMMIT");
        }
    }

    void addProducts(Piece piece)
    {
        sql::insertRows(
            m_connection,
            {"products(id, sku, name, brand, quantity_text, category, price_minor, currency, "
             "tax_rate_bp, image, favourite_rank, archived, version, created_at, updated_at)",
             "itttttititiiiii"},
            piece, [](Statement& row, std::int64_t id) {
                const std::string sku = "B" + std::to_string(id);
                row.bind(id).bind(sku).bind(sku).bind("").bind("").bind("bench").bind(100);
                row.bind("EUR").bind(0).bind("").bind(0).bind(0).bind(1).bind(0).bind(0);
            });
        sql::insertRows(m_connection,
                        {"stock(product_id, on_hand, held, committed, version)", "iiiii"}, piece,
                        [this](Statement& row, std::int64_t id) {
                            const bool held = id <= heldProducts();
                            row.bind(id).bind(m_filling.stock + (held ? m_filling.holds : 0));
                            row.bind(0).bind(0).bind(0);
                        });
    }

    void addHolds(Piece piece)
    {
        std::vector<Uuid> ids;
        for (const std::int64_t number : piece) {
            ids.push_back(m_maker.make(m_filling.due.ms - 100'000 + number / 10));
        }
        const auto first = piece.front();
        const auto idOf = [&ids, first](std::int64_t number) {
            return ids[static_cast<std::size_t>(number - first)];
        };
        sql::insertRows(
            m_connection,
            {"holds(id, state, expires_at, created_at, owner, terminal, note, order_id)",
             "btiiittb"},
            piece, [&](Statement& row, std::int64_t number) {
                const std::int64_t offset = m_filling.spread.ms * number / m_filling.holds;
                row.bind(idOf(number)).bind("active");
                row.bind(m_filling.due.ms + offset).bind(m_filling.due.ms);
                row.bind(0).bind("bench").bind("").bindNull();
            });
        sql::insertRows(m_connection, {"hold_lines(hold_id, line, product_id, qty)", "biii"}, piece,
                        [&](Statement& row, std::int64_t number) {
                            const std::int64_t product =
                                heldProducts() == 1 ? 1 : 2 + number % (heldProducts() - 1);
                            row.bind(idOf(number)).bind(0).bind(product).bind(1);
                        });
    }

    sql::Connection& m_connection;
    const Filling& m_filling;
    std::mt19937_64 m_random{1};
    UuidV7Maker m_maker{[this] { return m_random(); }};
};

} // namespace

bool LedgerShop::open(const Filling& filling)
{
    m_address = test::newDatabaseUrl(m_folder.path());
    const auto url = sql::DatabaseUrl::parse(m_address.toStdString());
    if (!url) {
        std::fprintf(stderr, "ledger: %s\n", url.error().c_str());
        return false;
    }
    m_url = *url;
    const auto lock = sql::WriteLock::open(m_url);
    const auto connection = sql::Connection::open(m_url, sql::Access::ReadWrite);
    if (!lock || !connection) {
        std::fprintf(stderr, "ledger: %s\n",
                     lock ? connection.error().c_str() : lock.error().c_str());
        return false;
    }
    const auto migrated = sql::migrate(**connection, **lock, schemaMigrations());
    if (!migrated || !Filler(**connection, filling).fill()) {
        std::fprintf(stderr, "ledger: %s\n",
                     migrated ? (*connection)->errorText().c_str() : migrated.error().c_str());
        return false;
    }
    return true;
}

std::unique_ptr<LedgerStore> LedgerShop::openStore() const
{
    auto lock = sql::WriteLock::open(m_url);
    auto connection = sql::Connection::open(m_url, sql::Access::ReadWrite);
    HOLDFAST_ASSERT(lock && connection);
    return std::make_unique<SqlLedgerStore>(std::move(*connection), std::move(*lock));
}

void LagWatch::committed(const Slice& slice, Instant now)
{
    const std::lock_guard guard(m_mutex);
    for (const Event& event : slice.events) {
        if (event.kind == EventKind::HoldExpired && event.hold) {
            m_lagsMs.push_back(now.ms - slice.holds.at(*event.hold).hold.expiresAt.ms);
        }
    }
}

std::vector<std::int64_t> LagWatch::lagsMs() const
{
    const std::lock_guard guard(m_mutex);
    std::vector<std::int64_t> lags = m_lagsMs;
    std::sort(lags.begin(), lags.end());
    return lags;
}

} // namespace holdfast::bench
