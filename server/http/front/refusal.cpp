#include "server/http/front/front_log.h"
#include "server/http/front/head_parser.h"

#include <array>

namespace holdfast::http {

Q_LOGGING_CATEGORY(frontLog, "holdfast.http")

namespace {

struct RefusalWords
{
    QByteArrayView name;
    Problem problem;
};

// In the order of the enum.
constexpr std::array<RefusalWords, size_t(Refusal::Count)> refusalWords{{
    {"bad_request",
     {400, "bad_request", "Bad request", "The request is not well-formed HTTP/1.1."}},
    {"header_too_large",
     {431, "header_too_large", "Header too large", "The request's header is too large."}},
    {"body_too_large",
     {413, "body_too_large", "Body too large", "The request's body is too large."}},
    {"length_required",
     {411, "length_required", "Length required",
      "Transfer-Encoding is not taken; send Content-Length."}},
    {"expectation_failed",
     {417, "expectation_failed", "Expectation failed", "Only 100-continue can be expected."}},
    {"version_not_supported",
     {505, "version_not_supported", "Version not supported", "Speak HTTP/1.1 or HTTP/1.0."}},
    {"header_timeout",
     {408, "request_timeout", "Request timeout", "The request's header did not come in time."}},
    {"body_timeout",
     {408, "request_timeout", "Request timeout", "The request's body did not come in time."}},
    {"idle_timeout", {0, {}, {}, {}}},
    {"handshake_timeout", {0, {}, {}, {}}},
    {"handshake_failed", {0, {}, {}, {}}},
    {"write_stall", {0, {}, {}, {}}},
    {"pipeline_overflow", {0, {}, {}, {}}},
    {"too_many_bodies",
     {503, "overloaded", "Overloaded", "Too many uploads are in progress; try again."}},
    {"too_many_connections", {503, "overloaded", "Overloaded", "Too many connections; try again."}},
    {"too_many_from_peer",
     {503, "overloaded", "Overloaded", "Too many connections from this address; try again."}},
}};

} // namespace

QByteArrayView refusalName(Refusal refusal)
{
    return refusalWords[size_t(refusal)].name;
}

Problem refusalProblem(Refusal refusal)
{
    return refusalWords[size_t(refusal)].problem;
}

} // namespace holdfast::http
