#include "app/models/goods_index.h"

#include <algorithm>

namespace holdfast {

QString comparableCode(const QString& code)
{
    const QString trimmed = code.trimmed();
    const bool gtin =
        trimmed.size() >= 8 && trimmed.size() <= 14 &&
        std::all_of(trimmed.begin(), trimmed.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!gtin) {
        return trimmed;
    }
    qsizetype zeros = 0;
    while (zeros < trimmed.size() && trimmed[zeros] == u'0') {
        ++zeros;
    }
    return trimmed.mid(zeros);
}

GoodsIndex indexGoods(const std::vector<TillProduct>& products)
{
    GoodsIndex index;
    const int count = static_cast<int>(products.size());
    index.byId.reserve(count);
    index.byCode.reserve(count);
    index.bySku.reserve(count);
    for (int i = 0; i < count; ++i) {
        const TillProduct& product = products[static_cast<std::size_t>(i)];
        index.byId.insert(product.id, i);
        index.bySku.insert(product.sku.toCaseFolded(), i);
        for (const QString& code : product.barcodes) {
            index.byCode.insert(comparableCode(code), i);
        }
    }
    index.search.build(products);
    return index;
}

LoadedGoods::LoadedGoods(std::vector<TillProduct> unordered) : products(std::move(unordered))
{
    std::sort(products.begin(), products.end(),
              [](const TillProduct& a, const TillProduct& b) { return a.id < b.id; });
    index = indexGoods(products);
}

} // namespace holdfast
