// Own router: segments are found by hash, patterns hold no regular expressions.
#pragma once

#include "server/http/front/message.h"
#include "server/http/front/reply.h"

#include <functional>
#include <memory>
#include <optional>

namespace holdfast::http {

using Handler = std::function<void(Request&&, Reply)>;

// Calls it and turns an exception into 500: none may reach the event loop.
void callHandler(const Handler& handler, Request&& request, const Reply& reply);

// Filled once before the server starts, then shared by all I/O threads as an immutable value:
//
//   auto router = std::make_shared<Router>();
//   router->add(Method::Get, "/api/products/{id}", [](Request&& request, Reply reply) { … });
//
// A pattern is '/' and segments; a segment is literal text or {name}, which takes exactly one
// non-empty segment, percent-decoded ("%2F" stays inside it). A literal wins over {name}. A
// trailing slash is another path. Handlers run on the I/O thread and must not block.
class Router
{
public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    // The same method and pattern twice, or a pattern without leading '/', stops the process.
    Router& add(Method method, QByteArrayView pattern, Handler handler);
    Router& add(Method method, const char* pattern, Handler handler);

    // What dispatch found; `pattern` is the access log's and the metrics' name of the route and
    // lives as long as the router. Null when no route was found.
    struct Match
    {
        const Handler* handler = nullptr;
        const QByteArray* pattern = nullptr;
        std::optional<Response> refusal; // when set: answer this, there is no handler to call
    };

    // Fills request.params. HEAD falls back to GET (the front leaves the body out), OPTIONS without
    // a handler is 204 with Allow, a wrong method 405 with Allow, an unknown path 404, a bad
    // percent-escape 400.
    [[nodiscard]] Match match(Request& request) const;

    // match(), then the handler or the refusal; used by tests and calls inside the process. An
    // exception of the handler becomes 500.
    void dispatch(Request&& request, const Reply& reply) const;

private:
    struct Node;
    std::unique_ptr<Node> m_root;
};

} // namespace holdfast::http
