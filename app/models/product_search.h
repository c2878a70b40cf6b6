// Prefix words over name, brand, SKU and barcodes. Case and accents do not matter.
#pragma once

#include "app/models/product.h"

#include <QList>
#include <QString>

#include <vector>

namespace holdfast {

class ProductSearch
{
public:
    void build(const std::vector<TillProduct>& products);
    /// Positions of the products in which every word of `words` begins some word: first those whose
    /// name begins so, then the others, each ascending.
    [[nodiscard]] std::vector<int> find(const QString& words) const;

private:
    struct Entry
    {
        QString word;
        int position = 0;
        bool leading = false; ///< the first word of the product's name
    };

    [[nodiscard]] std::vector<int> withPrefix(const QString& prefix, bool onlyLeading) const;

    QList<Entry> m_entries; ///< ascending by word; shared by copies
};

/// Lower case without accents, split where a person would: "Müsli-Riegel" gives musli, riegel.
[[nodiscard]] QStringList searchWords(const QString& text);

} // namespace holdfast
