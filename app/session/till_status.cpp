#include "app/session/till_status.h"

#include "app/models/texts.h"

namespace holdfast {

QString TillStatus::connectionText() const
{
    switch (connection()) {
    case Connecting:
        return tr("connecting");
    case Online:
        return tr("online");
    case Offline:
        return tr("offline");
    case NotAllowed:
        return tr("not signed in");
    }
    return {};
}

QString TillStatus::unsentText() const
{
    return tr("%n unsent", nullptr, m_figures.unsentCount);
}

QString TillStatus::unsentOldestText() const
{
    return m_figures.unsentCount > 0 ? texts::age(m_figures.unsentOldestSeconds) : QString();
}

void TillStatus::show(const StatusFigures& figures)
{
    if (figures != m_figures) {
        m_figures = figures;
        Q_EMIT changed();
    }
}

} // namespace holdfast
