#pragma once

#include "shared/domain/result.h"
#include "shared/sql/connection.h"

#include <cstdint>
#include <string>

class QIODevice;

namespace holdfast {

/// Writes all products in the columns of resources/catalogue/sample.csv, so that an import takes
/// them back. Gives the number of products, or one line about what failed.
[[nodiscard]] Result<std::int64_t, std::string> exportCatalogue(sql::Connection& connection,
                                                                QIODevice& out);

} // namespace holdfast
