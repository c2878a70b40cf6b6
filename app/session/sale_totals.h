// The sums under the cart. From the pricing rules until an order exists, then from the server.
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct TotalFigures
{
    qint64 totalMinor = 0;
    qint64 taxMinor = 0;
    qint64 discountMinor = 0;
    int itemCount = 0;
    QString totalText;
    QString taxText;
    QString discountText;
    bool fromServer = false;

    friend bool operator==(const TotalFigures&, const TotalFigures&) = default;
};

class SaleTotals : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(qint64 totalMinor READ totalMinor NOTIFY changed FINAL)
    Q_PROPERTY(QString totalText READ totalText NOTIFY changed FINAL)
    /// "Tax incl. 0.73"; empty when nothing is taxed.
    Q_PROPERTY(QString taxText READ taxText NOTIFY changed FINAL)
    Q_PROPERTY(QString discountText READ discountText NOTIFY changed FINAL)
    Q_PROPERTY(int itemCount READ itemCount NOTIFY changed FINAL) ///< units
    Q_PROPERTY(bool fromServer READ fromServer NOTIFY changed FINAL)

public:
    using QObject::QObject;

    [[nodiscard]] qint64 totalMinor() const { return m_figures.totalMinor; }
    [[nodiscard]] QString totalText() const { return m_figures.totalText; }
    [[nodiscard]] QString taxText() const { return m_figures.taxText; }
    [[nodiscard]] QString discountText() const { return m_figures.discountText; }
    [[nodiscard]] int itemCount() const { return m_figures.itemCount; }
    [[nodiscard]] bool fromServer() const { return m_figures.fromServer; }

    void show(const TotalFigures& figures);

Q_SIGNALS:
    void changed();

private:
    TotalFigures m_figures;
};

} // namespace holdfast
