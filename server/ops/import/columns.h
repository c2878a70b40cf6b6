#pragma once

#include "shared/domain/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a column of a catalogue file can mean. docs/import.md lists the header names.
enum class Column : std::uint8_t {
    Sku,
    Name,
    Brand,
    QuantityText,
    Category,     ///< in the shop's own words
    CategoryTags, ///< Open Food Facts tags or USDA words, to be mapped
    Barcodes,
    PriceMinor,
    Price, ///< a decimal amount
    Currency,
    TaxRateBp,
    OnHand,
    Picture,
    Favourite,
};

inline constexpr std::size_t columnCount = 14;

/// Where the columns stand in a file; made from its header line.
class Columns
{
public:
    /// Header names are compared without regard to case and outer spaces. An error is a sentence
    /// for the user: no name column, neither barcode nor SKU, or one meaning twice.
    [[nodiscard]] static Result<Columns, std::string> read(std::span<const std::string> header);

    [[nodiscard]] bool has(Column column) const { return at(column).has_value(); }
    [[nodiscard]] std::size_t width() const { return m_width; }

    /// Header names that nothing is taken from.
    [[nodiscard]] const std::vector<std::string>& ignored() const { return m_ignored; }

    /// The field of a record as wide as the header; empty when the file has no such column.
    [[nodiscard]] std::string_view field(std::span<const std::string> record, Column column) const;

private:
    [[nodiscard]] const std::optional<std::size_t>& at(Column column) const
    {
        return m_at[static_cast<std::size_t>(column)];
    }

    std::array<std::optional<std::size_t>, columnCount> m_at = {};
    std::vector<std::string> m_ignored = {};
    std::size_t m_width = 0;
};

} // namespace holdfast
