// The rows of a receipt in the order in which they are printed.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct ReceiptRow
{
    int kind = 0;
    QString leftText;
    QString detailText;
    QString amountText;

    friend bool operator==(const ReceiptRow&, const ReceiptRow&) = default;
};

class ReceiptLineModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to ReceiptView")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< Kind
        LeftTextRole,                ///< string: product name, "Total", "Cash", …
        DetailTextRole,              ///< string: "2 × 2.29", a tax rate; may be empty
        AmountTextRole,              ///< string
    };
    Q_ENUM(Role)

    enum Kind { Goods, Discount, Tax, Total, Tender, Change };
    Q_ENUM(Kind)

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] const QList<ReceiptRow>& rows() const { return m_rows; }
    void setRows(const QList<ReceiptRow>& rows);

Q_SIGNALS:
    void countChanged();

private:
    QList<ReceiptRow> m_rows;
};

} // namespace holdfast
