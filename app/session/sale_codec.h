// A sale as bytes for the local database, and back. JSON, so that a later version reads it and a
// person can; members that are missing take their defaults.
#pragma once

#include "app/session/sale.h"

namespace holdfast {

[[nodiscard]] QByteArray encodeSale(const Sale& sale);
/// Nothing when the bytes are no sale.
[[nodiscard]] std::optional<Sale> decodeSale(const QByteArray& bytes);

} // namespace holdfast
