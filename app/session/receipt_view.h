// The receipt of the sale that was just paid.
#pragma once

#include "app/models/receipt_line_model.h"

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct ReceiptFigures
{
    bool present = false;
    QString shopName;
    QString tillName;
    QString numberText;
    QString timeText;
    QString totalText;
    QString changeText;
    QString methodText;
    QList<ReceiptRow> rows;

    friend bool operator==(const ReceiptFigures&, const ReceiptFigures&) = default;
};

class ReceiptView : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(bool present READ present NOTIFY changed FINAL)
    Q_PROPERTY(QString shopName READ shopName NOTIFY changed FINAL)
    Q_PROPERTY(QString tillName READ tillName NOTIFY changed FINAL)
    Q_PROPERTY(QString numberText READ numberText NOTIFY changed FINAL) ///< "No. 1042"
    Q_PROPERTY(QString timeText READ timeText NOTIFY changed FINAL)     ///< local date and time
    Q_PROPERTY(QString totalText READ totalText NOTIFY changed FINAL)
    Q_PROPERTY(QString changeText READ changeText NOTIFY changed FINAL) ///< empty when none
    Q_PROPERTY(QString methodText READ methodText NOTIFY changed FINAL) ///< "Cash", "Card"
    Q_PROPERTY(holdfast::ReceiptLineModel* lines READ lines CONSTANT FINAL)

public:
    explicit ReceiptView(QObject* parent = nullptr);

    [[nodiscard]] bool present() const { return m_figures.present; }
    [[nodiscard]] QString shopName() const { return m_figures.shopName; }
    [[nodiscard]] QString tillName() const { return m_figures.tillName; }
    [[nodiscard]] QString numberText() const { return m_figures.numberText; }
    [[nodiscard]] QString timeText() const { return m_figures.timeText; }
    [[nodiscard]] QString totalText() const { return m_figures.totalText; }
    [[nodiscard]] QString changeText() const { return m_figures.changeText; }
    [[nodiscard]] QString methodText() const { return m_figures.methodText; }
    [[nodiscard]] ReceiptLineModel* lines() { return &m_lines; }

    void show(const ReceiptFigures& figures);

Q_SIGNALS:
    void changed();

private:
    ReceiptFigures m_figures;
    ReceiptLineModel m_lines;
};

} // namespace holdfast
