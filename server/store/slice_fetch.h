#pragma once

#include "server/ledger/slice.h"
#include "server/store/product_memory.h"
#include "shared/sql/connection.h"

namespace holdfast {

/// Fetches what a batch touches, inside the transaction that the caller has opened. Errors stay on
/// the connection. Products that `memory` knows are taken from there.
[[nodiscard]] Slice fetchSlice(sql::Connection& connection, const ProductMemory& memory,
                               const SliceRequest& request, Instant now);

/// What an answer is found by: the key, then the scope as 8 bytes (ids of things have a scope of
/// their own).
[[nodiscard]] std::string claimBytes(const AnswerKey& key);

} // namespace holdfast
