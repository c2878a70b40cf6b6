// The payment of the current sale, as the screen shows it. GUI thread only.
//
// While the outcome of a card payment is not known (CardWaiting, CardUnknown) nothing else can be
// charged: cash, a second card attempt and leaving are refused by the session itself, not by the
// view.
#pragma once

#include "app/models/quick_amount_model.h"

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct PaymentFigures
{
    int state = 0;
    QString amountText;
    QString dueText;
    qint64 dueMinor = 0;
    QString paidText;
    QString tenderedText;
    QString changeText;
    qint64 changeMinor = 0;
    QString messageText;
    bool busy = false;
    bool cancelRequested = false;
    bool canCash = false;
    bool canCard = false;
    bool canCancelCard = false;
    bool canCheckCard = false;
    bool canLeave = false;

    friend bool operator==(const PaymentFigures&, const PaymentFigures&) = default;
};

class PaymentSession : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(State state READ state NOTIFY changed FINAL)
    Q_PROPERTY(QString amountText READ amountText NOTIFY changed FINAL) ///< whole sale
    Q_PROPERTY(QString dueText READ dueText NOTIFY changed FINAL)       ///< still to pay
    Q_PROPERTY(qint64 dueMinor READ dueMinor NOTIFY changed FINAL)
    Q_PROPERTY(QString paidText READ paidText NOTIFY changed FINAL) ///< empty when nothing yet
    Q_PROPERTY(QString tenderedText READ tenderedText NOTIFY changed FINAL) ///< cash given
    Q_PROPERTY(
        QString changeText READ changeText NOTIFY changed FINAL) ///< empty when nothing goes back
    Q_PROPERTY(qint64 changeMinor READ changeMinor NOTIFY changed FINAL)
    /// One or two sentences: what happened, whether money moved, what to do next.
    Q_PROPERTY(QString messageText READ messageText NOTIFY changed FINAL)
    /// Waiting for an answer: show progress when it lasts over a second.
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    /// Cancel was asked of the card terminal and is not confirmed.
    Q_PROPERTY(bool cancelRequested READ cancelRequested NOTIFY changed FINAL)
    Q_PROPERTY(bool canCash READ canCash NOTIFY changed FINAL)
    Q_PROPERTY(bool canCard READ canCard NOTIFY changed FINAL)
    Q_PROPERTY(bool canCancelCard READ canCancelCard NOTIFY changed FINAL)
    Q_PROPERTY(bool canCheckCard READ canCheckCard NOTIFY changed FINAL)
    Q_PROPERTY(bool canLeave READ canLeave NOTIFY changed FINAL) ///< back to the cart
    Q_PROPERTY(holdfast::QuickAmountModel* quickAmounts READ quickAmounts CONSTANT FINAL)

public:
    enum State {
        Idle,         ///< not paying
        Choosing,     ///< the amount is shown; cash or card?
        Cash,         ///< cash was tendered, the server is being told
        CardWaiting,  ///< the card terminal has the amount
        CardApproved, ///< approved; the order is being marked paid
        CardDeclined, ///< declined or cancelled, confirmed: no money moved; the basket is kept
        CardUnknown,  ///< nobody knows yet: check, never charge again
        Paid,         ///< done: receipt and change
    };
    Q_ENUM(State)

    explicit PaymentSession(QObject* parent = nullptr);

    [[nodiscard]] State state() const { return static_cast<State>(m_figures.state); }
    [[nodiscard]] QString amountText() const { return m_figures.amountText; }
    [[nodiscard]] QString dueText() const { return m_figures.dueText; }
    [[nodiscard]] qint64 dueMinor() const { return m_figures.dueMinor; }
    [[nodiscard]] QString paidText() const { return m_figures.paidText; }
    [[nodiscard]] QString tenderedText() const { return m_figures.tenderedText; }
    [[nodiscard]] QString changeText() const { return m_figures.changeText; }
    [[nodiscard]] qint64 changeMinor() const { return m_figures.changeMinor; }
    [[nodiscard]] QString messageText() const { return m_figures.messageText; }
    [[nodiscard]] bool busy() const { return m_figures.busy; }
    [[nodiscard]] bool cancelRequested() const { return m_figures.cancelRequested; }
    [[nodiscard]] bool canCash() const { return m_figures.canCash; }
    [[nodiscard]] bool canCard() const { return m_figures.canCard; }
    [[nodiscard]] bool canCancelCard() const { return m_figures.canCancelCard; }
    [[nodiscard]] bool canCheckCard() const { return m_figures.canCheckCard; }
    [[nodiscard]] bool canLeave() const { return m_figures.canLeave; }
    [[nodiscard]] QuickAmountModel* quickAmounts() { return &m_quickAmounts; }

    void show(const PaymentFigures& figures);

Q_SIGNALS:
    void changed();

private:
    PaymentFigures m_figures;
    QuickAmountModel m_quickAmounts;
};

} // namespace holdfast
