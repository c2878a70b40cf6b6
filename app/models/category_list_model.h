// The rail: categories of the catalogue with the number of goods in each. GUI thread only.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct CategoryRow
{
    QString name;  ///< as the server writes it; empty means all goods
    QString title; ///< shown
    int productCount = 0;

    friend bool operator==(const CategoryRow&, const CategoryRow&) = default;
};

class CategoryListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< string: give this to TillSession.category
        TitleRole,                   ///< string
        ProductCountRole,            ///< int
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    void setRows(const QList<CategoryRow>& rows);

Q_SIGNALS:
    void countChanged();

private:
    QList<CategoryRow> m_rows;
};

} // namespace holdfast
