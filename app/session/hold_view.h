// What the screen says about the hold of the current sale. GUI thread only.
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct HoldFigures
{
    int state = 0;
    int secondsLeft = 0;
    double fraction = 0.0;
    bool canExtend = false;
    bool busy = false;

    friend bool operator==(const HoldFigures&, const HoldFigures&) = default;
};

class HoldView : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(State state READ state NOTIFY changed FINAL)
    /// Whole seconds until the server gives the units back, by the server's clock.
    Q_PROPERTY(int secondsLeft READ secondsLeft NOTIFY changed FINAL)
    /// 1 when fresh, 0 when over: the ring.
    Q_PROPERTY(double fraction READ fraction NOTIFY changed FINAL)
    Q_PROPERTY(QString timeText READ timeText NOTIFY changed FINAL) ///< "1:42"
    Q_PROPERTY(bool canExtend READ canExtend NOTIFY changed FINAL)
    /// A command of this sale is on its way and its answer is not known yet.
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)

public:
    enum State {
        None,     ///< empty cart, or an order has taken the units over
        Placing,  ///< asked, not yet promised
        Active,   ///< promised
        Expiring, ///< promised for 30 s or less: offer to extend
        Expired,  ///< given back; the cart is still here, TillSession.retryHold() asks again
        Refused,  ///< the server said no; the lines say why
    };
    Q_ENUM(State)

    using QObject::QObject;

    [[nodiscard]] State state() const { return static_cast<State>(m_figures.state); }
    [[nodiscard]] int secondsLeft() const { return m_figures.secondsLeft; }
    [[nodiscard]] double fraction() const { return m_figures.fraction; }
    [[nodiscard]] QString timeText() const;
    [[nodiscard]] bool canExtend() const { return m_figures.canExtend; }
    [[nodiscard]] bool busy() const { return m_figures.busy; }

    void show(const HoldFigures& figures);

    /// "1:42"
    [[nodiscard]] static QString clockText(int seconds);

Q_SIGNALS:
    void changed();

private:
    HoldFigures m_figures;
};

} // namespace holdfast
