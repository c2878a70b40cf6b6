#pragma once

#include "shared/domain/result.h"

#include <QSslConfiguration>
#include <QString>

#include <optional>
#include <string>

namespace holdfast {

/// Reads a certificate chain and its key (PEM). Nothing when neither is named; an error is one
/// line.
[[nodiscard]] Result<std::optional<QSslConfiguration>, std::string>
loadTls(const QString& certificateFile, const QString& keyFile);

} // namespace holdfast
