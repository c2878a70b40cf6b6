#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

bool maySee(const Caller& caller, const Order& order)
{
    return caller.role != Role::Kiosk || caller.id == order.owner;
}

void placeOrder(Call&& call)
{
    auto command = decodePlaceOrder(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    if (!command->discounts.empty() && call.caller.role == Role::Kiosk) {
        refuse(call, RequestProblem::RoleTooLow, "A kiosk may not give discounts.");
        return;
    }
    const Uuid given = command->id.value;
    if (given.isNil()) {
        command->id = {makeId(call.parts.clock)};
    }
    submit(std::move(call), std::move(*command), given);
}

void cancelOrder(Call&& call)
{
    if (const auto id = pathUuid(call, RefusalCode::OrderNotFound)) {
        submit(std::move(call), CancelOrder{.id = {*id}});
    }
}

/// Payments and refunds: both belong to an order and may bring their own id.
template <class Command, class Decode>
void addToOrder(Call&& call, Decode decode)
{
    const auto order = pathUuid(call, RefusalCode::OrderNotFound);
    if (!order) {
        return;
    }
    Decoded<Command> command = decode(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    command->order = {*order};
    const Uuid given = command->id.value;
    if (given.isNil()) {
        command->id = {makeId(call.parts.clock)};
    }
    submit(std::move(call), std::move(*command), given);
}

void getOrder(Call&& call)
{
    const auto id = pathUuid(call, RefusalCode::OrderNotFound);
    if (!id) {
        return;
    }
    read(std::move(call), [id](const Call& asked, ShopReader& reader) {
        const auto order = reader.orders.byId({*id});
        if (!order) {
            refuse(asked, order.error());
        } else if (!*order || !maySee(asked.caller, **order)) {
            refuse(asked, Refused{.code = RefusalCode::OrderNotFound});
        } else {
            answerJson(asked, 200,
                       dataAnswer([&](JsonWriter& json) { writeOrder(json, **order); }));
        }
    });
}

void listOrders(Call&& call)
{
    const auto page = pageRequest(call);
    if (!page) {
        return;
    }
    QueryReader query(call);
    OrderFilter filter{.state = query.word("state", parseOrderState)};
    if (query.refuseIfWrong()) {
        return;
    }
    if (call.caller.role == Role::Kiosk) {
        filter.owner = call.caller.id;
    }
    read(std::move(call), [filter, page](const Call& asked, ShopReader& reader) {
        const auto orders = reader.orders.list(filter, *page);
        if (!orders) {
            refuse(asked, orders.error());
            return;
        }
        answerJson(asked, 200, listAnswer(orders->items, orders->nextCursor, writeOrder));
    });
}

} // namespace

void addOrderRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Post, "/api/orders", Access::Kiosk, placeOrder);
    addRoute(router, parts, Method::Get, "/api/orders", Access::Kiosk, listOrders);
    addRoute(router, parts, Method::Get, "/api/orders/{id}", Access::Kiosk, getOrder);
    addRoute(router, parts, Method::Post, "/api/orders/{id}/cancel", Access::Kiosk, cancelOrder);
    addRoute(router, parts, Method::Post, "/api/orders/{id}/payments", Access::Cashier,
             [](Call&& call) { addToOrder<TakePayment>(std::move(call), decodeTakePayment); });
    addRoute(router, parts, Method::Post, "/api/orders/{id}/refunds", Access::Manager,
             [](Call&& call) { addToOrder<RefundOrder>(std::move(call), decodeRefundOrder); });
}

} // namespace holdfast
