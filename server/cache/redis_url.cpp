#include "server/cache/redis_url.h"

#include <charconv>
#include <optional>

namespace holdfast {

namespace {

constexpr std::string_view scheme = "redis://";
constexpr int databaseMax = 1'000'000;

template <class Number>
std::optional<Number> numberFrom(std::string_view text, Number max)
{
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool whole = error == std::errc{} && stop == end && number <= max;
    return whole && number >= Number{} ? std::optional(number) : std::nullopt;
}

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] != '%') {
            decoded += text[index];
            continue;
        }
        unsigned code = 0;
        const char* digits = text.data() + index + 1;
        if (text.size() - index < 3 ||
            std::from_chars(digits, digits + 2, code, 16).ptr != digits + 2) {
            return std::nullopt;
        }
        decoded += static_cast<char>(code);
        index += 2;
    }
    return decoded;
}

bool readLogin(std::string_view text, RedisUrl& url)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return false;
    }
    const auto user = percentDecoded(text.substr(0, colon));
    const auto password = percentDecoded(text.substr(colon + 1));
    if (!user || !password || password->empty()) {
        return false;
    }
    url.user = *user;
    url.password = *password;
    return true;
}

bool readAddress(std::string_view text, RedisUrl& url)
{
    const bool bracketed = text.starts_with('[');
    const std::size_t hostEnd = bracketed ? text.find(']') : text.find(':');
    url.host = text.substr(bracketed ? 1 : 0, hostEnd - (bracketed ? 1 : 0));
    std::string_view rest =
        hostEnd == std::string_view::npos ? "" : text.substr(hostEnd + (bracketed ? 1 : 0));
    if (url.host.empty() || (bracketed && hostEnd == std::string_view::npos)) {
        return false;
    }
    if (rest.empty()) {
        return true;
    }
    const auto port = numberFrom<std::uint16_t>(rest.substr(1), 65535);
    url.port = port.value_or(0);
    return rest.starts_with(':') && url.port != 0;
}

} // namespace

Result<RedisUrl, std::string> RedisUrl::parse(std::string_view text)
{
    RedisUrl url;
    if (!text.starts_with(scheme)) {
        return Failure<std::string>("a Redis address begins with redis://");
    }
    std::string_view rest = text.substr(scheme.size());
    if (const std::size_t slash = rest.rfind('/'); slash != std::string_view::npos) {
        const std::string_view number = rest.substr(slash + 1);
        const auto database = number.empty() ? 0 : numberFrom<int>(number, databaseMax);
        if (!database) {
            return Failure<std::string>("after the last / of a Redis address stands the number "
                                        "of the database");
        }
        url.database = *database;
        rest = rest.substr(0, slash);
    }
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        if (!readLogin(rest.substr(0, at), url)) {
            return Failure<std::string>("before the @ of a Redis address stands :PASSWORD or "
                                        "USER:PASSWORD, percent-encoded");
        }
        rest = rest.substr(at + 1);
    }
    if (!readAddress(rest, url)) {
        return Failure<std::string>("a Redis address is redis://[:PASSWORD@]HOST:PORT/NUMBER");
    }
    return url;
}

} // namespace holdfast
