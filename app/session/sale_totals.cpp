#include "app/session/sale_totals.h"

namespace holdfast {

void SaleTotals::show(const TotalFigures& figures)
{
    if (figures != m_figures) {
        m_figures = figures;
        Q_EMIT changed();
    }
}

} // namespace holdfast
