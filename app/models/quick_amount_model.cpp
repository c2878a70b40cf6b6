#include "app/models/quick_amount_model.h"

namespace holdfast {

int QuickAmountModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant QuickAmountModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[index.row()];
    switch (role) {
    case AmountMinorRole:
        return row.amountMinor;
    case AmountTextRole:
        return row.amountText;
    case ExactRole:
        return row.exact;
    default:
        return {};
    }
}

QHash<int, QByteArray> QuickAmountModel::roleNames() const
{
    return {
        {AmountMinorRole, "amountMinor"},
        {AmountTextRole, "amountText"},
        {ExactRole, "exact"},
    };
}

void QuickAmountModel::setRows(const QList<QuickAmountRow>& rows)
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
