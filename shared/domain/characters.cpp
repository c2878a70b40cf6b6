#include "shared/domain/characters.h"

#include <algorithm>

namespace holdfast {

std::size_t characterCount(std::string_view utf8)
{
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool beginsWithByteOrderMark(std::string_view utf8)
{
    return utf8.starts_with("\xEF\xBB\xBF") || utf8.starts_with("\xEF\xBF\xBE");
}

} // namespace holdfast
