// The open sales of this till, oldest first. GUI thread only.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct SaleTabRow
{
    QString saleId;
    QString title;
    int itemCount = 0;
    QString totalText;
    bool current = false;
    QString holdTimeText;
    bool attention = false;

    friend bool operator==(const SaleTabRow&, const SaleTabRow&) = default;
};

class SaleTabModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Row of the sale on the screen, from 0.
    Q_PROPERTY(int currentRow READ currentRow NOTIFY currentRowChanged FINAL)

public:
    enum Role {
        SaleIdRole = Qt::UserRole + 1, ///< string
        TitleRole,                     ///< string: "Sale 2"
        ItemCountRole,                 ///< int: units
        TotalTextRole,                 ///< string
        CurrentRole,                   ///< bool
        HoldTimeTextRole,              ///< string: "1:42", empty without a hold
        AttentionRole,                 ///< bool: a refusal, an expired hold or an unknown payment
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int currentRow() const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    void setRows(const QList<SaleTabRow>& rows);

Q_SIGNALS:
    void countChanged();
    void currentRowChanged();

private:
    QList<SaleTabRow> m_rows;
};

} // namespace holdfast
