#include "app/models/receipt_line_model.h"

namespace holdfast {

int ReceiptLineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ReceiptLineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[index.row()];
    switch (role) {
    case KindRole:
        return row.kind;
    case LeftTextRole:
        return row.leftText;
    case DetailTextRole:
        return row.detailText;
    case AmountTextRole:
        return row.amountText;
    default:
        return {};
    }
}

QHash<int, QByteArray> ReceiptLineModel::roleNames() const
{
    return {
        {KindRole, "kind"},
        {LeftTextRole, "leftText"},
        {DetailTextRole, "detailText"},
        {AmountTextRole, "amountText"},
    };
}

void ReceiptLineModel::setRows(const QList<ReceiptRow>& rows)
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
