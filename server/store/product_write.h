#pragma once

#include "server/ledger/slice.h"
#include "shared/sql/connection.h"

namespace holdfast {

/// New and changed products with their barcodes and search words; new products get a stock row of
/// zeros, which updateStock() fills.
void writeProducts(sql::Connection& connection, const Slice& slice);

/// Moves the counters of all products that the batch touched, by guarded updates. False when a row
/// would break available >= 0 or is not there.
[[nodiscard]] bool updateStock(sql::Connection& connection, const Slice& slice);

} // namespace holdfast
