#include "server/http/call.h"

#include "shared/domain/characters.h"
#include "shared/protocol/json.h"

#include <QRandomGenerator>

#include <openssl/sha.h>

#include <charconv>

namespace holdfast {

namespace {

std::string_view viewOf(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QByteArrayView viewOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

http::Response problemResponse(int status, const std::string& body)
{
    http::Response response;
    response.status = status;
    response.contentType = QByteArray(problemContentType.data(), problemContentType.size());
    response.body = QByteArray::fromStdString(body);
    if (status == 503) {
        response.with("Retry-After", "1");
    }
    if (status == 401) {
        response.with("WWW-Authenticate", "Bearer");
    }
    return response;
}

bool mayCall(Access access, Role role)
{
    switch (access) {
    case Access::Public:
    case Access::Kiosk:
        return true;
    case Access::Cashier:
        return role >= Role::Cashier;
    case Access::Manager:
        return role >= Role::Manager;
    case Access::Admin:
        return role >= Role::Admin;
    }
    return false;
}

bool isJson(const http::Request& request)
{
    const QByteArray type = request.header("content-type").toLower();
    const QByteArray name = type.split(';').first().trimmed();
    return type.isEmpty() || name == "application/json" || name.endsWith("+json");
}

/// Answers and gives false when the call may not go on.
bool admit(Call& call, Access access)
{
    const auto caller = call.parts.tokens.callerOf(viewOf(call.request.header("authorization")));
    if (!caller && access != Access::Public) {
        refuse(call, RequestProblem::NotAuthenticated,
               "A valid access token is needed: Authorization: Bearer TOKEN.");
        return false;
    }
    if (caller && !mayCall(access, caller->role)) {
        refuse(call, RequestProblem::RoleTooLow, "The role of this token may not do that.");
        return false;
    }
    call.caller = caller.value_or(Caller{});
    if (!call.request.body.isEmpty() && !isJson(call.request)) {
        refuse(call, RequestProblem::UnsupportedMediaType, "Send application/json.");
        return false;
    }
    return true;
}

RequestHash requestHash(const Call& call, std::string_view content)
{
    std::string bytes(http::methodText(call.request.method).toByteArray().toStdString());
    bytes += '\n';
    bytes += viewOf(call.request.path);
    bytes += '\n';
    bytes += std::to_string(call.caller.id.value);
    bytes += '\n';
    bytes += content;
    RequestHash hash{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

bool isVisibleAscii(const QByteArray& text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Adds the Idempotency-Key, if there is one; false when it has been refused.
bool addHeaderClaim(const Call& call, Envelope& envelope)
{
    if (!call.request.headers.contains("idempotency-key")) {
        return true;
    }
    const QByteArray key = call.request.header("idempotency-key");
    if (key.isEmpty() || static_cast<std::size_t>(key.size()) > limits::idempotencyKeyLengthMax ||
        !isVisibleAscii(key)) {
        refuse(call, RequestProblem::MalformedHeader,
               "Idempotency-Key must be 1 to 255 visible ASCII characters.");
        return false;
    }
    AnswerClaim& claim = envelope.claims.emplace_back();
    claim.key.scope = call.caller.id;
    claim.key.key = key.toStdString();
    claim.hash = requestHash(call, call.body());
    return true;
}

http::Response responseOf(CommandAnswer&& answer)
{
    http::Response response =
        answer.status >= 400
            ? problemResponse(answer.status, answer.body)
            : http::Response::json(answer.status, QByteArray::fromStdString(answer.body));
    if (answer.replayed) {
        response.with("Idempotency-Replayed", "true");
    }
    if (!answer.etag.empty()) {
        response.with("ETag", QByteArray::fromStdString(answer.etag));
    }
    return response;
}

} // namespace

void addRoute(http::Router& router, const ApiParts& parts, http::Method method, const char* pattern,
              Access access, CallHandler handler)
{
    router.add(
        method, pattern,
        [&parts, access, handler = std::move(handler)](http::Request&& request, http::Reply reply) {
            Call call{parts, std::move(request), std::move(reply)};
            if (admit(call, access)) {
                handler(std::move(call));
            }
        });
}

void refuse(const Call& call, RequestProblem problem, std::string_view detail,
            const FieldErrors& errors)
{
    call.reply.send(problemResponse(problemText(problem).status,
                                    problemBody(problem, detail, call.requestId(), errors)));
}

void refuse(const Call& call, const RequestFault& fault)
{
    const bool malformed = fault.problem == RequestProblem::MalformedJson;
    refuse(call, fault.problem,
           malformed ? "The body is not one JSON value in UTF-8 whose names stand once."
                     : "Some fields are not valid; see errors.",
           fault.errors);
}

void refuse(const Call& call, const Refused& refused)
{
    call.reply.send(
        problemResponse(problemText(refused.code).status, problemBody(refused, call.requestId())));
}

void refuse(const Call& call, QueryError error)
{
    if (error == QueryError::BadCursor) {
        refuse(call, RequestProblem::ValidationFailed, "Some fields are not valid; see errors.",
               {{"cursor", {"is not a cursor of this list"}}});
    } else {
        refuse(call, RequestProblem::DatabaseAway, "The database cannot be read; try again.");
    }
}

void answerJson(const Call& call, int status, const std::string& body)
{
    call.reply.send(http::Response::json(status, QByteArray::fromStdString(body)));
}

AnswerSink answerTo(const http::Reply& reply)
{
    return [reply](CommandAnswer&& answer) { reply.send(responseOf(std::move(answer))); };
}

void submit(Call&& call, Command command, const Uuid& givenId)
{
    submitTo(call, std::move(command), answerTo(call.reply), givenId);
}

void submitTo(const Call& call, Command command, AnswerSink sink, const Uuid& givenId)
{
    Envelope envelope{.command = std::move(command),
                      .caller = call.caller,
                      .claims = {},
                      .requestId = call.requestId()};
    if (!addHeaderClaim(call, envelope)) {
        return;
    }
    if (!givenId.isNil()) {
        const auto document = parseJson(call.body());
        AnswerClaim& claim = envelope.claims.emplace_back();
        claim.key.kind = AnswerKey::Kind::Id;
        claim.key.key = toString(givenId);
        claim.hash = requestHash(call, document ? canonicalJson(*document) : std::string());
    }
    const Admission admission = call.parts.queue.submit({std::move(envelope), std::move(sink)});
    switch (admission) {
    case Admission::Accepted:
        break;
    case Admission::InProgress:
        refuse(call, Refused{.code = RefusalCode::IdempotencyInProgress});
        break;
    case Admission::Full:
        refuse(call, RequestProblem::QueueFull, "Too many requests are waiting; try again.");
        break;
    case Admission::Stopped:
        refuse(call, RequestProblem::DatabaseAway, "The server is stopping.");
        break;
    }
}

void read(Call&& call, std::function<void(const Call&, ShopReader&)> job)
{
    auto shared = std::make_shared<Call>(std::move(call));
    const bool posted = shared->parts.readers.post(
        [shared, job = std::move(job)](ShopReader& reader) { job(*shared, reader); });
    if (!posted) {
        refuse(*shared, RequestProblem::QueueFull, "Too many requests are waiting; try again.");
    }
}

Uuid makeId(const Clock& clock)
{
    // One maker for each thread keeps ids of a thread ascending without a lock.
    thread_local UuidV7Maker maker([] { return QRandomGenerator::system()->generate64(); });
    return maker.make(clock.now().ms);
}

std::optional<Uuid> pathUuid(const Call& call, RefusalCode notFound)
{
    const auto id = parseUuid(viewOf(call.request.param(0)));
    if (!id) {
        refuse(call, Refused{.code = notFound});
    }
    return id;
}

std::optional<ProductId> pathProduct(const Call& call)
{
    const QByteArray text = call.request.param(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), id);
    if (error != std::errc{} || end != text.end() || id < 1) {
        refuse(call, Refused{.code = RefusalCode::ProductNotFound});
        return std::nullopt;
    }
    return ProductId{id};
}

std::optional<PageRequest> pageRequest(const Call& call)
{
    QueryReader query(call);
    const auto limit = query.integer("limit", 1, limits::pageSizeMax);
    const auto cursor = query.text("cursor");
    if (query.refuseIfWrong()) {
        return std::nullopt;
    }
    return PageRequest{.limit = static_cast<std::size_t>(limit.value_or(limits::pageSizeDefault)),
                       .cursor = cursor.value_or("")};
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t lengthMax)
{
    const auto value = http::queryValue(m_call.request.query, viewOf(name));
    if (!value || value->isEmpty()) {
        return std::nullopt;
    }
    if (characterCount(viewOf(*value)) > lengthMax) {
        fail(name, "is too long");
        return std::nullopt;
    }
    return value->toStdString();
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t min,
                                                 std::int64_t max)
{
    const auto given = text(name);
    if (!given) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const char* end = given->data() + given->size();
    const auto [at, error] = std::from_chars(given->data(), end, number);
    if (error != std::errc{} || at != end || number < min || number > max) {
        fail(name,
             "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
        return std::nullopt;
    }
    return number;
}

std::optional<Instant> QueryReader::instant(std::string_view name)
{
    const auto given = text(name);
    if (!given) {
        return std::nullopt;
    }
    const auto at = parseInstant(*given);
    if (!at) {
        fail(name, "must be an RFC 3339 time such as 2026-11-22T14:00:00.000Z");
    }
    return at;
}

bool QueryReader::refuseIfWrong() const
{
    if (m_errors.empty()) {
        return false;
    }
    refuse(m_call, {RequestProblem::ValidationFailed, m_errors});
    return true;
}

void QueryReader::fail(std::string_view name, std::string what)
{
    m_errors[std::string(name)].push_back(std::move(what));
}

} // namespace holdfast
