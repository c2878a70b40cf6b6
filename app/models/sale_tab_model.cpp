#include "app/models/sale_tab_model.h"

#include "app/models/rows_diff.h"

namespace holdfast {

int SaleTabModel::currentRow() const
{
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].current) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int SaleTabModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant SaleTabModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[index.row()];
    switch (role) {
    case SaleIdRole:
        return row.saleId;
    case TitleRole:
        return row.title;
    case ItemCountRole:
        return row.itemCount;
    case TotalTextRole:
        return row.totalText;
    case CurrentRole:
        return row.current;
    case HoldTimeTextRole:
        return row.holdTimeText;
    case AttentionRole:
        return row.attention;
    default:
        return {};
    }
}

QHash<int, QByteArray> SaleTabModel::roleNames() const
{
    return {
        {SaleIdRole, "saleId"},       {TitleRole, "title"},     {ItemCountRole, "itemCount"},
        {TotalTextRole, "totalText"}, {CurrentRole, "current"}, {HoldTimeTextRole, "holdTimeText"},
        {AttentionRole, "attention"},
    };
}

void SaleTabModel::setRows(const QList<SaleTabRow>& rows)
{
    const int countBefore = count();
    const int rowBefore = currentRow();
    const RowEdits edits{[this](int row, const RowEdits::Work& work) {
                             beginInsertRows({}, row, row);
                             work();
                             endInsertRows();
                         },
                         [this](int row, const RowEdits::Work& work) {
                             beginRemoveRows({}, row, row);
                             work();
                             endRemoveRows();
                         },
                         [this](int from, int to, const RowEdits::Work& work) {
                             beginMoveRows({}, from, from, {}, to);
                             work();
                             endMoveRows();
                         },
                         [this](int row) { Q_EMIT dataChanged(index(row), index(row)); }};
    diffRows(
        m_rows, rows, [](const SaleTabRow& row) { return row.saleId; }, edits);
    if (count() != countBefore) {
        Q_EMIT countChanged();
    }
    if (currentRow() != rowBefore) {
        Q_EMIT currentRowChanged();
    }
}

} // namespace holdfast
