#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

void getChanges(Call&& call)
{
    QueryReader query(call);
    const auto cursor = query.text("cursor");
    const auto wait = query.integer("wait", 0, limits::changesWaitMax.ms / 1000);
    if (query.refuseIfWrong()) {
        return;
    }
    const auto place = parseChangeCursor(cursor.value_or("j0"));
    if (!place) {
        refuse(call, QueryError::BadCursor);
        return;
    }
    const bool ownOnly = call.caller.role == Role::Kiosk;
    call.parts.feed.ask({.place = *place,
                         .wait = Duration::seconds(wait.value_or(0)),
                         .owner = ownOnly ? std::optional(call.caller.id) : std::nullopt,
                         .reply = call.reply});
}

/// The catalogue page by page; every page names the cursor of the first one, so that changes made
/// meanwhile come again with the changes and none is missed.
void getSnapshot(Call&& call)
{
    QueryReader query(call);
    const auto from = query.text("from");
    auto page = pageRequest(call);
    if (!page || query.refuseIfWrong()) {
        return;
    }
    if (!query.integer("limit", 1, limits::pageSizeMax)) {
        page->limit = limits::pageSizeMax;
    }
    if (from && !parseChangeCursor(*from)) {
        refuse(call, RequestProblem::ValidationFailed, "Some fields are not valid; see errors.",
               {{"from", {"is not a cursor of the changes"}}});
        return;
    }
    read(std::move(call), [from, page](const Call& asked, ShopReader& reader) {
        const auto head = reader.journal.head();
        const auto products = reader.products.list({}, *page);
        if (!head || !products) {
            refuse(asked, QueryError(head ? products.error() : head.error()));
            return;
        }
        JsonWriter json;
        json.beginObject().key("data").beginArray();
        for (const ProductView& view : products->items) {
            writeProduct(json, view);
        }
        json.endArray()
            .key("meta")
            .beginObject()
            .field("next_cursor", products->nextCursor)
            .field("changes_cursor", from.value_or(changeCursor(*head)))
            .endObject()
            .endObject();
        answerJson(asked, 200, json.take());
    });
}

} // namespace

void addFeedRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Get, "/api/changes", Access::Kiosk, getChanges);
    addRoute(router, parts, Method::Get, "/api/snapshot", Access::Kiosk, getSnapshot);
}

} // namespace holdfast
