#include "shared/domain/ids.h"

#include "shared/domain/assert.h"

#include <cstring>

namespace holdfast {

namespace {

constexpr std::uint16_t counterMax = 0x0fff;
constexpr std::int64_t unixMsMax = 0xffff'ffff'ffff; // 48 bits, the year 10889

int hexValue(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

bool isDashPlace(std::size_t index)
{
    return index == 8 || index == 13 || index == 18 || index == 23;
}

} // namespace

std::string toString(const Uuid& id)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(36, '-');
    std::size_t at = 0;
    for (const std::uint8_t byte : id.bytes) {
        if (isDashPlace(at)) {
            ++at;
        }
        text[at++] = digits[byte >> 4];
        text[at++] = digits[byte & 0x0f];
    }
    return text;
}

std::optional<Uuid> parseUuid(std::string_view text)
{
    if (text.size() != 36) {
        return std::nullopt;
    }
    Uuid id;
    std::size_t at = 0;
    for (std::uint8_t& byte : id.bytes) {
        if (isDashPlace(at) && text[at++] != '-') {
            return std::nullopt;
        }
        const int high = hexValue(text[at++]);
        const int low = hexValue(text[at++]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        byte = static_cast<std::uint8_t>(high * 16 + low);
    }
    return id;
}

Uuid UuidV7Maker::make(std::int64_t unixMs)
{
    HOLDFAST_ASSERT(unixMs >= 0 && unixMs <= unixMsMax);
    if (unixMs > m_lastMs) {
        m_lastMs = unixMs;
        m_counter = static_cast<std::uint16_t>(m_random() & 0x01ff);
    } else if (m_counter == counterMax) {
        ++m_lastMs;
        m_counter = 0;
    } else {
        ++m_counter;
    }
    const auto ms = static_cast<std::uint64_t>(m_lastMs);
    const std::uint64_t high = (ms << 16) | 0x7000U | m_counter;
    const std::uint64_t low = (m_random() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
    Uuid id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return id;
}

} // namespace holdfast

std::size_t std::hash<holdfast::Uuid>::operator()(const holdfast::Uuid& id) const noexcept
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), 8);
    std::memcpy(&low, id.bytes.data() + 8, 8);
    return static_cast<std::size_t>(high ^ (low * 0x9e37'79b9'7f4a'7c15ULL));
}
