#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

/// Why a row of a catalogue was not imported. One row may have several.
enum class ImportCause : std::uint8_t {
    Quotes,             ///< broken quotation marks: see CsvReader
    LineTooLong,        ///< see CsvReader
    ColumnCount,        ///< other than in the header
    NoCode,             ///< neither a barcode nor a SKU
    Length,             ///< a number that is no GTIN of 8, 12, 13 or 14 digits, or too long a text
    CheckDigit,         ///< the barcode's last digit does not fit the others
    ShortPadded,        ///< an internal number filled up with zeros
    NonDigit,           ///< characters that cannot be scanned
    ScientificNotation, ///< a spreadsheet rounded the number away
    TooManyBarcodes,
    NoName,
    Encoding, ///< not UTF-8
    Mojibake, ///< U+FFFD in a text: characters were lost before
    TooLong,  ///< a text over its limit
    Price,
    Currency,
    TaxRate,
    Stock,
    Favourite,
    Picture,
    Duplicate,    ///< barcode or SKU of an earlier row of this file
    SkuTaken,     ///< the ledger: another product has this SKU
    BarcodeTaken, ///< the ledger: another product has this barcode
    Refused,      ///< the ledger: for another reason
};

inline constexpr std::size_t importCauseCount = 24;

/// What is worth knowing about a row that was imported.
enum class ImportRemark : std::uint8_t {
    NoPrice, ///< imported at price 0
    Mended,  ///< a text was tidied
    UpcE,    ///< the barcode was read as UPC-E
};

inline constexpr std::size_t importRemarkCount = 3;

[[nodiscard]] std::string_view toString(ImportCause cause);
[[nodiscard]] std::string_view toString(ImportRemark remark);

} // namespace holdfast
