#pragma once

#include <cstdint>

namespace holdfast {

/// Counts of goods are whole units. A requested quantity lies in [1, limits::quantityMax];
/// stock totals and signed movements use the same type.
using Units = std::int64_t;

} // namespace holdfast
