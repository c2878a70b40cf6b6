#include "tests/sim/workload.h"

#include <array>

namespace holdfast::sim {

Request Workload::placeOrder(Client& client)
{
    const KnownHold hold = someOf(m_holds, client);
    PlaceOrder command{.id = {m_random.uuid()}, .idGiven = m_random.chance(6'000), .hold = hold.id};
    if (client.caller.role != Role::Kiosk && m_random.chance(1'500)) {
        command.discounts.push_back({.kind = Discount::Kind::Percent,
                                     .value = m_random.chance(2'000) ? 10'000 : 1'000,
                                     .reason = "sim",
                                     .line = std::nullopt});
    }
    Request request = blank(command);
    request.makesId = !command.idGiven;
    addClaims(request, client, command.id.value);
    if (command.idGiven && m_random.chance(1'500)) {
        m_orders.push_back({.id = command.id, .owner = client.caller.id});
    }
    setTarget(request, client, hold.told, hold.owner);
    return request;
}

Request Workload::pay(Client& client)
{
    const KnownOrder order = someOf(m_orders, client);
    TakePayment command{.id = {m_random.uuid()}, .order = order.id};
    const std::array methods{PaymentMethod::Cash, PaymentMethod::Cash, PaymentMethod::Card,
                             PaymentMethod::Voucher};
    command.method = m_random.pick(methods);
    if (m_random.chance(3'000)) {
        command.amountMinor = m_random.between(1, 800);
    }
    if (command.method == PaymentMethod::Cash && m_random.chance(3'000)) {
        command.tenderedMinor = m_random.between(1, 2'000);
    }
    if (command.method == PaymentMethod::Card) {
        command.reference = "terminal-" + std::to_string(++m_eventKeys);
    }
    Request request = blank(command);
    request.makesId = m_random.chance(5'000);
    addClaims(request, client, command.id.value);
    setTarget(request, client, order.told, order.owner);
    return request;
}

Request Workload::refund(Client& client)
{
    const KnownOrder order = someOf(m_orders, client);
    RefundOrder command{.id = {m_random.uuid()}, .order = order.id};
    command.reason = mark();
    if (m_random.chance(5'000)) {
        command.amountMinor = m_random.between(1, 600);
    } else {
        command.lines.push_back(
            {.line = 0, .product = std::nullopt, .qty = m_random.between(1, 3)});
        if (m_random.chance(3'000)) {
            command.lines.push_back({.line = 1, .product = std::nullopt, .qty = 1});
        }
        command.restock = m_random.chance(5'000);
    }
    Request request = blank(command);
    request.tag = command.reason;
    request.makesId = m_random.chance(5'000);
    addClaims(request, client, command.id.value);
    setTarget(request, client, order.told, order.owner);
    return request;
}

Request Workload::cancel(Client& client)
{
    const KnownOrder order = someOf(m_orders, client);
    Request request = blank(CancelOrder{.id = order.id});
    addClaims(request, client, {});
    setTarget(request, client, order.told, order.owner);
    return request;
}

Planned Workload::event(const PaymentEvent& event)
{
    Planned planned;
    planned.request = blank(ReceivePaymentEvent{.id = {}, .event = event});
    planned.request.envelope.caller = {.id = anonymousCaller, .role = Role::Admin, .name = "sim"};
    planned.request.repeatable = true;
    planned.request.makesId = true;
    planned.request.sender = clients(); // nobody waits for it
    planned.afterMs =
        m_random.chance(7'000) ? m_random.between(0, 300) : m_random.between(0, 9'000);
    return planned;
}

/// What gateways say about one payment, each message with a delay of its own: they overtake each
/// other, and the order.
std::vector<Planned> Workload::eventsFor(OrderId order, Minor totalMinor)
{
    PaymentEvent first{.gateway = m_random.chance(8'000) ? "standard" : "other",
                       .key = "e" + std::to_string(++m_eventKeys),
                       .order = order};
    if (m_random.chance(7'000)) {
        first.paymentRef = "pay-" + std::to_string(m_eventKeys);
    }
    if (totalMinor > 0 && m_random.chance(5'000)) {
        first.amountMinor = totalMinor;
    } else if (m_random.chance(1'500)) {
        first.amountMinor = m_random.between(1, 500);
    }
    if (m_random.chance(300)) {
        first.currency = Currency::parse("CHF");
    }
    if (m_random.chance(1'500)) {
        first.status = PaymentEventStatus::Failed;
    }
    std::vector<PaymentEvent> events{std::move(first)};
    addFollowers(events);
    std::vector<Planned> planned;
    planned.reserve(events.size());
    for (const PaymentEvent& each : events) {
        planned.push_back(event(each));
    }
    return planned;
}

void Workload::addFollowers(std::vector<PaymentEvent>& events)
{
    static constexpr std::array weights{50, 12, 12, 8, 10, 8};
    PaymentEvent next = events.front();
    next.key += "b";
    switch (m_random.weighted(weights)) {
    case 0:
        return;
    case 1: // failed after paid, or the other way round
        next.status = next.status == PaymentEventStatus::Paid ? PaymentEventStatus::Failed
                                                              : PaymentEventStatus::Paid;
        break;
    case 2: // told again under another key
        break;
    case 3: // another payment
        next.paymentRef = "pay-" + next.key;
        break;
    case 4:
        next.status = PaymentEventStatus::Refunded;
        if (m_random.chance(5'000)) {
            next.amountMinor = m_random.between(1, 300);
        }
        break;
    default: // the same key for something else
        next.key = events.front().key;
        next.amountMinor = 12'345;
        break;
    }
    events.push_back(std::move(next));
}

} // namespace holdfast::sim
