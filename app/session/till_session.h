// The till as the screen sees it: one object, given to Main.qml as the required property `till`.
//
// GUI thread only. It never waits: what a person does is shown at once, stored, sent, and corrected
// when the server answers otherwise. Nothing in QML computes money, stock or time.
#pragma once

#include "app/models/cart_model.h"
#include "app/models/catalogue.h"
#include "app/models/category_list_model.h"
#include "app/models/product_list_model.h"
#include "app/models/sale_tab_model.h"
#include "app/session/hold_view.h"
#include "app/session/keypad_entry.h"
#include "app/session/notice.h"
#include "app/session/payment_session.h"
#include "app/session/receipt_view.h"
#include "app/session/sale_book.h"
#include "app/session/sale_figures.h"
#include "app/session/sale_totals.h"
#include "app/session/till_status.h"

#include <QObject>
#include <QtQml/qqmlregistration.h>

#include <functional>

namespace holdfast {

struct TillSettings
{
    QString shopName;
    QString tillName;
    QString personName;
    QUrl server; ///< pictures are read from here
    bool hasGateway = false;
    TaxMode taxMode = TaxMode::Inclusive;
    SaleBookSettings book;
    TillClocks clocks;
    std::function<std::uint64_t()> random;
};

class TillSession : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(holdfast::ProductListModel* products READ products CONSTANT FINAL)
    Q_PROPERTY(holdfast::CategoryListModel* categories READ categories CONSTANT FINAL)
    /// Name of the chosen category; empty shows all goods. Choosing one ends a search.
    Q_PROPERTY(QString category READ category WRITE setCategory NOTIFY categoryChanged FINAL)
    /// Prefix words over name, brand, SKU and barcode of all goods, whatever category is chosen.
    Q_PROPERTY(
        QString searchText READ searchText WRITE setSearchText NOTIFY searchTextChanged FINAL)
    Q_PROPERTY(holdfast::CartModel* cart READ cart CONSTANT FINAL)
    Q_PROPERTY(holdfast::SaleTabModel* sales READ sales CONSTANT FINAL)
    Q_PROPERTY(holdfast::SaleTotals* totals READ totals CONSTANT FINAL)
    Q_PROPERTY(holdfast::HoldView* hold READ hold CONSTANT FINAL)
    Q_PROPERTY(holdfast::KeypadEntry* keypad READ keypad CONSTANT FINAL)
    Q_PROPERTY(holdfast::PaymentSession* payment READ payment CONSTANT FINAL)
    Q_PROPERTY(holdfast::ReceiptView* receipt READ receipt CONSTANT FINAL)
    Q_PROPERTY(holdfast::TillStatus* status READ status CONSTANT FINAL)
    Q_PROPERTY(holdfast::Notice* notice READ notice CONSTANT FINAL)
    /// Which of the three faces the screen shows. The pad and the pay key stay where they are.
    Q_PROPERTY(Stage stage READ stage NOTIFY stageChanged FINAL)
    Q_PROPERTY(bool canPay READ canPay NOTIFY canPayChanged FINAL)
    Q_PROPERTY(bool canUndoRemove READ canUndoRemove NOTIFY canUndoRemoveChanged FINAL)
    /// What is typed on the pad while paying is less than what is due: it will be a part payment.
    Q_PROPERTY(bool typedIsPart READ typedIsPart NOTIFY typedIsPartChanged FINAL)
    /// Title of the sale on the screen: "Sale 2 of 3".
    Q_PROPERTY(QString saleTitle READ saleTitle NOTIFY saleTitleChanged FINAL)

public:
    enum Stage {
        Selling,
        Paying,
        Finished, ///< paid: receipt and change; finishSale() goes on
    };
    Q_ENUM(Stage)

    TillSession(TillEngine& engine, TillSettings settings, QObject* parent = nullptr);
    ~TillSession() override;

    [[nodiscard]] ProductListModel* products() { return &m_products; }
    [[nodiscard]] CategoryListModel* categories() { return &m_categories; }
    [[nodiscard]] CartModel* cart() { return &m_cart; }
    [[nodiscard]] SaleTabModel* sales() { return &m_sales; }
    [[nodiscard]] SaleTotals* totals() { return &m_totals; }
    [[nodiscard]] HoldView* hold() { return &m_hold; }
    [[nodiscard]] KeypadEntry* keypad() { return &m_keypad; }
    [[nodiscard]] PaymentSession* payment() { return &m_payment; }
    [[nodiscard]] ReceiptView* receipt() { return &m_receipt; }
    [[nodiscard]] TillStatus* status() { return &m_status; }
    [[nodiscard]] Notice* notice() { return &m_notice; }

    [[nodiscard]] QString category() const { return m_category; }
    void setCategory(const QString& name);
    [[nodiscard]] QString searchText() const { return m_searchText; }
    void setSearchText(const QString& words);
    [[nodiscard]] Stage stage() const;
    [[nodiscard]] bool canPay() const { return m_canPay; }
    [[nodiscard]] bool canUndoRemove() const { return m_canUndo; }
    [[nodiscard]] bool typedIsPart() const { return m_typedIsPart; }
    [[nodiscard]] QString saleTitle() const { return m_saleTitle; }

    // Goods. A typed number on the pad is the quantity for a touched product.
    Q_INVOKABLE void addProduct(int productId);
    /// A scanned or typed barcode, SKU or PLU.
    Q_INVOKABLE void addByCode(const QString& code);

    // Lines.
    Q_INVOKABLE void selectLine(const QString& lineId);
    /// Moves the selection up (-1) or down (1), for the arrow keys.
    Q_INVOKABLE void moveSelection(int step);
    Q_INVOKABLE void setQty(const QString& lineId, int qty);
    Q_INVOKABLE void changeQty(const QString& lineId, int step);
    Q_INVOKABLE void removeLine(const QString& lineId);
    Q_INVOKABLE void removeSelectedLine();
    Q_INVOKABLE void undoRemove();
    Q_INVOKABLE void applyRefusalAction(const QString& lineId);

    // Hold.
    Q_INVOKABLE void extendHold();
    /// After an expired or refused hold: ask for the whole cart again.
    Q_INVOKABLE void retryHold();

    // Sales.
    /// Leaves the sale on the screen open, with its hold, and starts an empty one ("park").
    Q_INVOKABLE void newSale();
    Q_INVOKABLE void switchSale(const QString& saleId);
    /// Voids the sale on the screen and gives its units back. Ask the person first.
    Q_INVOKABLE void voidSale();

    // Payment.
    Q_INVOKABLE void startPayment();
    /// Back to the cart; refused while a payment's outcome is unknown.
    Q_INVOKABLE void leavePayment();
    Q_INVOKABLE void payCash(qint64 tenderedMinor);
    Q_INVOKABLE void payCashExact();
    /// Tenders row `row` of payment.quickAmounts.
    Q_INVOKABLE void quickAmount(int row);
    Q_INVOKABLE void startCard();
    Q_INVOKABLE void cancelCard();
    Q_INVOKABLE void checkCard();
    /// Puts the receipt away and starts the next sale.
    Q_INVOKABLE void finishSale();

    Q_INVOKABLE void runNoticeAction();

Q_SIGNALS:
    void categoryChanged();
    void searchTextChanged();
    void stageChanged();
    void canPayChanged();
    void canUndoRemoveChanged();
    void typedIsPartChanged();
    void saleTitleChanged();
    /// A line was added or its quantity raised: one short tone.
    void goodsAdded();
    /// Something was refused or not found: another tone.
    void refused();

private:
    void connectEngine();
    void connectViews();
    /// Brings every view in line with the sale on the screen.
    void refresh();
    void refreshClock();
    void refreshFlags();
    void refreshTyped();
    void refreshOwnUnits();
    void refreshCategories();
    void refreshShop();
    void showGoods();
    void refuse(const QString& why);
    bool wish(const SaleBook::Wish& wish);
    void keypadEntered(qint64 value);
    void sayExpired(bool current);

    TillSettings m_settings;
    TillEngine& m_engine;
    Catalogue m_catalogue;
    SaleBook m_book;
    figures::ShopFacts m_shop;
    ProductListModel m_products;
    CategoryListModel m_categories;
    CartModel m_cart;
    SaleTabModel m_sales;
    SaleTotals m_totals;
    HoldView m_hold;
    KeypadEntry m_keypad;
    PaymentSession m_payment;
    ReceiptView m_receipt;
    TillStatus m_status;
    Notice m_notice;
    QString m_category;
    QString m_searchText;
    QString m_saleTitle;
    Stage m_stage = Selling;
    bool m_canPay = false;
    bool m_canUndo = false;
    bool m_typedIsPart = false;
    OutboxAge m_age;
};

} // namespace holdfast
