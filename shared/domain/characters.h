#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast {

/// The length of a text as people and databases count it: in Unicode code points, not in bytes.
/// The one rule for every limit on text, whether it came over the wire or out of a file. `utf8` is
/// valid UTF-8; in anything else each byte that can begin a character counts as one.
[[nodiscard]] std::size_t characterCount(std::string_view utf8);

/// Begins with U+FEFF, in either order of its bytes. Whoever takes a text for a stream of bytes
/// leaves such a beginning out, or turns all that follows around: Qt and SQLite do.
[[nodiscard]] bool beginsWithByteOrderMark(std::string_view utf8);

} // namespace holdfast
