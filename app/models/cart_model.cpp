#include "app/models/cart_model.h"

#include "app/models/rows_diff.h"

namespace holdfast {

int CartModel::selectedRow() const
{
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].selected) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int CartModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant CartModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[index.row()];
    switch (role) {
    case LineIdRole:
        return row.lineId;
    case ProductIdRole:
        return row.productId;
    case NameRole:
        return row.name;
    case QtyRole:
        return row.qty;
    case UnitPriceTextRole:
        return row.unitPriceText;
    case LineTotalTextRole:
        return row.lineTotalText;
    case NoteTextRole:
        return row.noteText;
    case RefusalTextRole:
        return row.refusalText;
    case RefusalActionRole:
        return row.refusalAction;
    case RefusalActionTextRole:
        return row.refusalActionText;
    case JustAddedRole:
        return row.justAdded;
    case SelectedRole:
        return row.selected;
    case PendingRole:
        return row.pending;
    default:
        return {};
    }
}

QHash<int, QByteArray> CartModel::roleNames() const
{
    return {
        {LineIdRole, "lineId"},
        {ProductIdRole, "productId"},
        {NameRole, "name"},
        {QtyRole, "qty"},
        {UnitPriceTextRole, "unitPriceText"},
        {LineTotalTextRole, "lineTotalText"},
        {NoteTextRole, "noteText"},
        {RefusalTextRole, "refusalText"},
        {RefusalActionRole, "refusalAction"},
        {RefusalActionTextRole, "refusalActionText"},
        {JustAddedRole, "justAdded"},
        {SelectedRole, "selected"},
        {PendingRole, "pending"},
    };
}

void CartModel::setRows(const QList<CartRow>& rows)
{
    const int countBefore = count();
    const int rowBefore = selectedRow();
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
        m_rows, rows, [](const CartRow& row) { return row.lineId; }, edits);
    if (count() != countBefore) {
        Q_EMIT countChanged();
    }
    if (selectedRow() != rowBefore) {
        Q_EMIT selectedRowChanged();
    }
}

} // namespace holdfast
