#include "server/http/call.h"

#include "shared/protocol/encode.h"

#include <charconv>

namespace holdfast {

namespace {

using http::Method;

void writeToken(JsonWriter& json, const TokenEntry& token)
{
    json.beginObject()
        .field("id", token.id)
        .field("name", token.name)
        .field("role", toString(token.role))
        .field("created_at", token.createdAt)
        .field("revoked_at", token.revokedAt)
        .endObject();
}

void listTokens(Call&& call)
{
    read(std::move(call), [](const Call& asked, ShopReader& reader) {
        const auto tokens = reader.tokens.all();
        if (!tokens) {
            refuse(asked, tokens.error());
            return;
        }
        answerJson(asked, 200, listAnswer(*tokens, std::nullopt, writeToken));
    });
}

/// The token's text is in the first answer and nowhere else: it is added on the way out, behind
/// what is recorded for an Idempotency-Key. A repeat makes no second token and shows no text.
void createToken(Call&& call)
{
    const auto wanted = decodeNewToken(call.body());
    if (!wanted) {
        refuse(call, wanted.error());
        return;
    }
    const std::string secret = makeSecret();
    const CreateToken command{
        .name = wanted->name, .role = wanted->role, .secretHash = hashSecret(secret)};
    submitTo(call, command, [reply = call.reply, secret](CommandAnswer&& answer) {
        if (answer.status == 201 && !answer.replayed) {
            // {"data":{…}} → {"data":{…,"token":"…"}}
            answer.body.resize(answer.body.size() - 2);
            answer.body += ",\"token\":\"" + secret + "\"}}";
        }
        answerTo(reply)(std::move(answer));
    });
}

void revokeToken(Call&& call)
{
    const QByteArray text = call.request.param(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), id);
    if (error != std::errc{} || end != text.end()) {
        refuse(call, Refused{.code = RefusalCode::TokenNotFound});
        return;
    }
    submit(std::move(call), RevokeToken{.id = {id}});
}

} // namespace

void addAdminRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Get, "/api/tokens", Access::Admin, listTokens);
    addRoute(router, parts, Method::Post, "/api/tokens", Access::Admin, createToken);
    addRoute(router, parts, Method::Delete, "/api/tokens/{id}", Access::Admin, revokeToken);
}

} // namespace holdfast
