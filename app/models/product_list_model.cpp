#include "app/models/product_list_model.h"

#include "app/models/catalogue.h"
#include "app/models/texts.h"

#include <QFile>
#include <QSet>

#include <algorithm>

namespace holdfast {

namespace {

constexpr int lowStockMax = 5;

} // namespace

ProductListModel::ProductListModel(Catalogue& catalogue, QObject* parent)
    : QAbstractListModel(parent), m_catalogue(catalogue)
{
    connect(&catalogue, &Catalogue::replaced, this, [this] {
        rebuild();
        Q_EMIT loadingChanged();
    });
    connect(&catalogue, &Catalogue::figuresChanged, this, &ProductListModel::refreshProducts);
    rebuild();
}

bool ProductListModel::loading() const
{
    return !m_catalogue.isLoaded();
}

int ProductListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ProductListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto position = static_cast<std::size_t>(m_rows[static_cast<std::size_t>(index.row())]);
    const TillProduct& product = m_catalogue.products()[position];
    const int available = m_catalogue.availableFor(product);
    switch (role) {
    case ProductIdRole:
        return product.id;
    case NameRole:
        return product.name;
    case BrandRole:
        return product.brand;
    case QuantityTextRole:
        return product.quantityText;
    case PriceTextRole:
        return texts::money(product.priceMinor, product.currency);
    case PriceMinorRole:
        return product.priceMinor;
    case PictureSourceRole:
        return pictureSource(product);
    case AvailableRole:
        return available;
    case AvailableTextRole:
        return available <= lowStockMax ? texts::unitsLeft(available) : QString();
    case LowStockRole:
        return available > 0 && available <= lowStockMax;
    case SoldOutRole:
        return available == 0;
    case HeldElsewhereTextRole:
        return texts::heldElsewhere(m_catalogue.heldElsewhere(product));
    case CategoryRole:
        return product.category;
    case InCartRole:
        return m_catalogue.inCart(product.id);
    default:
        return {};
    }
}

QHash<int, QByteArray> ProductListModel::roleNames() const
{
    return {
        {ProductIdRole, "productId"},
        {NameRole, "name"},
        {BrandRole, "brand"},
        {QuantityTextRole, "quantityText"},
        {PriceTextRole, "priceText"},
        {PriceMinorRole, "priceMinor"},
        {PictureSourceRole, "pictureSource"},
        {AvailableRole, "available"},
        {AvailableTextRole, "availableText"},
        {LowStockRole, "lowStock"},
        {SoldOutRole, "soldOut"},
        {HeldElsewhereTextRole, "heldElsewhereText"},
        {CategoryRole, "category"},
        {InCartRole, "inCart"},
    };
}

QUrl ProductListModel::pictureSource(const TillProduct& product) const
{
    const bool isName = !product.image.contains(u'/') && !product.image.contains(u':');
    if (!isName) {
        return m_pictureBase.resolved(QUrl(product.image));
    }
    const QString shipped = QStringLiteral("/holdfast/pictures/%1.svg");
    const QString own = shipped.arg(product.image);
    const bool known = !product.image.isEmpty() && QFile::exists(QStringLiteral(":") + own);
    return QUrl(QStringLiteral("qrc:") + (known ? own : shipped.arg(QStringLiteral("package"))));
}

int ProductListModel::productAt(int row) const
{
    if (row < 0 || row >= count()) {
        return 0;
    }
    const auto position = static_cast<std::size_t>(m_rows[static_cast<std::size_t>(row)]);
    return m_catalogue.products()[position].id;
}

void ProductListModel::setFilter(const QString& category, const QString& words)
{
    if (category != m_category || words != m_words) {
        m_category = category;
        m_words = words;
        rebuild();
    }
}

void ProductListModel::rebuild()
{
    const int countBefore = count();
    beginResetModel();
    m_rows = m_catalogue.select(m_category, m_words);
    endResetModel();
    if (count() != countBefore) {
        Q_EMIT countChanged();
    }
}

void ProductListModel::refreshProducts(const QList<int>& ids)
{
    QSet<int> wanted(ids.begin(), ids.end());
    const std::vector<TillProduct>& products = m_catalogue.products();
    for (std::size_t row = 0; row < m_rows.size() && !wanted.isEmpty(); ++row) {
        if (wanted.remove(products[static_cast<std::size_t>(m_rows[row])].id)) {
            const QModelIndex changed = index(static_cast<int>(row));
            Q_EMIT dataChanged(changed, changed);
        }
    }
}

} // namespace holdfast
