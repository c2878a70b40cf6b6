#include "server/ops/export_catalogue.h"

#include "server/store/queries.h"

#include <QIODevice>

namespace holdfast {

namespace {

/// RFC 4180: quoted when it holds a separator, a quotation mark or a line end.
std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return result + '"';
}

std::string lineOf(const ProductView& view)
{
    const ProductDetails& details = view.product.details;
    std::string barcodes;
    for (const std::string& barcode : details.barcodes) {
        barcodes += barcodes.empty() ? barcode : ';' + barcode;
    }
    return csvField(details.sku) + ',' + csvField(details.name) + ',' + csvField(details.brand) +
           ',' + csvField(details.quantityText) + ',' + csvField(details.category) + ',' +
           csvField(barcodes) + ',' + std::to_string(details.priceMinor) + ',' +
           std::string(details.currency.code()) + ',' + std::to_string(details.taxRateBp) + ',' +
           std::to_string(view.stock.onHand) + ',' + csvField(details.image) + ',' +
           std::to_string(details.favouriteRank) + '\n';
}

bool write(QIODevice& out, const std::string& text)
{
    return out.write(text.data(), static_cast<qint64>(text.size())) ==
           static_cast<qint64>(text.size());
}

} // namespace

Result<std::int64_t, std::string> exportCatalogue(sql::Connection& connection, QIODevice& out)
{
    const ProductQueries products(connection);
    bool complete = write(out, "sku,name,brand,quantity_text,category,barcodes,price_minor,"
                               "currency,tax_rate_bp,on_hand,picture,favourite\n");
    std::int64_t count = 0;
    PageRequest request{.limit = limits::pageSizeMax};
    for (;;) {
        const auto page = products.list({}, request);
        if (!page) {
            return Failure<std::string>("the products cannot be read");
        }
        for (const ProductView& view : page->items) {
            complete = complete && write(out, lineOf(view));
            ++count;
        }
        if (!page->nextCursor) {
            break;
        }
        request.cursor = *page->nextCursor;
    }
    if (!complete) {
        return Failure<std::string>("the export could not be written whole; is the disk full?");
    }
    return count;
}

} // namespace holdfast
