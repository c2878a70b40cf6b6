// The goods on the grid: the catalogue narrowed by category and search words.
//
// GUI thread only. Every text is ready to show; money is in the shop's currency, `priceMinor` in
// its minor units. `available` is what this till may still add: the server's figure less what this
// till has asked for and has not been promised yet.
#pragma once

#include "app/models/product.h"

#include <QAbstractListModel>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

class Catalogue;

class ProductListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// True until a first catalogue has been read from disk or from the server.
    Q_PROPERTY(bool loading READ loading NOTIFY loadingChanged FINAL)

public:
    enum Role {
        ProductIdRole = Qt::UserRole + 1, ///< int
        NameRole,                         ///< string
        BrandRole,                        ///< string, may be empty
        QuantityTextRole,                 ///< string: pack size such as "1 l", may be empty
        PriceTextRole,                    ///< string: "2.29 €"
        PriceMinorRole,                   ///< number
        PictureSourceRole,                ///< url, empty when there is none
        AvailableRole,                    ///< int
        AvailableTextRole,                ///< string: "3 left"; empty when there is plenty
        LowStockRole,                     ///< bool: 1..5 left
        SoldOutRole,                      ///< bool: none left for this till
        HeldElsewhereTextRole,            ///< string: "2 held at other tills", may be empty
        CategoryRole,                     ///< string
        InCartRole,                       ///< int: units in the sale on the screen
    };
    Q_ENUM(Role)

    explicit ProductListModel(Catalogue& catalogue, QObject* parent = nullptr);

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool loading() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The product shown in `row`, or 0. For "Enter takes the first hit".
    Q_INVOKABLE [[nodiscard]] int productAt(int row) const;

    /// Where relative picture paths start: the server's address.
    void setPictureBase(const QUrl& base) { m_pictureBase = base; }
    void setFilter(const QString& category, const QString& words);

Q_SIGNALS:
    void countChanged();
    void loadingChanged();

private:
    /// A bare name is one of the pictures that ship with the till; anything else is an address.
    [[nodiscard]] QUrl pictureSource(const TillProduct& product) const;
    void rebuild();
    void refreshProducts(const QList<int>& ids);

    Catalogue& m_catalogue;
    QUrl m_pictureBase;
    QString m_category;
    QString m_words;
    std::vector<int> m_rows; ///< positions in the catalogue
};

} // namespace holdfast
