#pragma once

#include "shared/domain/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast {

enum class TextFault {
    Encoding, ///< not UTF-8 (overlong forms and surrogates included)
    Mojibake  ///< holds U+FFFD: what stood there is lost
};

/// A text with the harmless damage of catalogues repaired, and what was done to it.
struct MendedText
{
    std::string text = {};
    bool entities = false; ///< HTML entities decoded, once
    bool controls = false; ///< control characters made into a space
    bool spaces = false;   ///< outer spaces removed, of any script
    bool composed = false; ///< brought into Unicode normal form C

    [[nodiscard]] bool mended() const { return entities || controls || spaces || composed; }
};

[[nodiscard]] Result<MendedText, TextFault> mendText(std::string_view bytes);

} // namespace holdfast
