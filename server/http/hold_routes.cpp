#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

/// A kiosk sees its own holds only.
bool maySee(const Caller& caller, CallerId owner)
{
    return caller.role != Role::Kiosk || caller.id == owner;
}

void placeHold(Call&& call)
{
    auto command = decodePlaceHold(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    const Uuid given = command->id.value;
    if (given.isNil()) {
        command->id = {makeId(call.parts.clock)};
    }
    submit(std::move(call), std::move(*command), given);
}

template <class Command, class Decode>
void changeHold(Call&& call, Decode decode)
{
    const auto id = pathUuid(call, RefusalCode::HoldNotFound);
    if (!id) {
        return;
    }
    Decoded<Command> command = decode(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    command->id = {*id};
    submit(std::move(call), std::move(*command));
}

void releaseHold(Call&& call)
{
    if (const auto id = pathUuid(call, RefusalCode::HoldNotFound)) {
        submit(std::move(call), ReleaseHold{.id = {*id}});
    }
}

void getHold(Call&& call)
{
    const auto id = pathUuid(call, RefusalCode::HoldNotFound);
    if (!id) {
        return;
    }
    read(std::move(call), [id](const Call& asked, ShopReader& reader) {
        const auto hold = reader.holds.byId({*id});
        if (!hold) {
            refuse(asked, hold.error());
        } else if (!*hold || !maySee(asked.caller, (*hold)->owner)) {
            refuse(asked, Refused{.code = RefusalCode::HoldNotFound});
        } else {
            const Instant now = asked.parts.clock.now();
            answerJson(asked, 200,
                       dataAnswer([&](JsonWriter& json) { writeHold(json, **hold, now); }));
        }
    });
}

void listHolds(Call&& call)
{
    const auto page = pageRequest(call);
    if (!page) {
        return;
    }
    QueryReader query(call);
    HoldFilter filter{.state = query.word("state", parseHoldState),
                      .terminal = query.text("terminal")};
    if (const auto product = query.integer("product_id", 1, INT64_MAX)) {
        filter.product = ProductId{*product};
    }
    if (query.refuseIfWrong()) {
        return;
    }
    if (call.caller.role == Role::Kiosk) {
        filter.owner = call.caller.id;
    }
    read(std::move(call), [filter, page](const Call& asked, ShopReader& reader) {
        const Instant now = asked.parts.clock.now();
        const auto holds = reader.holds.list(filter, *page, now);
        if (!holds) {
            refuse(asked, holds.error());
            return;
        }
        answerJson(
            asked, 200,
            listAnswer(holds->items, holds->nextCursor,
                       [now](JsonWriter& json, const Hold& hold) { writeHold(json, hold, now); }));
    });
}

} // namespace

void addHoldRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Post, "/api/holds", Access::Kiosk, placeHold);
    addRoute(router, parts, Method::Get, "/api/holds", Access::Kiosk, listHolds);
    addRoute(router, parts, Method::Get, "/api/holds/{id}", Access::Kiosk, getHold);
    addRoute(router, parts, Method::Delete, "/api/holds/{id}", Access::Kiosk, releaseHold);
    addRoute(router, parts, Method::Patch, "/api/holds/{id}", Access::Kiosk,
             [](Call&& call) { changeHold<ChangeHold>(std::move(call), decodeChangeHold); });
    addRoute(router, parts, Method::Post, "/api/holds/{id}/extend", Access::Kiosk,
             [](Call&& call) { changeHold<ExtendHold>(std::move(call), decodeExtendHold); });
}

} // namespace holdfast
