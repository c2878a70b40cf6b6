#include "server/ops/import/category_map.h"

#include <algorithm>
#include <array>
#include <string>

namespace holdfast {

namespace {

constexpr ShopCategory breakfast{"Breakfast", "bowl-with-spoon"};
constexpr ShopCategory dairy{"Dairy & eggs", "glass-of-milk"};
constexpr ShopCategory bakery{"Bread & bakery", "bread"};
constexpr ShopCategory fruit{"Fruit & veg", "red-apple"};
constexpr ShopCategory drinks{"Drinks", "cup-with-straw"};
constexpr ShopCategory coffee{"Coffee & tea", "hot-beverage"};
constexpr ShopCategory sweets{"Chocolate & sweets", "candy"};
constexpr ShopCategory snacks{"Snacks", "pretzel"};
constexpr ShopCategory pantry{"Pasta & pantry", "canned-food"};
constexpr ShopCategory sauces{"Sauces & spices", "jar"};
constexpr ShopCategory meat{"Meat & fish", "cut-of-meat"};
constexpr ShopCategory frozen{"Frozen & ice", "ice-cream"};
constexpr ShopCategory beer{"Beer & wine", "beer-mug"};
constexpr ShopCategory care{"Care & pets", "lotion-bottle"};
constexpr ShopCategory other{"Other", "package"};

constexpr std::array categories{breakfast, dairy,  bakery, fruit, drinks, coffee, sweets,
                                snacks,    pantry, sauces, meat,  frozen, beer,   care};

/// A whole tag without its language, or a part of it where the rule begins with a star.
struct Rule
{
    std::string_view part;
    const ShopCategory& category;
};

/// Whole tags that say little when a narrower one follows; the last of them counts.
constexpr std::array wideRules{
    Rule{"snacks", snacks},
    Rule{"groceries", pantry},
    Rule{"meals", pantry},
    Rule{"canned foods", pantry},
    Rule{"cereals and potatoes", pantry},
    Rule{"fruits and vegetables based foods", fruit},
    Rule{"vegetables based foods", fruit},
    Rule{"fruits based foods", fruit},
    Rule{"biscuits and cakes", sweets},
    Rule{"fats", sauces},
    Rule{"seafood", meat},
    Rule{"breakfasts", breakfast},
    Rule{"spreads", breakfast},
    Rule{"sweeteners", pantry},
    Rule{"beverages", drinks},
    Rule{"desserts", sweets},
    Rule{"condiments", sauces},
    Rule{"appetizers", snacks},
    Rule{"bars", snacks},
};

/// The first rule that fits a tag counts, so narrower ones stand before wider ones.
constexpr std::array narrowRules{
    Rule{"*pet food", care},
    Rule{"*cat food", care},
    Rule{"*dog food", care},
    Rule{"*dog treats", care},
    Rule{"*dietary supplement", care},
    Rule{"*frozen", frozen},
    Rule{"*pizza", frozen},
    Rule{"*ice cream", frozen},
    Rule{"*sorbet", frozen},
    Rule{"*chocolate milk", dairy},
    Rule{"*milk chocolate", sweets},
    Rule{"*dark chocolate", sweets},
    Rule{"*chocolate spread", breakfast},
    Rule{"*hazelnut spread", breakfast},
    Rule{"*hazelnuts spread", breakfast},
    Rule{"*pates a tartiner", breakfast},
    Rule{"*peanut butter", breakfast},
    Rule{"*nut & seed butter", breakfast},
    Rule{"*honey", breakfast},
    Rule{"*miels", breakfast},
    Rule{"*bee products", breakfast},
    Rule{"*jam", breakfast},
    Rule{"*jelly", breakfast},
    Rule{"*marmalade", breakfast},
    Rule{"*preserve", breakfast},
    Rule{"*fruit spread", breakfast},
    Rule{"*syrups & molasses", breakfast},
    Rule{"*maple syrup", breakfast},
    Rule{"*breakfast cereal", breakfast},
    Rule{"*muesli", breakfast},
    Rule{"*granola bar", snacks},
    Rule{"*granola", breakfast},
    Rule{"cereal", breakfast},
    Rule{"*flakes", breakfast},
    Rule{"*plant based milk", dairy},
    Rule{"*plant milks", dairy},
    Rule{"*milk substitute", dairy},
    Rule{"*dairies", dairy},
    Rule{"*fermented milk", dairy},
    Rule{"*milk", dairy},
    Rule{"*cheese sauce", sauces},
    Rule{"*cheese", dairy},
    Rule{"*yogurt", dairy},
    Rule{"*butter", dairy},
    Rule{"cream", dairy},
    Rule{"creams", dairy},
    Rule{"*egg pasta", pantry},
    Rule{"*eggs", dairy},
    Rule{"*pudding", dairy},
    Rule{"*bread", bakery},
    Rule{"*croissant", bakery},
    Rule{"*viennoiserie", bakery},
    Rule{"*pastries", bakery},
    Rule{"*cake", bakery},
    Rule{"*tortillas", bakery},
    Rule{"*bagel", bakery},
    Rule{"*muffin", bakery},
    Rule{"*donut", bakery},
    Rule{"*doughnut", bakery},
    Rule{"*crepes and galettes", bakery},
    Rule{"*crusts & dough", bakery},
    Rule{"*pies", bakery},
    Rule{"*non alcoholic", drinks},
    Rule{"*alcoholic beverage", beer},
    Rule{"*beers", beer},
    Rule{"*wines", beer},
    Rule{"*liqueur", beer},
    Rule{"*whisk", beer},
    Rule{"*hot beverage", coffee},
    Rule{"*coffee", coffee},
    Rule{"*tea bags", coffee},
    Rule{"*teas", coffee},
    Rule{"*cocoa powder", coffee},
    Rule{"*powdered drinks", coffee},
    Rule{"*iced & bottle tea", drinks},
    Rule{"*soda", drinks},
    Rule{"*juice", drinks},
    Rule{"*nectar", drinks},
    Rule{"*waters", drinks},
    Rule{"water", drinks},
    Rule{"*plant based water", drinks},
    Rule{"*carbonated", drinks},
    Rule{"*drinks", drinks},
    Rule{"*water enhancer", drinks},
    Rule{"*sweetened beverage", drinks},
    Rule{"*sugared beverage", drinks},
    Rule{"*plant based beverage", drinks},
    Rule{"*salty snack", snacks},
    Rule{"*chips", snacks},
    Rule{"*crisps", snacks},
    Rule{"*cracker", snacks},
    Rule{"*pretzel", snacks},
    Rule{"*popcorn", snacks},
    Rule{"*nuts", snacks},
    Rule{"*energy", snacks},
    Rule{"*protein bar", snacks},
    Rule{"*dips", snacks},
    Rule{"*hummus", snacks},
    Rule{"*wholesome snacks", snacks},
    Rule{"*other snacks", snacks},
    Rule{"snack", snacks},
    Rule{"*sugary snack", sweets},
    Rule{"*sweet snack", sweets},
    Rule{"*chocolate", sweets},
    Rule{"*candy", sweets},
    Rule{"*candies", sweets},
    Rule{"*confection", sweets},
    Rule{"*cookie", sweets},
    Rule{"*biscuit", sweets},
    Rule{"*wafer", sweets},
    Rule{"*chewing gum", sweets},
    Rule{"*mints", sweets},
    Rule{"*gelatin", sweets},
    Rule{"*baking decoration", sweets},
    Rule{"*sauce", sauces},
    Rule{"*ketchup", sauces},
    Rule{"*mustard", sauces},
    Rule{"*mayonnaise", sauces},
    Rule{"*dressing", sauces},
    Rule{"*vinegar", sauces},
    Rule{"*pickle", sauces},
    Rule{"*gherkin", sauces},
    Rule{"*olive", sauces},
    Rule{"*oils", sauces},
    Rule{"*fats", sauces},
    Rule{"*spice", sauces},
    Rule{"*seasoning", sauces},
    Rule{"*salts", sauces},
    Rule{"*salsa", sauces},
    Rule{"*pesto", sauces},
    Rule{"*gravy", sauces},
    Rule{"*condiment", sauces},
    Rule{"*cooking helper", sauces},
    Rule{"*sughi", sauces},
    Rule{"*meat", meat},
    Rule{"*sausage", meat},
    Rule{"ham", meat},
    Rule{"*hams", meat},
    Rule{"*cured ham", meat},
    Rule{"*bacon", meat},
    Rule{"*pepperoni", meat},
    Rule{"*poultr", meat},
    Rule{"*chicken", meat},
    Rule{"*seafood", meat},
    Rule{"*fish", meat},
    Rule{"*salmon", meat},
    Rule{"*tuna", meat},
    Rule{"*pasta", pantry},
    Rule{"*noodle", pantry},
    Rule{"rice", pantry},
    Rule{"*rices", pantry},
    Rule{"*rice dish", pantry},
    Rule{"*flour", pantry},
    Rule{"*grains", pantry},
    Rule{"*soup", pantry},
    Rule{"*broth", pantry},
    Rule{"*beans", pantry},
    Rule{"*legume", pantry},
    Rule{"*lentil", pantry},
    Rule{"*canned", pantry},
    Rule{"*sugar", pantry},
    Rule{"*baking", pantry},
    Rule{"*chili & stew", pantry},
    Rule{"*dinner", pantry},
    Rule{"*entree", pantry},
    Rule{"*oriental", pantry},
    Rule{"*fruit", fruit},
    Rule{"*vegetable", fruit},
    Rule{"*tomato", fruit},
    Rule{"*salad", fruit},
    Rule{"*mushroom", fruit},
    Rule{"*potato", fruit},
    Rule{"*seeds", snacks},
};

/// "en:salty-snacks" and " Salty Snacks" both become "salty snacks".
std::string plainTag(std::string_view tag)
{
    const auto first = tag.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    tag = tag.substr(first, tag.find_last_not_of(' ') - first + 1);
    if (tag.size() > 3 && tag[2] == ':') {
        tag.remove_prefix(3);
    }
    std::string word(tag);
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '-' ? ' ' : c;
    });
    return word;
}

bool fits(const Rule& rule, std::string_view tag)
{
    return rule.part.front() == '*' ? tag.find(rule.part.substr(1)) != std::string_view::npos
                                    : tag == rule.part;
}

template <std::size_t N>
const ShopCategory* find(const std::array<Rule, N>& rules, std::string_view tag)
{
    const auto* found = std::find_if(rules.begin(), rules.end(),
                                     [tag](const Rule& rule) { return fits(rule, tag); });
    return found == rules.end() ? nullptr : &found->category;
}

} // namespace

ShopCategory categoryFor(std::string_view tags)
{
    const ShopCategory* wide = nullptr;
    while (!tags.empty()) {
        const auto comma = std::min(tags.find(','), tags.size());
        const std::string tag = plainTag(tags.substr(0, comma));
        tags.remove_prefix(std::min(comma + 1, tags.size()));
        const ShopCategory* asWide = find(wideRules, tag);
        if (asWide != nullptr) {
            wide = asWide;
        } else if (const ShopCategory* narrow = find(narrowRules, tag); narrow != nullptr) {
            return *narrow;
        }
    }
    return wide == nullptr ? other : *wide;
}

std::string_view pictureFor(std::string_view category)
{
    const auto* found =
        std::find_if(categories.begin(), categories.end(),
                     [category](const ShopCategory& known) { return known.name == category; });
    return found == categories.end() ? other.picture : found->picture;
}

} // namespace holdfast
