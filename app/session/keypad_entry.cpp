#include "app/session/keypad_entry.h"

#include <QLocale>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr int quantityDigitsMax = 4;
constexpr int amountDigitsMax = 9;

} // namespace

QString KeypadEntry::text() const
{
    if (m_digits.isEmpty() || m_purpose == Quantity || m_decimals == 0) {
        return m_digits;
    }
    const QString padded = m_digits.rightJustified(m_decimals + 1, u'0');
    return padded.chopped(m_decimals) + QLocale().decimalPoint() + padded.right(m_decimals);
}

void KeypadEntry::press(Key key)
{
    switch (key) {
    case KeyBackspace:
        if (m_digits.isEmpty()) {
            return;
        }
        m_digits.chop(1);
        break;
    case KeyClear:
        clear();
        return;
    case KeyEnter: {
        const qint64 typed = value();
        clear();
        Q_EMIT entered(typed);
        return;
    }
    case Key00:
        press(Key0);
        press(Key0);
        return;
    default: {
        const int digitsMax = m_purpose == Quantity ? quantityDigitsMax : amountDigitsMax;
        if (m_digits.size() >= digitsMax || (m_digits.isEmpty() && key == Key0)) {
            return; // a leading zero means nothing
        }
        m_digits += QString::number(static_cast<int>(key));
    }
    }
    Q_EMIT changed();
}

void KeypadEntry::clear()
{
    if (!m_digits.isEmpty()) {
        m_digits.clear();
        Q_EMIT changed();
    }
}

void KeypadEntry::setPurpose(Purpose purpose, int decimals)
{
    if (purpose == m_purpose && decimals == m_decimals) {
        return;
    }
    m_purpose = purpose;
    m_decimals = decimals;
    m_digits.clear();
    Q_EMIT changed();
}

} // namespace holdfast
