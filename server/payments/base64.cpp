#include "server/payments/base64.h"

#include <cstdint>

namespace holdfast {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Takes the padding off; nothing when there is too much of it or not the right amount.
std::optional<std::string_view> withoutPadding(std::string_view text)
{
    const std::size_t whole = text.size();
    while (!text.empty() && text.back() == '=') {
        text.remove_suffix(1);
    }
    const std::size_t padding = whole - text.size();
    if (padding > 2 || (padding > 0 && whole % 4 != 0) || text.size() % 4 == 1) {
        return std::nullopt;
    }
    return text;
}

} // namespace

std::string encodeBase64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<std::uint8_t>(byte);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += alphabet[(bits >> count) & 0x3f];
        }
    }
    if (count > 0) {
        text += alphabet[(bits << (6 - count)) & 0x3f];
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> decodeBase64(std::string_view text)
{
    const auto digits = withoutPadding(text);
    if (!digits) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(digits->size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char digit : *digits) {
        const std::size_t value = alphabet.find(digit);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(static_cast<std::uint8_t>(bits >> count));
        }
    }
    if ((bits & ((1U << count) - 1U)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

} // namespace holdfast
