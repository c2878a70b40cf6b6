// The body behind TillSession's header in the twin: a few lists and what they look like.
#pragma once

#include "app/models/catalogue.h"
#include "tests/qml/twin/session.h"

#include <QStringList>

namespace holdfast {

struct TwinLine
{
    QString id;
    int productId = 0;
    int qty = 0;
    QString refusal;
    QString refusalActionText;
    int refusalAction = 0;
    int take = 0;
    QString note;
    bool pending = false;
};

struct TwinSale
{
    QString id;
    QString title;
    QList<TwinLine> lines;
    bool attention = false;
};

struct TillSession::Private
{
    Private();

    QList<TillProduct> goods;
    Catalogue catalogue;
    ProductListModel products{catalogue};
    CategoryListModel categories;
    CartModel cart;
    SaleTabModel sales;
    SaleTotals totals;
    HoldView hold;
    KeypadEntry keypad;
    PaymentSession payment;
    ReceiptView receipt;
    TillStatus status;
    Notice notice;

    QString category;
    QString searchText;
    Stage stage = Selling;
    PaymentFigures paying;
    HoldFigures holding;
    StatusFigures standing;

    QList<TwinSale> open;
    int current = 0;
    QString selected;
    QString touched;
    TwinLine removed;
    int lineSerial = 0;
    int saleSerial = 0;
    QStringList calls;

    TwinSale& sale() { return open[current]; }
    TwinLine* line(const QString& id);
    TillProduct* product(int id);
    [[nodiscard]] qint64 total();
    [[nodiscard]] bool chargeOpen() const;
    [[nodiscard]] bool settled() const;

    void startSale();
    void put(int productId, int qty);
    void give(TwinLine& line, int qty);
    void drop(const QString& id);
    void showHold(int seconds);
    void pay(PaymentSession::State state, const QString& message = {});
    void tender(qint64 minor);
    void finish(const QString& method, qint64 given);
    /// Writes lists and sums to the models.
    void show();
    void showCart();
    /// After a change of `product(id)`.
    void showStock();
};

} // namespace holdfast
