#pragma once

#include "shared/domain/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Codes on goods, after the GS1 General Specifications: GTIN structure (section 2.1), prefixes
/// and restricted circulation numbers (1.4, 2.1.11), UPC-E zero suppression (5.2.2.4.2), check
/// digit (7.9.1). Pure functions of text; callable from any thread.
namespace holdfast {

enum class BarcodeKind : std::uint8_t {
    Ean8,    ///< GTIN-8
    UpcA,    ///< GTIN-12
    Ean13,   ///< GTIN-13
    Gtin14,  ///< a case or pallet, with its indicator digit
    InStore, ///< restricted circulation: a shop gave it itself, often with a weight or price inside
    Isbn,    ///< a book: GS1 prefix 978 or 979
    Text,    ///< a code of the house that is no number of GS1
};

enum class BarcodeFault : std::uint8_t {
    Missing,            ///< nothing there
    Length,             ///< digits, but not 8, 12, 13 or 14; or a text that is too long
    CheckDigit,         ///< the last digit does not fit the others
    ScientificNotation, ///< "8,01E+12": a spreadsheet has rounded the number away
    Character,          ///< white space, control or non-ASCII characters
};

[[nodiscard]] std::string_view toString(BarcodeKind kind);
[[nodiscard]] std::string_view toString(BarcodeFault fault);

/// A code in its one canonical form, so that equal goods have equal text:
/// - GTIN-12 and GTIN-13 as 13 digits (UPC-A gets its zero), GTIN-14 as 14, unless it begins with
///   zeros: then it is the shorter number that the zeros pad;
/// - GTIN-8 as 8 digits, however many zeros padded it;
/// - UPC-E as the 13 digits of the UPC-A it abbreviates;
/// - a text as it is.
class Barcode
{
public:
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] BarcodeKind kind() const { return m_kind; }

    /// True for GTIN-8 prefixes 000 to 009: a number of the house that somebody filled up with
    /// zeros. It scans, but another shop's may mean anything, so importers refuse it.
    [[nodiscard]] bool isPaddedInternalNumber() const;

    friend auto operator<=>(const Barcode&, const Barcode&) = default;

private:
    friend Result<Barcode, BarcodeFault> canonicalBarcode(std::string_view scanned);
    friend Result<std::vector<Barcode>, BarcodeFault> barcodesToTry(std::string_view scanned);

    Barcode(std::string text, BarcodeKind kind) : m_text(std::move(text)), m_kind(kind) {}
    [[nodiscard]] static Barcode ofGtin(std::string_view digits);

    std::string m_text;
    BarcodeKind m_kind;
};

/// The canonical form of what a scanner sent, a person typed or a file says. Outer spaces are
/// ignored, and so are the hyphens of an ISBN. Eight digits that are right as EAN-8 are one, even
/// where UPC-E would read them too (a scanner sends the symbol's digits, and EAN-8 is the commoner
/// symbol); eight digits that are only right as UPC-E are read as that, number systems 0 and 1.
[[nodiscard]] Result<Barcode, BarcodeFault> canonicalBarcode(std::string_view scanned);

/// What to look for when `scanned` was read, best first: its canonical form, and where eight
/// digits are both EAN-8 and UPC-E the other reading, because scanners are set up both ways
/// (sending UPC-E as it is, or expanded to UPC-A).
[[nodiscard]] Result<std::vector<Barcode>, BarcodeFault> barcodesToTry(std::string_view scanned);

/// The digit that belongs behind `body` (digits only, at least one).
[[nodiscard]] char gtinCheckDigit(std::string_view body);

/// The 12 digits that eight digits of UPC-E stand for, or nothing when they are none.
[[nodiscard]] std::string expandUpcE(std::string_view digits);

/// The 8 digits of UPC-E for 12 digits of UPC-A, or nothing when it cannot be abbreviated.
[[nodiscard]] std::string suppressUpcA(std::string_view digits);

} // namespace holdfast
