// The amounts that one touch tenders: the exact sum first, then the notes that cover it.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct QuickAmountRow
{
    qint64 amountMinor = 0;
    QString amountText;
    bool exact = false;

    friend bool operator==(const QuickAmountRow&, const QuickAmountRow&) = default;
};

class QuickAmountModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to PaymentSession")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        AmountMinorRole = Qt::UserRole + 1, ///< number: give this to TillSession.payCash
        AmountTextRole,                     ///< string
        ExactRole,                          ///< bool: exactly what is due
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    void setRows(const QList<QuickAmountRow>& rows);

Q_SIGNALS:
    void countChanged();

private:
    QList<QuickAmountRow> m_rows;
};

} // namespace holdfast
