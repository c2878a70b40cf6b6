#include "server/http/front/router.h"

#include "server/http/front/front_log.h"
#include "shared/domain/assert.h"

#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <unordered_map>

namespace holdfast::http {

namespace {

constexpr size_t methodCount = size_t(Method::Other);

Response notFound(const Request& request)
{
    return Response::problem({404, "not_found", "Not found", "There is nothing at this path."},
                             request.requestId);
}

Response badEscape(const Request& request)
{
    return Response::problem({400, "bad_request", "Bad request",
                              "The address contains a percent sign without two hex digits, or "
                              "%00."},
                             request.requestId);
}

bool isDecodable(const QByteArray& text)
{
    return !text.contains('%') || percentDecoded(text).has_value();
}

std::string_view standard(QByteArrayView text)
{
    return {text.data(), static_cast<size_t>(text.size())};
}

} // namespace

void callHandler(const Handler& handler, Request&& request, const Reply& reply)
{
    try {
        handler(std::move(request), reply);
    } catch (const std::exception& error) {
        qCCritical(frontLog, "handler of request %s threw: %s", reply.requestId().constData(),
                   error.what());
        reply.fail();
    } catch (...) {
        qCCritical(frontLog, "handler of request %s threw", reply.requestId().constData());
        reply.fail();
    }
}

struct Router::Node
{
    // Looks a std::string up by a view, so that finding a route allocates nothing.
    struct SegmentHash
    {
        using is_transparent = void;
        size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };

    std::unordered_map<std::string, std::unique_ptr<Node>, SegmentHash, std::equal_to<>> literals;
    std::unique_ptr<Node> parameter;
    std::array<Handler, methodCount> handlers;
    QByteArray pattern; // empty: no route ends here

    [[nodiscard]] const Handler* handler(Method method) const
    {
        const Handler& found = handlers[size_t(method)];
        return found ? &found : nullptr;
    }
    [[nodiscard]] QByteArray allowed() const;
    [[nodiscard]] const Node* find(QByteArrayView path, Request& request) const;
};

QByteArray Router::Node::allowed() const
{
    QByteArray text;
    for (size_t i = 0; i < methodCount; ++i) {
        const auto method = static_cast<Method>(i);
        const bool implied =
            method == Method::Options || (method == Method::Head && handler(Method::Get));
        if (handlers[i] || implied) {
            text.append(text.isEmpty() ? "" : ", ").append(methodText(method));
        }
    }
    return text;
}

// `path` is what follows the '/' of this node's own depth. Literals win; when they lead nowhere
// the parameter is tried, so that "/a/b" and "/{x}/c" may stand side by side.
const Router::Node* Router::Node::find(QByteArrayView path, Request& request) const
{
    const qsizetype slash = path.indexOf('/');
    const QByteArrayView raw = slash < 0 ? path : path.first(slash);
    QByteArray decoded; // of the rare segment with an escape, which was checked before
    QByteArrayView segment = raw;
    if (raw.contains('%')) {
        decoded = *percentDecoded(raw);
        segment = decoded;
    }
    if (const auto literal = literals.find(standard(segment)); literal != literals.end()) {
        const Node* next = literal->second.get();
        const Node* found = slash < 0 ? next : next->find(path.sliced(slash + 1), request);
        if (found && !found->pattern.isEmpty()) {
            return found;
        }
    }
    if (!parameter || segment.isEmpty()) {
        return nullptr;
    }
    const qsizetype paramsBefore = request.params.size();
    request.params.append(segment.toByteArray());
    const Node* found =
        slash < 0 ? parameter.get() : parameter->find(path.sliced(slash + 1), request);
    if (!found || found->pattern.isEmpty()) {
        request.params.resize(paramsBefore);
        return nullptr;
    }
    return found;
}

Router::Router() : m_root(std::make_unique<Node>()) {}

Router::~Router() = default;

Router& Router::add(Method method, const char* pattern, Handler handler)
{
    return add(method, QByteArrayView(pattern), std::move(handler));
}

Router& Router::add(Method method, QByteArrayView pattern, Handler handler)
{
    HOLDFAST_ASSERT(pattern.startsWith('/') && method != Method::Other && handler);
    Node* node = m_root.get();
    const QList<QByteArray> segments = pattern.sliced(1).toByteArray().split('/');
    for (const QByteArray& segment : segments) {
        if (segment.startsWith('{')) {
            HOLDFAST_ASSERT(segment.endsWith('}'));
            if (!node->parameter) {
                node->parameter = std::make_unique<Node>();
            }
            node = node->parameter.get();
        } else {
            std::unique_ptr<Node>& next = node->literals[segment.toStdString()];
            if (!next) {
                next = std::make_unique<Node>();
            }
            node = next.get();
        }
    }
    HOLDFAST_ASSERT(!node->handlers[size_t(method)]);
    node->handlers[size_t(method)] = std::move(handler);
    // The first pattern names the node: {id} and {order} at one place are one route in the log.
    if (node->pattern.isEmpty()) {
        node->pattern = pattern.toByteArray();
    }
    return *this;
}

Router::Match Router::match(Request& request) const
{
    Match match;
    if (request.path == "*") { // RFC 9110 section 9.3.7: the server as a whole
        match.refusal = request.method == Method::Options
                            ? Response::noContent().with("Allow", "GET, HEAD, POST, PUT, PATCH, "
                                                                  "DELETE, OPTIONS")
                            : notFound(request);
        return match;
    }
    // A query that cannot be read must not pass for one without filters.
    if (!isDecodable(request.path) || !isDecodable(request.query)) {
        match.refusal = badEscape(request);
        return match;
    }
    request.params.clear();
    const Node* node = request.path.startsWith('/')
                           ? m_root->find(QByteArrayView(request.path).sliced(1), request)
                           : nullptr;
    if (!node) {
        match.refusal = notFound(request);
        return match;
    }
    match.pattern = &node->pattern;
    match.handler = request.method == Method::Other ? nullptr : node->handler(request.method);
    if (!match.handler && request.method == Method::Head) {
        match.handler = node->handler(Method::Get);
    }
    if (!match.handler && request.method == Method::Options) {
        match.refusal = Response::noContent().with("Allow", node->allowed());
    } else if (!match.handler) {
        match.refusal = Response::problem({405, "method_not_allowed", "Method not allowed",
                                           "This path does not take this method; see Allow."},
                                          request.requestId)
                            .with("Allow", node->allowed());
    }
    return match;
}

void Router::dispatch(Request&& request, const Reply& reply) const
{
    Match found = match(request);
    if (found.refusal) {
        reply.send(std::move(*found.refusal));
        return;
    }
    callHandler(*found.handler, std::move(request), reply);
}

} // namespace holdfast::http
