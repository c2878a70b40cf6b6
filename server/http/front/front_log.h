#pragma once

#include <QLoggingCategory>

namespace holdfast::http {

Q_DECLARE_LOGGING_CATEGORY(frontLog) // "holdfast.http"

} // namespace holdfast::http
