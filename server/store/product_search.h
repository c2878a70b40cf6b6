#pragma once

#include "server/store/where.h"
#include "shared/domain/product.h"
#include "shared/sql/connection.h"

#include <span>
#include <string>
#include <vector>

/// Products by prefixes of their words. SQLite searches with FTS5; on the other engines, whose own
/// searches skip short words or need to be set up, each word is a row. Both cut words at what is
/// no letter or digit, and look past case and accents.
namespace holdfast {

/// The words of a text as they are compared: their first limits::searchWordLengthMax letters, which
/// may be more than the text has, as letters are taken apart.
[[nodiscard]] std::vector<std::string> searchWords(std::string_view text);

/// All words that a product is found by, each once, in order.
[[nodiscard]] std::vector<std::string> searchWordsOf(const Product& product);

void addSearchWords(sql::Connection& connection, std::span<const Product* const> products);
void removeSearchWords(sql::Connection& connection, ProductId product);

/// Narrows a query over products to those with all words of the text. False when it has none.
bool narrowToWords(Where& where, sql::Engine engine, std::string_view text);

} // namespace holdfast
