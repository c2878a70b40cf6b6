#include "app/models/category_list_model.h"

namespace holdfast {

int CategoryListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant CategoryListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[index.row()];
    switch (role) {
    case NameRole:
        return row.name;
    case TitleRole:
        return row.title;
    case ProductCountRole:
        return row.productCount;
    default:
        return {};
    }
}

QHash<int, QByteArray> CategoryListModel::roleNames() const
{
    return {
        {NameRole, "name"},
        {TitleRole, "title"},
        {ProductCountRole, "productCount"},
    };
}

void CategoryListModel::setRows(const QList<CategoryRow>& rows)
{
    if (rows == m_rows) {
        return;
    }
    const int countBefore = count();
    beginResetModel();
    m_rows = rows;
    endResetModel();
    if (count() != countBefore) {
        Q_EMIT countChanged();
    }
}

} // namespace holdfast
