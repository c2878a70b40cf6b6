#pragma once

#include <string_view>

namespace holdfast {

/// What a kind of goods is called on the till, and the picture of goods that have none of their
/// own (resources/pictures/NAME.svg).
struct ShopCategory
{
    std::string_view name;
    std::string_view picture;
};

/// The readable category for a list of Open Food Facts tags ("en:dairies,en:milks", general before
/// special) or USDA words ("Milk"), separated by commas. The first, that is the most general,
/// known one decides; a few very wide ones ("snacks", "groceries") count only when nothing better
/// follows. Unknown or empty: "Other".
[[nodiscard]] ShopCategory categoryFor(std::string_view tags);

/// The picture for a category in the words of categoryFor; "package" for any other.
[[nodiscard]] std::string_view pictureFor(std::string_view category);

} // namespace holdfast
