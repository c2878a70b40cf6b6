#include "app/models/catalogue.h"

#include <QSet>

#include <algorithm>
#include <limits>

namespace holdfast {

namespace {

/// What decides where a product is found and listed; prices and stock do not.
bool isFoundAlike(const TillProduct& a, const TillProduct& b)
{
    return a.name == b.name && a.brand == b.brand && a.sku == b.sku && a.barcodes == b.barcodes &&
           a.category == b.category && a.favouriteRank == b.favouriteRank;
}

} // namespace

const TillProduct* Catalogue::find(int productId) const
{
    const auto found = m_index.byId.constFind(productId);
    return found == m_index.byId.constEnd() ? nullptr
                                            : &m_products[static_cast<std::size_t>(*found)];
}

const TillProduct* Catalogue::findByCode(const QString& code) const
{
    auto found = m_index.byCode.constFind(comparableCode(code));
    if (found == m_index.byCode.constEnd()) {
        found = m_index.bySku.constFind(code.trimmed().toCaseFolded());
        if (found == m_index.bySku.constEnd()) {
            return nullptr;
        }
    }
    return &m_products[static_cast<std::size_t>(*found)];
}

std::vector<int> Catalogue::select(const QString& category, const QString& words) const
{
    const bool searching = !words.trimmed().isEmpty();
    std::vector<int> rows;
    if (searching) {
        rows = m_index.search.find(words);
    } else {
        rows.resize(m_products.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = static_cast<int>(i);
        }
    }
    const auto product = [this](int row) -> const TillProduct& {
        return m_products[static_cast<std::size_t>(row)];
    };
    if (category == favourites()) {
        std::erase_if(rows, [&](int row) { return product(row).favouriteRank == 0; });
    } else if (!category.isEmpty()) {
        std::erase_if(rows, [&](int row) { return product(row).category != category; });
    }
    if (!searching) {
        const auto rank = [&](int row) {
            const int favourite = product(row).favouriteRank;
            return favourite > 0 ? favourite : std::numeric_limits<int>::max();
        };
        std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) { return rank(a) < rank(b); });
    }
    return rows;
}

int Catalogue::availableFor(const TillProduct& product) const
{
    return std::max(0, product.available - m_asked.value(product.id));
}

int Catalogue::heldElsewhere(const TillProduct& product) const
{
    return std::max(0, product.held - m_held.value(product.id));
}

void Catalogue::replace(const LoadedGoods& goods)
{
    m_products = goods.products;
    m_index = goods.index;
    m_loaded = true;
    Q_EMIT replaced();
}

void Catalogue::apply(const std::vector<TillProduct>& products, const QList<int>& removed,
                      const QList<TillStock>& stocks)
{
    QList<int> touched;
    bool structure = false;
    for (const TillProduct& product : products) {
        const auto known = m_index.byId.constFind(product.id);
        if (known == m_index.byId.constEnd()) {
            m_index.byId.insert(product.id, static_cast<int>(m_products.size()));
            m_products.push_back(product);
            structure = true;
            continue;
        }
        TillProduct& mine = m_products[static_cast<std::size_t>(*known)];
        structure = structure || !isFoundAlike(mine, product);
        mine = product;
        touched.append(product.id);
    }
    if (!removed.isEmpty()) {
        structure =
            std::erase_if(m_products,
                          [&](const TillProduct& p) { return removed.contains(p.id); }) > 0 ||
            structure;
    }
    if (structure) {
        LoadedGoods anew(std::move(m_products));
        m_products = std::move(anew.products);
        m_index = std::move(anew.index);
    }
    for (const TillStock& stock : stocks) {
        const auto known = m_index.byId.constFind(stock.productId);
        if (known != m_index.byId.constEnd()) {
            TillProduct& mine = m_products[static_cast<std::size_t>(*known)];
            mine.onHand = stock.onHand;
            mine.held = stock.held;
            mine.committed = stock.committed;
            mine.available = stock.available;
            touched.append(stock.productId);
        }
    }
    if (structure) {
        Q_EMIT replaced();
    } else if (!touched.isEmpty()) {
        Q_EMIT figuresChanged(touched);
    }
}

void Catalogue::setOwnUnits(const QHash<int, int>& asked, const QHash<int, int>& held,
                            const QHash<int, int>& inCart)
{
    QSet<int> touched;
    const auto compare = [&](const QHash<int, int>& before, const QHash<int, int>& after) {
        for (auto it = before.cbegin(); it != before.cend(); ++it) {
            if (after.value(it.key()) != it.value()) {
                touched.insert(it.key());
            }
        }
        for (auto it = after.cbegin(); it != after.cend(); ++it) {
            if (before.value(it.key()) != it.value()) {
                touched.insert(it.key());
            }
        }
    };
    compare(m_asked, asked);
    compare(m_held, held);
    compare(m_inCart, inCart);
    m_asked = asked;
    m_held = held;
    m_inCart = inCart;
    if (!touched.isEmpty()) {
        Q_EMIT figuresChanged(touched.values());
    }
}

} // namespace holdfast
