#include "app/models/texts.h"

#include "shared/domain/money.h"

#include <QCoreApplication>
#include <QLocale>

namespace holdfast::texts {

namespace {

class Words
{
    Q_DECLARE_TR_FUNCTIONS(holdfast::texts)
};

QString symbol(const QString& currency)
{
    using namespace Qt::StringLiterals;
    if (currency == u"EUR") {
        return u"€"_s;
    }
    if (currency == u"GBP") {
        return u"£"_s;
    }
    if (currency == u"USD") {
        return u"$"_s;
    }
    return currency;
}

} // namespace

int decimals(const QString& currency)
{
    const std::optional<Currency> known = Currency::parse(currency.toStdString());
    return known ? known->minorDigits() : 2;
}

QString amount(qint64 minor, const QString& currency)
{
    const int digits = decimals(currency);
    qint64 unit = 1;
    for (int i = 0; i < digits; ++i) {
        unit *= 10;
    }
    const QLocale locale;
    const bool negative = minor < 0;
    const auto magnitude = negative ? 0 - static_cast<quint64>(minor) : static_cast<quint64>(minor);
    const auto parts = static_cast<quint64>(unit);
    QString text = locale.toString(magnitude / parts);
    if (digits > 0) {
        const QString fraction = QString::number(magnitude % parts).rightJustified(digits, u'0');
        text += locale.decimalPoint();
        for (const QChar digit : fraction) {
            text +=
                locale.toString(digit.digitValue()); // in the figures of the locale, as before it
        }
    }
    return negative ? u'\u2212' + text : text;
}

QString money(qint64 minor, const QString& currency)
{
    return currency.isEmpty() ? amount(minor, currency)
                              : amount(minor, currency) + u'\u00a0' + symbol(currency);
}

QString unitsLeft(int units)
{
    return Words::tr("%n left", nullptr, units);
}

QString heldElsewhere(int units)
{
    return units > 0 ? Words::tr("%n held elsewhere", nullptr, units) : QString();
}

QString taxRate(int rateBp)
{
    const QLocale locale;
    return locale.toString(rateBp / 100.0, 'f', rateBp % 100 == 0 ? 0 : 2) + u"\u00a0%";
}

QString age(int seconds)
{
    if (seconds < 60) {
        return Words::tr("%1 s").arg(seconds);
    }
    if (seconds < 3600) {
        return Words::tr("%1 min").arg(seconds / 60);
    }
    return Words::tr("%1 h").arg(seconds / 3600);
}

} // namespace holdfast::texts
