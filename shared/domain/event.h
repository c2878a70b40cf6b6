#pragma once

#include "shared/domain/caller.h"
#include "shared/domain/hold.h"
#include "shared/domain/order.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/product.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What has happened. The words stand in the journal for ever: never rename one.
enum class EventKind {
    ProductAdded,
    ProductChanged,
    ProductArchived,
    StockMoved,
    HoldPlaced,
    HoldChanged,
    HoldExtended,
    HoldReleased,
    HoldExpired,
    OrderPlaced,
    OrderCancelled,
    PaymentTaken,
    OrderPaid,
    OrderPaidUnfulfilled,
    RefundMade,
    PaymentEventReceived,
    AlertRaised,
    TokenCreated,
    TokenRevoked,
    PaymentEventsForgotten,
};

[[nodiscard]] std::string_view toString(EventKind kind);
[[nodiscard]] std::optional<EventKind> parseEventKind(std::string_view word);

/// One fact of the journal. `stock` says what it did to the counters, so that every total is the
/// plain sum over the journal; the rest says to what it happened. Fields that a kind does not use
/// stay empty and are not written:
///
/// kind                   | fields
/// -----------------------|---------------------------------------------------------------
/// product added, changed | product, details
/// product archived       | product
/// stock moved            | product, movement, text (reason), order (sale, return)
/// hold placed            | hold, holdLines, until, text (terminal)
/// hold changed           | hold, holdLines
/// hold extended          | hold, until
/// hold released, expired | hold
/// order placed           | order, hold, orderLines, amount (total), number, until
/// order cancelled        | order, text (cause)
/// payment taken          | order, payment, amount, key (the gateway's name), text (method)
/// order paid …           | order
/// refund made            | order, refund, refundLines, amount, text (reason)
/// payment event received | order, gateway, key, text (result)
/// alert raised           | order, text (kind), amount, key
/// token created, revoked | number (token), text (name)
/// payment events forgot… | names
struct Event
{
    EventKind kind = EventKind::StockMoved;
    CallerId by = {};
    std::vector<StockDelta> stock = {};
    std::optional<ProductId> product = {};
    std::optional<ProductDetails> details = {};
    std::optional<MovementKind> movement = {};
    std::optional<HoldId> hold = {};
    std::vector<HoldLine> holdLines = {};
    std::optional<OrderId> order = {};
    std::vector<OrderLine> orderLines = {};
    std::optional<PaymentId> payment = {};
    std::optional<RefundId> refund = {};
    std::vector<RefundLine> refundLines = {};
    std::optional<Minor> amountMinor = {};
    std::optional<Instant> until = {};
    std::optional<std::int64_t> number = {};
    std::string gateway = {};
    std::string key = {};
    std::string text = {};
    std::vector<EventName> names = {};
};

} // namespace holdfast
