#include "server/ops/import/columns.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {

constexpr std::array<std::pair<std::string_view, Column>, 23> names{{
    {"sku", Column::Sku},
    {"name", Column::Name},
    {"product_name", Column::Name},
    {"brand", Column::Brand},
    {"brands", Column::Brand},
    {"quantity_text", Column::QuantityText},
    {"quantity", Column::QuantityText},
    {"category", Column::Category},
    {"categories", Column::CategoryTags},
    {"barcodes", Column::Barcodes},
    {"barcode", Column::Barcodes},
    {"code", Column::Barcodes},
    {"ean", Column::Barcodes},
    {"gtin", Column::Barcodes},
    {"price_minor", Column::PriceMinor},
    {"price", Column::Price},
    {"currency", Column::Currency},
    {"tax_rate_bp", Column::TaxRateBp},
    {"on_hand", Column::OnHand},
    {"stock", Column::OnHand},
    {"picture", Column::Picture},
    {"favourite", Column::Favourite},
    {"favorite", Column::Favourite},
}};

static_assert(static_cast<std::size_t>(Column::Favourite) + 1 == columnCount);

std::string plainName(std::string_view name)
{
    const auto first = name.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    std::string word(name.substr(first, name.find_last_not_of(" \t") - first + 1));
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c;
    });
    return word;
}

std::optional<Column> meaningOf(std::string_view word)
{
    const auto* found =
        std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == word; });
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

Result<Columns, std::string> Columns::read(std::span<const std::string> header)
{
    Columns columns;
    columns.m_width = header.size();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto meaning = meaningOf(plainName(header[i]));
        if (!meaning) {
            columns.m_ignored.push_back(header[i]);
            continue;
        }
        auto& place = columns.m_at[static_cast<std::size_t>(*meaning)];
        if (place) {
            return Failure<std::string>("the columns \"" + header[*place] + "\" and \"" +
                                        header[i] + "\" mean the same");
        }
        place = i;
    }
    if (columns.has(Column::Price) && columns.has(Column::PriceMinor)) {
        return Failure<std::string>("there is a price and a price_minor column");
    }
    if (!columns.has(Column::Name)) {
        return Failure<std::string>("the header has no column \"name\"");
    }
    if (!columns.has(Column::Barcodes) && !columns.has(Column::Sku)) {
        return Failure<std::string>("the header has neither a column \"barcode\" nor \"sku\"");
    }
    return columns;
}

std::string_view Columns::field(std::span<const std::string> record, Column column) const
{
    HOLDFAST_ASSERT(record.size() == m_width);
    const auto& place = at(column);
    return place ? std::string_view(record[*place]) : std::string_view();
}

} // namespace holdfast
