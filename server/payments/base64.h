#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Base 64 with the standard alphabet and padding (RFC 4648 section 4).
[[nodiscard]] std::string encodeBase64(std::string_view bytes);

/// Strict: only the alphabet, padding either complete or left out, unused bits zero. Each byte
/// string therefore has one encoding, up to the padding.
[[nodiscard]] std::optional<std::string> decodeBase64(std::string_view text);

} // namespace holdfast
