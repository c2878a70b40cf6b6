#include "app/session/receipt_view.h"

namespace holdfast {

ReceiptView::ReceiptView(QObject* parent) : QObject(parent), m_lines(this) {}

void ReceiptView::show(const ReceiptFigures& figures)
{
    if (figures != m_figures) {
        m_figures = figures;
        m_lines.setRows(figures.rows);
        Q_EMIT changed();
    }
}

} // namespace holdfast
