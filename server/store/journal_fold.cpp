#include "server/store/journal_fold.h"

#include "shared/domain/limits.h"

namespace holdfast {

namespace {

template <class Map, class Key>
auto* find(Map& map, const std::optional<Key>& key)
{
    const auto at = key ? map.find(*key) : map.end();
    return at == map.end() ? nullptr : &at->second;
}

bool movesOrderForward(OrderState state)
{
    return state == OrderState::Paid || state == OrderState::PartiallyRefunded ||
           state == OrderState::PaidUnfulfilled;
}

std::string shown(const StockLevel& stock)
{
    return std::to_string(stock.onHand) + " on hand, " + std::to_string(stock.held) + " held, " +
           std::to_string(stock.committed) + " committed";
}

} // namespace

std::string toString(const Difference& difference)
{
    return difference.where + ": expected " + difference.expected + ", found " + difference.found;
}

std::optional<Difference> JournalFold::add(std::int64_t position, Instant at, const Event& event)
{
    m_at = at;
    const bool fits = addToProducts(event) && addToHolds(event) && addToOrders(event) &&
                      addToRecords(event) && moveStock(event);
    if (fits) {
        return std::nullopt;
    }
    return Difference{.where = "journal record " + std::to_string(position) + " (" +
                               std::string(toString(event.kind)) + ")",
                      .expected = m_expected,
                      .found = m_found};
}

bool JournalFold::fail(std::string expected, std::string found)
{
    m_expected = std::move(expected);
    m_found = std::move(found);
    return false;
}

bool JournalFold::addToProducts(const Event& event)
{
    switch (event.kind) {
    case EventKind::ProductAdded: {
        if (!event.product || !event.details || products.contains(*event.product)) {
            return fail("a new product with its details", "a known or incomplete one");
        }
        FoldedProduct added;
        added.product = {
            .id = *event.product, .details = *event.details, .createdAt = m_at, .updatedAt = m_at};
        products.emplace(*event.product, std::move(added));
        return true;
    }
    case EventKind::ProductChanged:
    case EventKind::ProductArchived: {
        FoldedProduct* known = find(products, event.product);
        if (known == nullptr) {
            return fail("a known product", "an unknown one");
        }
        if (event.kind == EventKind::ProductArchived) {
            known->product.archived = true;
        } else if (event.details) {
            known->product.details = *event.details;
        } else {
            return fail("details", "none");
        }
        ++known->product.version;
        known->product.updatedAt = m_at;
        return true;
    }
    default:
        return true;
    }
}

bool JournalFold::placeHold(const Event& event)
{
    if (!event.hold || !event.until || event.holdLines.empty() || holds.contains(*event.hold)) {
        return fail("a new hold with lines and a deadline", "a known or incomplete one");
    }
    FoldedHold added;
    added.hold.id = *event.hold;
    added.hold.lines = event.holdLines;
    added.hold.expiresAt = *event.until;
    added.hold.createdAt = m_at;
    added.hold.owner = event.by;
    added.hold.terminal = event.text;
    promise(added.hold, 1);
    holds.emplace(*event.hold, std::move(added));
    return true;
}

bool JournalFold::endHold(const Event& event, HoldState end)
{
    FoldedHold* known = find(holds, event.hold);
    if (known == nullptr || known->hold.state != HoldState::Active) {
        return fail("an active hold",
                    known == nullptr ? "an unknown one" : std::string(toString(known->hold.state)));
    }
    promise(known->hold, -1);
    known->hold.state = end;
    if (end == HoldState::Consumed) {
        known->hold.order = event.order;
    }
    return true;
}

bool JournalFold::addToHolds(const Event& event)
{
    switch (event.kind) {
    case EventKind::HoldPlaced:
        return placeHold(event);
    case EventKind::HoldReleased:
        return endHold(event, HoldState::Released);
    case EventKind::HoldExpired:
        return endHold(event, HoldState::Expired);
    case EventKind::OrderPlaced:
        return endHold(event, HoldState::Consumed);
    case EventKind::HoldChanged:
    case EventKind::HoldExtended: {
        FoldedHold* known = find(holds, event.hold);
        if (known == nullptr || known->hold.state != HoldState::Active) {
            return fail("an active hold", known == nullptr
                                              ? "an unknown one"
                                              : std::string(toString(known->hold.state)));
        }
        if (event.kind == EventKind::HoldExtended) {
            known->hold.expiresAt = event.until.value_or(known->hold.expiresAt);
            return true;
        }
        promise(known->hold, -1);
        known->hold.lines = event.holdLines;
        promise(known->hold, 1);
        return true;
    }
    default:
        return true;
    }
}

bool JournalFold::placeOrder(const Event& event)
{
    if (!event.order || !event.amountMinor || !event.number || !event.until ||
        orders.contains(*event.order)) {
        return fail("a new order with its total, number and deadline", "a known or incomplete one");
    }
    FoldedOrder added;
    Order& order = added.order;
    order.id = *event.order;
    order.number = *event.number;
    order.hold = *event.hold;
    order.lines = event.orderLines;
    order.totalMinor = *event.amountMinor;
    Minor total = 0;
    for (const OrderLine& line : order.lines) {
        order.taxMinor += line.taxMinor;
        order.discountMinor += line.discountMinor;
        total += line.totalMinor;
    }
    if (total != order.totalMinor) {
        return fail("the sum of its lines, " + std::to_string(total),
                    std::to_string(order.totalMinor));
    }
    order.owner = event.by;
    order.paymentDeadline = *event.until;
    order.createdAt = m_at;
    order.updatedAt = m_at;
    commit(order, 1);
    orders.emplace(*event.order, std::move(added));
    return true;
}

bool JournalFold::endOrder(const Event& event, OrderState from, OrderState to)
{
    FoldedOrder* known = find(orders, event.order);
    // A late payment takes a cancelled order up again.
    const bool late =
        to == OrderState::Paid && known != nullptr && known->order.state == OrderState::Cancelled;
    if (known == nullptr || (known->order.state != from && !late)) {
        return fail("an order that is " + std::string(toString(from)),
                    known == nullptr ? "an unknown one"
                                     : std::string(toString(known->order.state)));
    }
    if (known->order.state == OrderState::PendingPayment) {
        commit(known->order, -1);
    }
    known->order.state = to;
    known->order.updatedAt = m_at;
    if (to == OrderState::Cancelled) {
        known->order.cancelCause = parseCancelCause(event.text).value_or(CancelCause::None);
    }
    if (to == OrderState::Paid) {
        for (const OrderLine& line : known->order.lines) {
            if (FoldedProduct* product = find(products, std::optional(line.product))) {
                ++product->movements;
            }
        }
    }
    return true;
}

bool JournalFold::addPayment(const Event& event)
{
    FoldedOrder* known = find(orders, event.order);
    const Minor amount = event.amountMinor.value_or(0);
    if (known == nullptr || !event.payment || amount < 0 || payments.contains(*event.payment)) {
        return fail("a new payment of a known order", "another");
    }
    known->order.paidMinor += amount;
    known->order.updatedAt = m_at;
    if (known->order.paidMinor > known->order.totalMinor) {
        return fail("at most " + std::to_string(known->order.totalMinor) + " paid",
                    std::to_string(known->order.paidMinor));
    }
    payments.emplace(*event.payment,
                     FoldedPayment{*event.order, amount, event.text, event.key, m_at});
    return true;
}

bool JournalFold::addRefund(const Event& event)
{
    FoldedOrder* known = find(orders, event.order);
    const Minor amount = event.amountMinor.value_or(0);
    if (known == nullptr || !event.refund || refunds.contains(*event.refund)) {
        return fail("a new refund of a known order", "another");
    }
    Order& order = known->order;
    if (amount < 0 || amount > order.refundableMinor()) {
        return fail("at most " + std::to_string(order.refundableMinor()) + " refunded",
                    std::to_string(amount));
    }
    for (const RefundLine& line : event.refundLines) {
        if (line.line < 0 || static_cast<std::size_t>(line.line) >= order.lines.size()) {
            return fail("lines of the order", "line " + std::to_string(line.line));
        }
        OrderLine& target = order.lines[static_cast<std::size_t>(line.line)];
        target.refundedQty += line.qty;
        target.refundedMinor += line.amountMinor;
        if (target.refundedQty > target.qty || target.refundedMinor > target.totalMinor) {
            return fail("no more than was sold back", "line " + std::to_string(line.line));
        }
        if (FoldedProduct* product = find(products, std::optional(target.product));
            product != nullptr && !event.stock.empty() && line.qty > 0) {
            ++product->movements;
        }
    }
    order.refundedMinor += amount;
    order.updatedAt = m_at;
    if (movesOrderForward(order.state)) {
        if (order.refundableMinor() == 0) {
            order.state = OrderState::Refunded;
        } else if (order.state == OrderState::Paid) {
            order.state = OrderState::PartiallyRefunded;
        }
    }
    refunds.emplace(*event.refund,
                    FoldedRefund{*event.order, amount, event.refundLines, event.text, m_at});
    return true;
}

bool JournalFold::addToOrders(const Event& event)
{
    switch (event.kind) {
    case EventKind::OrderPlaced:
        return placeOrder(event);
    case EventKind::OrderCancelled:
        return endOrder(event, OrderState::PendingPayment, OrderState::Cancelled);
    case EventKind::OrderPaid:
        return endOrder(event, OrderState::PendingPayment, OrderState::Paid);
    case EventKind::OrderPaidUnfulfilled:
        return endOrder(event, OrderState::Cancelled, OrderState::PaidUnfulfilled);
    case EventKind::PaymentTaken:
        return addPayment(event);
    case EventKind::RefundMade:
        return addRefund(event);
    default:
        return true;
    }
}

bool JournalFold::receivePaymentEvent(const Event& event)
{
    // Told again only when an event that waited for its order gets its result.
    const auto [at, added] = paymentEvents.try_emplace(
        {event.gateway, event.key}, FoldedEvent{event.order.value_or(OrderId{}), event.text, m_at});
    if (!added && at->second.result != toString(EventResult::Waiting)) {
        return fail("a new payment event", "one that is " + at->second.result);
    }
    at->second.result = event.text;
    return true;
}

bool JournalFold::forgetPaymentEvents(const Event& event)
{
    for (const EventName& name : event.names) {
        const auto at = paymentEvents.find(name);
        if (at == paymentEvents.end()) {
            return fail("a known payment event", name.first + ' ' + name.second);
        }
        const FoldedEvent& known = at->second;
        const bool settled = known.result == toString(EventResult::Applied) ||
                             known.result == toString(EventResult::Ignored);
        if (!settled || known.receivedAt >= m_at - limits::paymentEventRetention) {
            return fail("an old payment event without interest",
                        "one of " + toString(known.receivedAt) + " that is " + known.result);
        }
        paymentEvents.erase(at);
    }
    return true;
}

bool JournalFold::addToRecords(const Event& event)
{
    switch (event.kind) {
    case EventKind::PaymentEventReceived:
        return receivePaymentEvent(event);
    case EventKind::PaymentEventsForgotten:
        return forgetPaymentEvents(event);
    case EventKind::AlertRaised:
        alerts.push_back({.kind = parseAlertKind(event.text).value_or(AlertKind::Mismatch),
                          .order = event.order,
                          .eventKey = event.key,
                          .amountMinor = event.amountMinor.value_or(0),
                          .at = m_at});
        return true;
    case EventKind::TokenCreated:
        return tokens.try_emplace(event.number.value_or(0), FoldedToken{event.text, m_at, {}})
                   .second ||
               fail("a new token", "a known one");
    case EventKind::TokenRevoked: {
        FoldedToken* known = find(tokens, event.number);
        if (known == nullptr || known->revokedAt) {
            return fail("a valid token", "another");
        }
        known->revokedAt = m_at;
        return true;
    }
    default:
        return true;
    }
}

bool JournalFold::moveStock(const Event& event)
{
    for (const StockDelta& delta : event.stock) {
        FoldedProduct* product = find(products, std::optional(delta.product));
        if (product == nullptr) {
            return fail("a known product", "product " + std::to_string(delta.product.value));
        }
        product->stock += delta.change;
        if (!product->stock.valid()) {
            return fail("at least 0 available of product " + std::to_string(delta.product.value),
                        shown(product->stock));
        }
    }
    if (event.kind == EventKind::StockMoved) {
        if (FoldedProduct* product = find(products, event.product)) {
            ++product->movements;
        }
    }
    return true;
}

void JournalFold::promise(const Hold& hold, int sign)
{
    for (const HoldLine& line : hold.lines) {
        if (FoldedProduct* product = find(products, std::optional(line.product))) {
            product->heldByHolds += sign * line.qty;
        }
    }
}

void JournalFold::commit(const Order& order, int sign)
{
    for (const OrderLine& line : order.lines) {
        if (FoldedProduct* product = find(products, std::optional(line.product))) {
            product->committedByOrders += sign * line.qty;
        }
    }
}

} // namespace holdfast
