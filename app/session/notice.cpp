#include "app/session/notice.h"

namespace holdfast {

void Notice::say(Severity severity, const QString& text, Action action, const QString& actionText)
{
    m_severity = severity;
    m_text = text;
    m_action = action;
    m_actionText = actionText;
    ++m_serial;
    Q_EMIT changed();
}

void Notice::dismiss()
{
    if (visible()) {
        m_text.clear();
        m_action = NoAction;
        m_actionText.clear();
        Q_EMIT changed();
    }
}

} // namespace holdfast
