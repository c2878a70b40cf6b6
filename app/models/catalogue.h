// All goods of the shop in memory, with their live counters, and the ways to find one. GUI thread.
#pragma once

#include "app/models/goods_index.h"
#include "app/models/till_stock.h"

#include <QHash>
#include <QObject>

#include <vector>

namespace holdfast {

class Catalogue : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The category name that stands for the goods with a favourite rank.
    [[nodiscard]] static QString favourites() { return QStringLiteral("*"); }

    [[nodiscard]] bool isLoaded() const { return m_loaded; }
    [[nodiscard]] const std::vector<TillProduct>& products() const { return m_products; }
    [[nodiscard]] const TillProduct* find(int productId) const;
    /// By barcode (EAN, UPC and GTIN of any length are one code) or, failing that, by SKU.
    [[nodiscard]] const TillProduct* findByCode(const QString& code) const;
    /// Positions in `products`, favourites first without words, else in the order of the catalogue.
    [[nodiscard]] std::vector<int> select(const QString& category, const QString& words) const;

    /// What this till may still add: the server's figure less what is on its way.
    [[nodiscard]] int availableFor(const TillProduct& product) const;
    [[nodiscard]] int inCart(int productId) const { return m_inCart.value(productId); }
    /// Units of other tills and of shoppers elsewhere.
    [[nodiscard]] int heldElsewhere(const TillProduct& product) const;

    void replace(const LoadedGoods& goods);
    void apply(const std::vector<TillProduct>& products, const QList<int>& removed,
               const QList<TillStock>& stocks);
    /// Units that this till wants beyond, holds, and shows in the sale on the screen.
    void setOwnUnits(const QHash<int, int>& asked, const QHash<int, int>& held,
                     const QHash<int, int>& inCart);

Q_SIGNALS:
    /// Goods came or went, or their words or places changed: choose anew.
    void replaced();
    /// Only prices, stock or pictures of these products changed.
    void figuresChanged(const QList<int>& productIds);

private:
    std::vector<TillProduct> m_products; ///< ascending by id
    GoodsIndex m_index;
    QHash<int, int> m_asked;
    QHash<int, int> m_held;
    QHash<int, int> m_inCart;
    bool m_loaded = false;
};

} // namespace holdfast
