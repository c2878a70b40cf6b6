// The lines of the sale on the screen. GUI thread only; rows come ready made from the sale.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct CartRow
{
    QString lineId;
    int productId = 0;
    QString name;
    int qty = 0;
    QString unitPriceText;
    QString lineTotalText;
    QString noteText;
    QString refusalText;
    int refusalAction = 0;
    QString refusalActionText;
    bool justAdded = false;
    bool selected = false;
    bool pending = false;

    friend bool operator==(const CartRow&, const CartRow&) = default;
};

class CartModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Row of the selected line, -1 when there is none: keep it in view.
    Q_PROPERTY(int selectedRow READ selectedRow NOTIFY selectedRowChanged FINAL)

public:
    enum Role {
        LineIdRole = Qt::UserRole + 1, ///< string
        ProductIdRole,                 ///< int
        NameRole,                      ///< string
        QtyRole,                       ///< int
        UnitPriceTextRole,             ///< string
        LineTotalTextRole,             ///< string
        NoteTextRole,                  ///< string, e.g. a discount; may be empty
        RefusalTextRole,               ///< string: "only 2 left"; empty when all is well
        RefusalActionRole,             ///< RefusalAction
        RefusalActionTextRole,         ///< string: "take 2"
        JustAddedRole,                 ///< bool: the line touched last; flash it once
        SelectedRole,                  ///< bool: the line that the number pad changes
        PendingRole,                   ///< bool: the server has not yet promised this quantity
    };
    Q_ENUM(Role)

    enum RefusalAction {
        NoAction,
        TakeAvailable, ///< set the quantity to what is left
        RemoveLine,    ///< nothing is left
        TryAgain,      ///< ask the server once more
    };
    Q_ENUM(RefusalAction)

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int selectedRow() const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] const QList<CartRow>& rows() const { return m_rows; }
    /// Changes as little as possible, so that delegates survive.
    void setRows(const QList<CartRow>& rows);

Q_SIGNALS:
    void countChanged();
    void selectedRowChanged();

private:
    QList<CartRow> m_rows;
};

} // namespace holdfast
