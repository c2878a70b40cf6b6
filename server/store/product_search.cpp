#include "server/store/product_search.h"

#include "shared/domain/limits.h"
#include "shared/sql/bulk.h"

#include <QString>

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {

std::string joinedBarcodes(const ProductDetails& details)
{
    std::string text;
    for (const std::string& code : details.barcodes) {
        text += text.empty() ? code : ' ' + code;
    }
    return text;
}

void addToFts(sql::Connection& connection, std::span<const Product* const> products)
{
    sql::insertRows(connection, {"product_search(rowid, name, brand, sku, barcodes)", "itttt"},
                    products, [](sql::Statement& row, const Product* product) {
                        const ProductDetails& details = product->details;
                        row.bind(product->id)
                            .bind(details.name)
                            .bind(details.brand)
                            .bind(details.sku)
                            .bind(joinedBarcodes(details));
                    });
}

/// FTS5 cuts and folds what it is asked for as it has done with what it keeps, each script in its
/// own way; only what is surely no part of a word is taken out.
std::vector<std::string> wordsForFts(std::string_view text)
{
    std::vector<std::string> words;
    bool inWord = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool part = byte >= 0x80 || (byte >= '0' && byte <= '9') ||
                          ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
        if (part && !inWord) {
            words.emplace_back();
        }
        if (part) {
            words.back() += c;
        }
        inWord = part;
    }
    return words;
}

/// Every word a prefix, quoted so that nothing in it is syntax of FTS5.
std::string ftsQuery(const std::vector<std::string>& words)
{
    std::string query;
    for (const std::string& word : words) {
        query += (query.empty() ? "\"" : " \"") + word + "\"*";
    }
    return query;
}

/// Behind all words that begin with this one: texts are in the order of their bytes.
std::string behindPrefix(const std::string& word)
{
    return word + "\U0010FFFF";
}

} // namespace

std::vector<std::string> searchWords(std::string_view text)
{
    // Letters without their marks: a mark neither parts a word nor belongs to it.
    const QString plain = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
                              .normalized(QString::NormalizationForm_D)
                              .toLower();
    std::vector<std::string> words;
    QString word;
    std::size_t letters = 0;
    const auto flush = [&] {
        if (!word.isEmpty()) {
            words.push_back(std::exchange(word, {}).toStdString());
        }
        letters = 0;
    };
    for (const QChar c : plain) {
        if (c.isLetterOrNumber() || c.isSurrogate()) {
            letters += c.isLowSurrogate() ? 0U : 1U; // the second half of one
            if (letters <= limits::searchWordLengthMax) {
                word.append(c);
            }
        } else if (!c.isMark()) {
            flush();
        }
    }
    flush();
    return words;
}

std::vector<std::string> searchWordsOf(const Product& product)
{
    const ProductDetails& details = product.details;
    std::vector<std::string> words = searchWords(details.name + ' ' + details.brand + ' ' +
                                                 details.sku + ' ' + joinedBarcodes(details));
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

void addSearchWords(sql::Connection& connection, std::span<const Product* const> products)
{
    if (connection.engine() == sql::Engine::Sqlite) {
        addToFts(connection, products);
        return;
    }
    std::vector<std::pair<std::string, ProductId>> rows;
    for (const Product* product : products) {
        for (std::string& word : searchWordsOf(*product)) {
            rows.emplace_back(std::move(word), product->id);
        }
    }
    std::sort(rows.begin(), rows.end());
    sql::insertRows(
        connection, {"product_words(word, product_id)", "ti"},
        std::span<const std::pair<std::string, ProductId>>(rows),
        [](sql::Statement& insert, const auto& row) { insert.bind(row.first).bind(row.second); });
}

void removeSearchWords(sql::Connection& connection, ProductId product)
{
    connection
        .statement(connection.engine() == sql::Engine::Sqlite
                       ? "DELETE FROM product_search WHERE rowid = ?"
                       : "DELETE FROM product_words WHERE product_id = ?")
        .bind(product)
        .run();
}

bool narrowToWords(Where& where, sql::Engine engine, std::string_view text)
{
    std::vector<std::string> words =
        engine == sql::Engine::Sqlite ? wordsForFts(text) : searchWords(text);
    words.resize(std::min(words.size(), limits::searchWordsMax));
    if (engine == sql::Engine::Sqlite && !words.empty()) {
        where.add("id IN (SELECT rowid FROM product_search WHERE product_search MATCH ?)",
                  ftsQuery(words));
        return true;
    }
    for (const std::string& word : words) {
        where.add("id IN (SELECT product_id FROM product_words WHERE word >= ? AND word < ?)", word,
                  behindPrefix(word));
    }
    return !words.empty();
}

} // namespace holdfast
