#pragma once

#include "shared/domain/product.h"

#include <optional>
#include <string>
#include <string_view>

/// A product with its counters as bytes, for caches outside of the process. One byte for the
/// version of this form (now 1), the fields in their order (numbers as 8 bytes with the lowest
/// first, texts with their length as such a number before them), and the FNV-1a hash of all that
/// as 8 bytes. Another version gets another first byte; readers refuse what they do not know.
namespace holdfast {

[[nodiscard]] std::string encodeProduct(const ProductView& view);

/// None for anything that encodeProduct() has not written just so.
[[nodiscard]] std::optional<ProductView> decodeProduct(std::string_view bytes);

} // namespace holdfast
