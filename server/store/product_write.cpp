#include "server/store/product_write.h"

#include "server/store/product_search.h"
#include "shared/sql/bulk.h"

#include <algorithm>
#include <span>
#include <vector>

namespace holdfast {

namespace {

using sql::Statement;

constexpr sql::BulkInsert insertProductRows{
    "products(sku, name, brand, quantity_text, category, price_minor, currency, tax_rate_bp, "
    "image, favourite_rank, archived, version, created_at, updated_at, id)",
    "tttttititiiiiii"};
constexpr sql::BulkInsert insertStockRows{"stock(product_id, on_hand, held, committed, version)",
                                          "iiiii"};
constexpr sql::BulkInsert insertBarcodeRows{"product_barcodes(barcode, product_id, place)", "tii"};

std::vector<const ProductEntry*> sortedProducts(const Slice& slice)
{
    std::vector<const ProductEntry*> entries;
    for (const auto& [id, entry] : slice.products) {
        entries.push_back(&entry);
    }
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return a->product.id < b->product.id; });
    return entries;
}

void bindDetails(Statement& row, const Product& product)
{
    const ProductDetails& details = product.details;
    row.bind(details.sku)
        .bind(details.name)
        .bind(details.brand)
        .bind(details.quantityText)
        .bind(details.category)
        .bind(details.priceMinor)
        .bind(details.currency.code())
        .bind(details.taxRateBp)
        .bind(details.image)
        .bind(details.favouriteRank)
        .bind(product.archived)
        .bind(product.version)
        .bind(product.createdAt)
        .bind(product.updatedAt)
        .bind(product.id);
}

void insertProducts(sql::Connection& connection, std::span<const Product* const> products)
{
    sql::insertRows(connection, insertProductRows, products,
                    [](Statement& row, const Product* product) { bindDetails(row, *product); });
    sql::insertRows(connection, insertStockRows, products,
                    [](Statement& row, const Product* product) {
                        row.bind(product->id).bind(0).bind(0).bind(0).bind(0);
                    });
}

void updateProduct(sql::Connection& connection, const Product& product)
{
    Statement& row = connection.statement(
        "UPDATE products SET sku = ?, name = ?, brand = ?, quantity_text = ?, category = ?, "
        "price_minor = ?, currency = ?, tax_rate_bp = ?, image = ?, favourite_rank = ?, "
        "archived = ?, version = ?, created_at = ?, updated_at = ? WHERE id = ?");
    bindDetails(row, product);
    row.run();
    connection.statement("DELETE FROM product_barcodes WHERE product_id = ?")
        .bind(product.id)
        .run();
    removeSearchWords(connection, product.id);
}

struct BarcodeRow
{
    const std::string* barcode;
    ProductId product;
    std::size_t place;
};

void insertBarcodes(sql::Connection& connection, std::span<const Product* const> products)
{
    std::vector<BarcodeRow> rows;
    for (const Product* product : products) {
        const auto& barcodes = product->details.barcodes;
        for (std::size_t place = 0; place < barcodes.size(); ++place) {
            rows.push_back({&barcodes[place], product->id, place});
        }
    }
    sql::insertRows(connection, insertBarcodeRows, std::span<const BarcodeRow>(rows),
                    [](Statement& insert, const BarcodeRow& row) {
                        insert.bind(*row.barcode).bind(row.product).bind(row.place);
                    });
}

/// The guarded update of a product's counters: it changes the row only if that still leaves
/// nothing negative.
constexpr sql::BulkUpdate moveStock{
    .table = "stock",
    .assignments = "on_hand = on_hand + v.column2, held = held + v.column3, "
                   "committed = committed + v.column4, version = version + 1",
    .condition = "stock.product_id = v.column1 AND held + v.column3 >= 0 "
                 "AND committed + v.column4 >= 0 AND on_hand + v.column2 >= "
                 "held + v.column3 + committed + v.column4",
    .types = "iiii"};

} // namespace

void writeProducts(sql::Connection& connection, const Slice& slice)
{
    std::vector<const Product*> added;
    std::vector<const Product*> named;
    for (const ProductEntry* entry : sortedProducts(slice)) {
        if (entry->isNew) {
            added.push_back(&entry->product);
        } else if (entry->detailsChanged) {
            // Names that move from one product to another are free before they are taken again.
            updateProduct(connection, entry->product);
        }
        if (entry->isNew || entry->detailsChanged) {
            named.push_back(&entry->product);
        }
    }
    insertProducts(connection, added);
    insertBarcodes(connection, named);
    addSearchWords(connection, named);
}

bool updateStock(sql::Connection& connection, const Slice& slice)
{
    std::vector<const ProductEntry*> moved;
    for (const ProductEntry* entry : sortedProducts(slice)) {
        if (entry->delta != StockLevel{}) {
            moved.push_back(entry);
        }
    }
    const std::int64_t changed =
        sql::updateRows(connection, moveStock, std::span<const ProductEntry* const>(moved),
                        [](Statement& update, const ProductEntry* entry) {
                            const StockLevel& delta = entry->delta;
                            update.bind(entry->product.id)
                                .bind(delta.onHand)
                                .bind(delta.held)
                                .bind(delta.committed);
                        });
    return changed == static_cast<std::int64_t>(moved.size());
}

} // namespace holdfast
