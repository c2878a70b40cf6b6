// Words and figures of the till, in the person's language. GUI thread.
#pragma once

#include <QString>

namespace holdfast::texts {

/// "2.29" with the decimals of the currency and the marks of the person's locale.
[[nodiscard]] QString amount(qint64 minor, const QString& currency);
/// "2.29 €"
[[nodiscard]] QString money(qint64 minor, const QString& currency);
[[nodiscard]] QString unitsLeft(int units);
/// "2 held elsewhere"; empty for none.
[[nodiscard]] QString heldElsewhere(int units);
/// "19 %"
[[nodiscard]] QString taxRate(int rateBp);
/// "40 s", "3 min", "2 h"
[[nodiscard]] QString age(int seconds);
[[nodiscard]] int decimals(const QString& currency);

} // namespace holdfast::texts
