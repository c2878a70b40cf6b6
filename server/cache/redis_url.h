#pragma once

#include "shared/domain/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// Where Redis is: "redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]", as registered for Redis with
/// IANA. User and password may be percent-encoded; an IPv6 address stands in brackets.
struct RedisUrl
{
    std::string host = {};
    std::uint16_t port = 6379;
    std::string user = {};
    std::string password = {};
    int database = 0;

    /// The error is one line for people, without the password.
    [[nodiscard]] static Result<RedisUrl, std::string> parse(std::string_view text);
};

} // namespace holdfast
