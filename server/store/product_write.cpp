#include "server/store/product_write.h"

#include "shared/sql/bulk.h"

#include <algorithm>
#include <vector>

namespace holdfast {

namespace {

using sql::Statement;

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

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? word : ' ' + word;
    }
    return text;
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

void insertProduct(sql::Connection& connection, const Product& product)
{
    Statement& row = connection.statement(
        "INSERT INTO products(sku, name, brand, quantity_text, category, price_minor, currency, "
        "tax_rate_bp, image, favourite_rank, archived, version, created_at, updated_at, id) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bindDetails(row, product);
    row.run();
    connection
        .statement("INSERT INTO stock(product_id, on_hand, held, committed, version) "
                   "VALUES (?, 0, 0, 0, 0)")
        .bind(product.id)
        .run();
}

void updateProduct(sql::Connection& connection, const Product& product)
{
    Statement& row = connection.statement(
        "UPDATE products SET sku = ?, name = ?, brand = ?, quantity_text = ?, category = ?, "
        "price_minor = ?, currency = ?, tax_rate_bp = ?, image = ?, favourite_rank = ?, "
        "archived = ?, version = ?, created_at = ?, updated_at = ? WHERE id = ?");
    bindDetails(row, product);
    row.run();
    for (const std::string_view table :
         {"product_barcodes WHERE product_id = ?", "product_search WHERE rowid = ?"}) {
        connection.statement("DELETE FROM " + std::string(table)).bind(product.id).run();
    }
}

void insertNames(sql::Connection& connection, const Product& product)
{
    const ProductDetails& details = product.details;
    for (std::size_t place = 0; place < details.barcodes.size(); ++place) {
        connection
            .statement("INSERT INTO product_barcodes(barcode, product_id, place) VALUES (?,?,?)")
            .bind(details.barcodes[place])
            .bind(product.id)
            .bind(place)
            .run();
    }
    connection
        .statement("INSERT INTO product_search(rowid, name, brand, sku, barcodes) "
                   "VALUES (?,?,?,?,?)")
        .bind(product.id)
        .bind(details.name)
        .bind(details.brand)
        .bind(details.sku)
        .bind(joined(details.barcodes))
        .run();
}

} // namespace

void writeProducts(sql::Connection& connection, const Slice& slice)
{
    const auto entries = sortedProducts(slice);
    // Names that move from one product to another are free before they are taken again.
    for (const ProductEntry* entry : entries) {
        if (!entry->isNew && entry->detailsChanged) {
            updateProduct(connection, entry->product);
        }
    }
    for (const ProductEntry* entry : entries) {
        if (entry->isNew) {
            insertProduct(connection, entry->product);
        }
        if (entry->isNew || entry->detailsChanged) {
            insertNames(connection, entry->product);
        }
    }
}

void updateStock(sql::Connection& connection, const Slice& slice, bool& guardHeld)
{
    for (const ProductEntry* entry : sortedProducts(slice)) {
        const StockLevel& delta = entry->delta;
        if (delta == StockLevel{}) {
            continue;
        }
        // The same numbers several times: the driver does not know numbered placeholders.
        Statement& update =
            connection.statement("UPDATE stock SET on_hand = on_hand + ?, held = held + ?, "
                                 "committed = committed + ?, version = version + 1 "
                                 "WHERE product_id = ? AND held + ? >= 0 AND committed + ? >= 0 "
                                 "AND on_hand + ? >= held + ? + committed + ?");
        update.bind(delta.onHand).bind(delta.held).bind(delta.committed).bind(entry->product.id);
        update.bind(delta.held).bind(delta.committed);
        update.bind(delta.onHand).bind(delta.held).bind(delta.committed);
        if (update.run() && update.affected() != 1) {
            guardHeld = false;
        }
    }
}

} // namespace holdfast
