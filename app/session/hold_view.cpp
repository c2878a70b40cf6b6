#include "app/session/hold_view.h"

namespace holdfast {

using namespace Qt::StringLiterals;

QString HoldView::clockText(int seconds)
{
    return u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QChar(u'0'));
}

QString HoldView::timeText() const
{
    const bool running = state() == Active || state() == Expiring;
    return running ? clockText(m_figures.secondsLeft) : QString();
}

void HoldView::show(const HoldFigures& figures)
{
    if (figures != m_figures) {
        m_figures = figures;
        Q_EMIT changed();
    }
}

} // namespace holdfast
