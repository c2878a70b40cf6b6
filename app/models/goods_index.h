// The ways to find one of many goods, built once for a whole catalogue. Building takes some hundred
// milliseconds for tens of thousands of goods, so it is done away from the screen; copies are
// cheap.
#pragma once

#include "app/models/product.h"
#include "app/models/product_search.h"

#include <QHash>
#include <QString>

#include <vector>

namespace holdfast {

struct GoodsIndex
{
    ProductSearch search;
    // To positions in the list that was indexed:
    QHash<int, int> byId;
    QHash<QString, int> byCode; ///< by comparableCode()
    QHash<QString, int> bySku;  ///< case-folded
};

[[nodiscard]] GoodsIndex indexGoods(const std::vector<TillProduct>& products);

/// A whole catalogue, ready to be shown.
struct LoadedGoods
{
    LoadedGoods() = default;
    explicit LoadedGoods(std::vector<TillProduct> unordered);

    std::vector<TillProduct> products; ///< ascending by id
    GoodsIndex index;
};

/// The digits of a GTIN without leading zeros, so that 12, 13 and 14 digits of one code agree; any
/// other code as it is.
[[nodiscard]] QString comparableCode(const QString& code);

} // namespace holdfast
