#pragma once

#include "server/http/api.h"
#include "shared/protocol/decode.h"

#include <string>
#include <string_view>

namespace holdfast {

/// One request on its way through a route: authenticated, with what every handler needs.
struct Call
{
    const ApiParts& parts;
    http::Request request;
    http::Reply reply;
    Caller caller = {};

    [[nodiscard]] std::string_view body() const
    {
        return {request.body.constData(), static_cast<std::size_t>(request.body.size())};
    }
    [[nodiscard]] std::string requestId() const { return request.requestId.toStdString(); }
};

using CallHandler = std::function<void(Call&&)>;

enum class Access {
    Public,
    Kiosk,   ///< and every higher role
    Cashier, ///< and every higher role
    Manager, ///< and every higher role
    Admin
};

/// Adds a route that checks who calls before `handler` runs.
void addRoute(http::Router& router, const ApiParts& parts, http::Method method, const char* pattern,
              Access access, CallHandler handler);

// The routes by area.
void addProductRoutes(http::Router& router, const ApiParts& parts);
void addHoldRoutes(http::Router& router, const ApiParts& parts);
void addOrderRoutes(http::Router& router, const ApiParts& parts);
void addWebhookRoutes(http::Router& router, const ApiParts& parts);
void addFeedRoutes(http::Router& router, const ApiParts& parts);
void addAdminRoutes(http::Router& router, const ApiParts& parts);
void addHealthRoutes(http::Router& router, const ApiParts& parts);

/// Refuses with problem details.
void refuse(const Call& call, RequestProblem problem, std::string_view detail,
            const FieldErrors& errors = {});
void refuse(const Call& call, const RequestFault& fault);
void refuse(const Call& call, const Refused& refused);
void refuse(const Call& call, QueryError error);

void answerJson(const Call& call, int status, const std::string& body);

/// Sends the writer's answer to the caller.
[[nodiscard]] AnswerSink answerTo(const http::Reply& reply);

/// Hands a command over to the writer, with the Idempotency-Key of the call if it has one; `sink`
/// wants the answer. Answers the call itself when it is not admitted.
void submitTo(const Call& call, Command command, AnswerSink sink, const Uuid& givenId = {});

/// Sends a command on its way; the answer comes from the writer. `givenId` is the id that the
/// caller chose for the thing it creates, nil when it did not.
void submit(Call&& call, Command command, const Uuid& givenId = {});

/// Runs `job` on a reading thread; it must answer the call.
void read(Call&& call, std::function<void(const Call&, ShopReader&)> job);

/// A fresh id for something that the caller has not named.
[[nodiscard]] Uuid makeId(const Clock& clock);

/// The id in the path; answers 404 when it is not a UUID, as such a thing cannot exist.
[[nodiscard]] std::optional<Uuid> pathUuid(const Call& call, RefusalCode notFound);
[[nodiscard]] std::optional<ProductId> pathProduct(const Call& call);

/// limit and cursor of a list; answers 422 when they are no good.
[[nodiscard]] std::optional<PageRequest> pageRequest(const Call& call);

/// Query parameters; wrong ones are collected, `refuseIfWrong` answers 422 for them.
class QueryReader
{
public:
    explicit QueryReader(const Call& call) : m_call(call) {}

    [[nodiscard]] std::optional<std::string> text(std::string_view name,
                                                  std::size_t lengthMax = 200);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t min,
                                                      std::int64_t max);
    [[nodiscard]] std::optional<Instant> instant(std::string_view name);

    template <class Parse>
    [[nodiscard]] auto word(std::string_view name, Parse parse) -> decltype(parse(""))
    {
        const auto given = text(name);
        if (!given) {
            return std::nullopt;
        }
        const auto member = parse(*given);
        if (!member) {
            fail(name, "is not one of the known words");
        }
        return member;
    }

    [[nodiscard]] bool refuseIfWrong() const;

private:
    void fail(std::string_view name, std::string what);

    const Call& m_call;
    FieldErrors m_errors;
};

} // namespace holdfast
