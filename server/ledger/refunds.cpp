#include "server/ledger/batch.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"

#include <algorithm>
#include <unordered_map>

namespace holdfast {

namespace {

std::optional<int> lineIndex(const Order& order, const RefundRequestLine& asked)
{
    if (asked.line) {
        const bool exists =
            *asked.line >= 0 && static_cast<std::size_t>(*asked.line) < order.lines.size();
        return exists ? asked.line : std::nullopt;
    }
    const auto at =
        std::find_if(order.lines.begin(), order.lines.end(),
                     [&asked](const OrderLine& line) { return asked.product == line.product; });
    return at == order.lines.end() ? std::nullopt
                                   : std::optional(static_cast<int>(at - order.lines.begin()));
}

/// Prices the lines of a refund on a copy of the order's lines, so that a line named twice is
/// counted twice and nothing is changed when a later line is refused.
Result<std::vector<RefundLine>, Refused> priceLines(const Order& order,
                                                    const std::vector<RefundRequestLine>& asked)
{
    std::vector<OrderLine> lines = order.lines;
    std::vector<RefundLine> refund;
    for (std::size_t at = 0; at < asked.size(); ++at) {
        const std::string field = "lines." + std::to_string(at);
        const auto index = lineIndex(order, asked[at]);
        if (!index) {
            return Failure<Refused>(invalidField(field, "the order has no such line"));
        }
        OrderLine& line = lines[static_cast<std::size_t>(*index)];
        const Units left = line.qty - line.refundedQty;
        if (asked[at].qty > left) {
            return Failure<Refused>(
                Refused{.code = RefusalCode::RefundTooMuch, .field = field, .limit = left});
        }
        const Minor amount = refundShare(line.totalMinor, line.qty, line.refundedQty,
                                         line.refundedMinor, asked[at].qty);
        line.refundedQty += asked[at].qty;
        line.refundedMinor += amount;
        refund.push_back({*index, asked[at].qty, amount});
    }
    return refund;
}

/// Goods come back into a stock that has room for them, as a receipt does.
std::optional<Refused> withoutRoom(Batch& batch, const Order& order,
                                   const std::vector<RefundLine>& lines)
{
    std::unordered_map<ProductId, Units> back;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const ProductId product = order.lines[static_cast<std::size_t>(lines[at].line)].product;
        const ProductEntry* entry = batch.product(product);
        HOLDFAST_ASSERT(entry != nullptr);
        const Units room = limits::stockMax - entry->stock.onHand;
        Units& units = back[product];
        units += lines[at].qty;
        if (units > room) {
            return Refused{.code = RefusalCode::StockLimit,
                           .field = "lines." + std::to_string(at),
                           .limit = room};
        }
    }
    return std::nullopt;
}

/// Money without goods is spread over what the lines have not given back yet: what the lines gave
/// back always adds up to what the order did, so that the last unit of a line settles it exactly.
std::vector<RefundLine> spreadOverLines(const Order& order, Minor amount)
{
    std::vector<RefundLine> shares;
    const Minor whole = order.totalMinor - order.refundedMinor;
    Minor passed = 0;
    Minor given = 0;
    for (std::size_t index = 0; index < order.lines.size(); ++index) {
        const OrderLine& line = order.lines[index];
        const Minor left = line.totalMinor - line.refundedMinor;
        // The same rounding as for units: the running sum is rounded, the share is its step.
        const Minor share = left > 0 ? refundShare(amount, whole, passed, given, left) : 0;
        passed += left;
        given += share;
        if (share > 0) {
            shares.push_back({static_cast<int>(index), 0, share});
        }
    }
    HOLDFAST_ASSERT(given == amount);
    return shares;
}

std::vector<StockDelta> restockDeltas(const Order& order, const Refund& refund)
{
    std::vector<StockDelta> deltas;
    for (const RefundLine& line : refund.lines) {
        const ProductId product = order.lines[static_cast<std::size_t>(line.line)].product;
        deltas.push_back({product, {.onHand = line.qty, .held = 0, .committed = 0}});
    }
    return deltas;
}

void moveStateForward(Order& order)
{
    const bool settled = order.state == OrderState::Paid ||
                         order.state == OrderState::PartiallyRefunded ||
                         order.state == OrderState::PaidUnfulfilled;
    if (!settled) {
        return;
    }
    const bool allBack = order.refundableMinor() == 0;
    if (allBack) {
        order.state = OrderState::Refunded;
    } else if (order.state == OrderState::Paid) {
        order.state = OrderState::PartiallyRefunded;
    }
}

/// Goods can only come back from an order whose goods went out.
bool goodsWentOut(const Order& order)
{
    return order.state == OrderState::Paid || order.state == OrderState::PartiallyRefunded ||
           order.state == OrderState::Refunded;
}

} // namespace

Refund addRefund(Batch& batch, OrderEntry& entry, Refund refund)
{
    Order& order = entry.order;
    HOLDFAST_ASSERT(refund.amountMinor >= 0 && refund.amountMinor <= order.refundableMinor());
    if (refund.lines.empty()) {
        refund.lines = spreadOverLines(order, refund.amountMinor);
    }
    for (const RefundLine& line : refund.lines) {
        OrderLine& target = order.lines[static_cast<std::size_t>(line.line)];
        target.refundedQty += line.qty;
        target.refundedMinor += line.amountMinor;
        entry.linesChanged = true;
    }
    order.refunds.push_back(refund);
    order.refundedMinor += refund.amountMinor;
    order.updatedAt = batch.now();
    entry.changed = true;
    moveStateForward(order);
    batch.record(
        {.kind = EventKind::RefundMade,
         .stock = refund.restock ? restockDeltas(order, refund) : std::vector<StockDelta>{},
         .order = order.id,
         .refund = refund.id,
         .refundLines = refund.lines,
         .amountMinor = refund.amountMinor,
         .text = refund.reason});
    if (refund.restock) {
        for (const RefundLine& line : refund.lines) {
            batch.addMovement(order.lines[static_cast<std::size_t>(line.line)].product,
                              MovementKind::Return, line.qty, refund.reason, order.id);
        }
    }
    return refund;
}

Outcome decide(Batch& batch, const RefundOrder& command)
{
    OrderEntry* entry = batch.order(command.order);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::OrderNotFound};
    }
    const Order& order = entry->order;
    const bool goodsOut = goodsWentOut(order);
    if (std::any_of(order.refunds.begin(), order.refunds.end(),
                    [&command](const Refund& known) { return known.id == command.id; })) {
        return Refused{.code = RefusalCode::IdConflict};
    }
    if (order.state == OrderState::PendingPayment) {
        // What was paid in part would be missing when the rest is paid: cancel it first.
        return Refused{.code = RefusalCode::NothingToRefund};
    }
    if (order.refundableMinor() <= 0 && !(goodsOut && order.totalMinor == 0)) {
        return Refused{.code = RefusalCode::NothingToRefund};
    }
    if (command.restock && (command.lines.empty() || !goodsOut)) {
        return invalidField("restock", "goods come back by lines of a paid order only");
    }
    Refund refund{.id = command.id,
                  .amountMinor = command.amountMinor.value_or(0),
                  .lines = {},
                  .restock = command.restock,
                  .reason = command.reason,
                  .at = batch.now()};
    if (!command.lines.empty()) {
        auto lines = priceLines(order, command.lines);
        if (!lines) {
            return lines.error();
        }
        refund.lines = std::move(*lines);
        refund.amountMinor = 0;
        for (const RefundLine& line : refund.lines) {
            refund.amountMinor += line.amountMinor;
        }
    }
    if (refund.amountMinor > order.refundableMinor()) {
        return Refused{.code = RefusalCode::RefundTooMuch, .limit = order.refundableMinor()};
    }
    if (refund.restock) {
        if (auto refused = withoutRoom(batch, order, refund.lines)) {
            return std::move(*refused);
        }
    }
    refund = addRefund(batch, *entry, std::move(refund));
    return RefundOutcome{entry->order, std::move(refund)};
}

} // namespace holdfast
