#pragma once

#include "shared/domain/result.h"
#include "shared/sql/database_url.h"

#include <string>

namespace holdfast {

/// Writes a copy of the database to a new file, of one moment, while a server may go on serving.
/// The copy appears under its name only when it is whole and on the disk. An existing file is
/// never replaced. The error is one line for people.
[[nodiscard]] Result<void, std::string> backup(const sql::DatabaseUrl& url,
                                               const std::string& path);

} // namespace holdfast
