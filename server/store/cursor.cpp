#include "server/store/cursor.h"

#include <QByteArray>

#include <charconv>

namespace holdfast {

namespace {

constexpr auto base64Options = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

} // namespace

std::string encodeCursor(std::string_view key)
{
    const QByteArray bytes(key.data(), static_cast<qsizetype>(key.size()));
    return bytes.toBase64(base64Options).toStdString();
}

std::optional<std::string> decodeCursor(std::string_view cursor)
{
    const QByteArray text(cursor.data(), static_cast<qsizetype>(cursor.size()));
    const auto decoded = QByteArray::fromBase64Encoding(
        text, base64Options | QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? std::optional(decoded.decoded.toStdString()) : std::nullopt;
}

std::optional<std::int64_t> decodeNumberCursor(std::string_view cursor)
{
    const auto text = decodeCursor(cursor);
    std::int64_t number = 0;
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional(number)
                                                                      : std::nullopt;
}

} // namespace holdfast
