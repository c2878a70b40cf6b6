#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/quantity.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Why the ledger says no: one member per cause, in the order in which causes are checked.
/// The words are stable (`code` in problem details) and are mapped to HTTP in one place,
/// shared/protocol/problem.cpp.
enum class RefusalCode {
    IdempotencyKeyReused,
    IdempotencyInProgress,
    IdConflict,
    EventKeyReused,
    ProductNotFound,
    HoldNotFound,
    OrderNotFound,
    TokenNotFound,
    InvalidField, ///< a value that only the ledger can judge; `field` names it
    HoldExpired,
    HoldConsumed,
    HoldReleased,
    InsufficientStock,
    StockInUse,
    StockLimit,
    OrderNotPayable,
    OrderNotCancellable,
    Overpaid,
    RefundTooMuch,
    NothingToRefund,
    VersionConflict,    ///< `version` in the body is not the current one
    PreconditionFailed, ///< If-Match is not the current ETag
    SkuTaken,
    BarcodeTaken,
};

[[nodiscard]] std::string_view toString(RefusalCode code);

/// A line that could not be served, and what could be.
struct ShortLine
{
    ProductId product;
    Units requested = 0;
    Units available = 0;
};

struct Refused
{
    RefusalCode code = RefusalCode::InvalidField;
    std::string field = {};  ///< InvalidField: which one
    std::string detail = {}; ///< InvalidField: what is wrong with it
    std::vector<ShortLine> shortLines = {};
    bool singleForm = false;           ///< the request named one product, not lines
    std::optional<OrderId> order = {}; ///< HoldConsumed: the order that used it
    std::optional<Units> limit = {};   ///< RefundTooMuch, StockInUse: what would still do
};

} // namespace holdfast
