#include "server/store/product_search.h"
#include "server/store/row_comparison.h"

/// Products and their counters.
namespace holdfast {

using sql::Statement;

namespace {

constexpr PagedTable productsTable{
    .name = "products",
    .key = "id",
    .columns = "id, sku, name, brand, quantity_text, category, price_minor, currency, "
               "tax_rate_bp, image, favourite_rank, archived, version, created_at, "
               "updated_at"};

constexpr PagedTable productBarcodesTable{.name = "product_barcodes",
                                          .key = "product_id",
                                          .columns = "product_id, barcode, place",
                                          .place = "place"};

constexpr PagedTable productWordsTable{
    .name = "product_words", .key = "product_id", .columns = "product_id, word", .place = "word"};

constexpr PagedTable productSearchTable{
    .name = "product_search", .key = "rowid", .columns = "rowid, name, brand, sku"};

constexpr PagedTable stockTable{
    .name = "stock", .key = "product_id", .columns = "product_id, on_hand, held, committed"};

constexpr PagedTable stockMovementsTable{.name = "stock_movements",
                                         .key = "number",
                                         .columns = "product_id, qty, on_hand_after, number"};

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += word + ' ';
    }
    return text;
}

} // namespace

void RowComparison::compareProducts()
{
    each(productsTable, [this](const Statement& row) {
        const std::string where = "product " + shown(row.integer(0));
        FoldedProduct* folded = known(m_fold.products, ProductId{row.integer(0)}, where);
        if (folded == nullptr) {
            return;
        }
        folded->seen = true;
        const Product& product = folded->product;
        const ProductDetails& details = product.details;
        RowCheck(m_findings, where)
            .same("sku", details.sku, row.text(1))
            .same("name", details.name, row.text(2))
            .same("brand", details.brand, row.text(3))
            .same("quantity_text", details.quantityText, row.text(4))
            .same("category", details.category, row.text(5))
            .same("price_minor", details.priceMinor, row.integer(6))
            .same("currency", std::string(details.currency.code()), row.text(7))
            .same("tax_rate_bp", std::int64_t{details.taxRateBp}, row.integer(8))
            .same("image", details.image, row.text(9))
            .same("favourite_rank", std::int64_t{details.favouriteRank}, row.integer(10))
            .same("archived", std::int64_t{product.archived}, row.integer(11))
            .same("version", product.version, row.integer(12))
            .same("created_at", product.createdAt, row.instant(13))
            .same("updated_at", product.updatedAt, row.instant(14));
    });
    requireAll(m_fold.products, "product", [](const FoldedProduct& entry) { return entry.seen; });
}

void RowComparison::compareBarcodes()
{
    std::unordered_map<ProductId, std::size_t> count;
    each(productBarcodesTable, [&](const Statement& row) {
        const std::string where = "barcodes of product " + shown(row.integer(0));
        const ProductId id{row.integer(0)};
        if (FoldedProduct* folded = known(m_fold.products, id, where)) {
            const auto& expected = folded->product.details.barcodes;
            ++count[id];
            const auto place = static_cast<std::size_t>(row.integer(2));
            const std::string code = place < expected.size() ? expected[place] : "";
            RowCheck(m_findings, where).same("barcode", code, row.text(1));
        }
    });
    for (const auto& [id, entry] : m_fold.products) {
        RowCheck(m_findings, "barcodes of product " + shown(id.value))
            .same("count", shown(static_cast<std::int64_t>(entry.product.details.barcodes.size())),
                  shown(static_cast<std::int64_t>(count[id])));
    }
}

void RowComparison::compareSearch()
{
    if (m_connection.engine() == sql::Engine::Sqlite) {
        compareFts();
    } else {
        compareSearchWords();
    }
}

void RowComparison::compareSearchWords()
{
    std::unordered_map<ProductId, std::vector<std::string>> words;
    each(productWordsTable,
         [&words](const Statement& row) { words[{row.integer(0)}].push_back(row.text(1)); });
    for (const auto& [id, entry] : m_fold.products) {
        RowCheck(m_findings, "search words of product " + shown(id.value))
            .same("words", joined(searchWordsOf(entry.product)), joined(words[id]));
    }
    RowCheck(m_findings, "products with search words")
        .same("count", static_cast<std::int64_t>(m_fold.products.size()),
              static_cast<std::int64_t>(words.size()));
}

void RowComparison::compareFts()
{
    std::size_t rows = 0;
    each(productSearchTable, [&](const Statement& row) {
        const std::string where = "search words of product " + shown(row.integer(0));
        ++rows;
        if (FoldedProduct* folded = known(m_fold.products, ProductId{row.integer(0)}, where)) {
            const ProductDetails& details = folded->product.details;
            RowCheck(m_findings, where)
                .same("name", details.name, row.text(1))
                .same("brand", details.brand, row.text(2))
                .same("sku", details.sku, row.text(3));
        }
    });
    RowCheck(m_findings, "search words of products")
        .same("count", static_cast<std::int64_t>(m_fold.products.size()),
              static_cast<std::int64_t>(rows));
}

void RowComparison::compareStock()
{
    std::size_t rows = 0;
    each(stockTable, [&](const Statement& row) {
        const std::string where = "stock of product " + shown(row.integer(0));
        ++rows;
        if (FoldedProduct* folded = known(m_fold.products, ProductId{row.integer(0)}, where)) {
            const StockLevel& stock = folded->stock;
            RowCheck(m_findings, where)
                .same("on_hand", stock.onHand, row.integer(1))
                .same("held", stock.held, row.integer(2))
                .same("held by active holds", folded->heldByHolds, row.integer(2))
                .same("committed", stock.committed, row.integer(3))
                .same("committed by pending orders", folded->committedByOrders, row.integer(3));
        }
    });
    RowCheck(m_findings, "stock")
        .same("count of rows", static_cast<std::int64_t>(m_fold.products.size()),
              static_cast<std::int64_t>(rows));
}

void RowComparison::compareMovements()
{
    std::unordered_map<ProductId, std::int64_t> count;
    std::unordered_map<ProductId, Units> onHand;
    each(stockMovementsTable, [&](const Statement& row) {
        const ProductId id{row.integer(0)};
        const std::string where = "stock movement " + shown(row.integer(3));
        if (known(m_fold.products, id, where) != nullptr) {
            ++count[id];
            onHand[id] += row.integer(1);
            RowCheck(m_findings, where).same("on_hand_after", onHand[id], row.integer(2));
        }
    });
    for (const auto& [id, entry] : m_fold.products) {
        RowCheck(m_findings, "stock movements of product " + shown(id.value))
            .same("count", entry.movements, count[id])
            .same("sum", entry.stock.onHand, onHand[id]);
    }
}

} // namespace holdfast
