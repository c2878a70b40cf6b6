#include "server/store/cursor.h"
#include "server/store/loaders.h"
#include "server/store/product_search.h"
#include "server/store/where.h"
#include "shared/domain/barcode.h"

#include <algorithm>

namespace holdfast {

namespace {

/// The products that a scanned code may mean, in the order of the readings to try.
std::optional<ProductId> scanned(sql::Connection& connection, const std::string& code)
{
    const auto readings = barcodesToTry(code);
    if (!readings) {
        return std::nullopt;
    }
    for (const Barcode& reading : *readings) {
        std::optional<ProductId> product;
        connection.statement("SELECT product_id FROM product_barcodes WHERE barcode = ?")
            .bind(reading.text())
            .each([&product](const sql::Statement& row) { product = ProductId{row.integer(0)}; });
        if (product) {
            return product;
        }
    }
    return std::nullopt;
}

void sortById(std::vector<ProductView>& views)
{
    std::sort(views.begin(), views.end(), [](const ProductView& a, const ProductView& b) {
        return a.product.id < b.product.id;
    });
}

} // namespace

Queried<std::optional<ProductView>> ProductQueries::byId(ProductId id) const
{
    const sql::Snapshot snapshot(m_connection);
    const auto views = loadProducts(m_connection, std::span(&id, 1));
    return finish(m_connection, views.empty() ? std::nullopt : std::optional(views.front()));
}

Queried<std::vector<ProductView>> ProductQueries::byIds(const std::vector<ProductId>& ids) const
{
    const sql::Snapshot snapshot(m_connection);
    std::vector<ProductView> views = loadProducts(m_connection, ids);
    sortById(views);
    return finish(m_connection, std::move(views));
}

Queried<Page<ProductView>> ProductQueries::list(const ProductFilter& filter,
                                                const PageRequest& page) const
{
    Where where;
    where.add("archived = ?", std::int64_t{0});
    if (!page.cursor.empty()) {
        const auto after = decodeNumberCursor(page.cursor);
        if (!after) {
            return Failure<QueryError>(QueryError::BadCursor);
        }
        where.add("id > ?", *after);
    }
    where.addIf("category = ?", filter.category);
    where.addIf("updated_at >= ?", filter.updatedSince);
    if (!filter.search.empty() && !narrowToWords(where, m_connection.engine(), filter.search)) {
        return Page<ProductView>{};
    }
    std::vector<ProductId> ids;
    const sql::Snapshot snapshot(m_connection);
    if (filter.barcode) {
        const auto product = scanned(m_connection, *filter.barcode);
        if (!product) {
            return finish(m_connection, Page<ProductView>{});
        }
        where.add("id = ?", *product);
    }
    sql::Statement& select =
        m_connection.statement("SELECT id FROM products" + where.text() + " ORDER BY id LIMIT ?");
    where.bindTo(select).bind(page.limit + 1).each([&ids](const sql::Statement& row) {
        ids.push_back({row.integer(0)});
    });
    std::vector<ProductView> views = loadProducts(m_connection, ids);
    sortById(views);
    return finish(m_connection, toPage(std::move(views), page.limit, [](const ProductView& view) {
                      return std::to_string(view.product.id.value);
                  }));
}

} // namespace holdfast
