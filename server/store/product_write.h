#pragma once

#include "server/ledger/slice.h"
#include "shared/sql/connection.h"

namespace holdfast {

/// New and changed products with their barcodes and search words; new products get a stock row of
/// zeros, which updateStock() fills.
void writeProducts(sql::Connection& connection, const Slice& slice);

/// One guarded update for each product whose counters the batch moved, ascending by id. Clears
/// `guardHeld` when a row would break available >= 0 or is not there.
void updateStock(sql::Connection& connection, const Slice& slice, bool& guardHeld);

} // namespace holdfast
