#include "server/ops/import/import_row.h"

#include "server/ops/import/category_map.h"
#include "server/ops/import/mending.h"
#include "shared/domain/barcode.h"
#include "shared/domain/characters.h"
#include "shared/domain/limits.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace holdfast {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// "1.99", "1,99" and "2" in minor units of the currency; more decimals than it has are refused.
std::optional<Minor> decimalPrice(std::string_view text, const Currency& currency)
{
    const auto separator = text.find_first_of(".,");
    const std::string_view whole = text.substr(0, separator);
    std::string digits(whole);
    std::string decimals;
    if (separator != std::string_view::npos) {
        decimals = text.substr(separator + 1);
        if (decimals.empty() || decimals.find_first_not_of("0123456789") != std::string::npos) {
            return std::nullopt;
        }
    }
    const auto width = static_cast<std::size_t>(currency.minorDigits());
    if (decimals.size() > width || whole.empty()) {
        return std::nullopt;
    }
    decimals.resize(width, '0');
    return wholeNumber(digits + decimals);
}

ImportCause causeOf(BarcodeFault fault)
{
    switch (fault) {
    case BarcodeFault::Missing:
        return ImportCause::NoCode;
    case BarcodeFault::Length:
        return ImportCause::Length;
    case BarcodeFault::CheckDigit:
        return ImportCause::CheckDigit;
    case BarcodeFault::ScientificNotation:
        return ImportCause::ScientificNotation;
    case BarcodeFault::Character:
        return ImportCause::NonDigit;
    }
    return ImportCause::Refused;
}

std::string repaired(const MendedText& text)
{
    std::string all;
    const auto add = [&all](bool done, std::string_view what) {
        if (done) {
            all.append(all.empty() ? "" : ", ").append(what);
        }
    };
    add(text.entities, "HTML entities decoded");
    add(text.controls, "control characters removed");
    add(text.spaces, "outer spaces removed");
    add(text.composed, "Unicode composed");
    return all;
}

/// Reads the fields of one record; every part adds its faults and goes on.
class RowReader
{
public:
    RowReader(const Columns& columns, const std::vector<std::string>& record, std::int64_t line,
              const ImportDefaults& defaults)
        : m_columns(columns), m_record(record)
    {
        m_row.line = line;
        m_row.details.currency = defaults.currency;
        m_row.details.taxRateBp = defaults.taxRateBp;
        m_result.code = field(Column::Barcodes);
        if (m_result.code.empty()) {
            m_result.code = field(Column::Sku);
        }
    }

    ReadRow read()
    {
        readCodes();
        readTexts();
        readPrice();
        readNumbers();
        if (m_result.faults.empty()) {
            m_result.row = std::move(m_row);
        }
        return std::move(m_result);
    }

private:
    [[nodiscard]] std::string_view field(Column column) const
    {
        return trimmed(m_columns.field(m_record, column));
    }

    void fault(ImportCause cause, std::string detail)
    {
        // A lost character in name and brand is one fault of the row.
        const bool known = std::any_of(m_result.faults.begin(), m_result.faults.end(),
                                       [cause](const ImportFault& f) { return f.cause == cause; });
        if (!known) {
            m_result.faults.push_back({cause, std::move(detail)});
        }
    }

    void note(ImportRemark remark, std::string detail)
    {
        m_result.notes.push_back({remark, std::move(detail)});
    }

    void given(Column column) { m_row.given.set(static_cast<std::size_t>(column)); }

    void readCodes()
    {
        std::string_view codes = field(Column::Barcodes);
        if (codes.empty() && field(Column::Sku).empty()) {
            fault(ImportCause::NoCode, "neither a barcode nor a SKU");
        }
        while (!codes.empty()) {
            const auto semicolon = std::min(codes.find(';'), codes.size());
            readCode(trimmed(codes.substr(0, semicolon)));
            codes.remove_prefix(std::min(semicolon + 1, codes.size()));
        }
        if (m_row.details.barcodes.size() > limits::barcodesPerProductMax) {
            fault(ImportCause::TooManyBarcodes,
                  "at most " + std::to_string(limits::barcodesPerProductMax));
        }
    }

    void readCode(std::string_view code)
    {
        const auto barcode = canonicalBarcode(code);
        if (!barcode) {
            fault(causeOf(barcode.error()), std::string(code));
            return;
        }
        if (barcode->isPaddedInternalNumber()) {
            fault(ImportCause::ShortPadded, std::string(code));
            return;
        }
        if (code.size() == 8 && barcode->text().size() > 8 &&
            barcode->kind() != BarcodeKind::Text) {
            note(ImportRemark::UpcE, "read as " + barcode->text());
        }
        auto& all = m_row.details.barcodes;
        if (std::find(all.begin(), all.end(), barcode->text()) == all.end()) {
            all.push_back(barcode->text());
        }
        given(Column::Barcodes);
    }

    void readTexts()
    {
        ProductDetails& details = m_row.details;
        details.name = text(Column::Name, limits::nameLengthMax);
        details.sku = text(Column::Sku, limits::skuLengthMax);
        details.brand = text(Column::Brand, limits::shortTextLengthMax);
        details.quantityText = text(Column::QuantityText, limits::shortTextLengthMax);
        details.category = text(Column::Category, limits::shortTextLengthMax);
        if (details.category.empty()) {
            const std::string_view tags = field(Column::CategoryTags);
            details.category = categoryFor(tags).name;
            if (!tags.empty()) {
                given(Column::CategoryTags);
            }
        }
        readPicture();
    }

    /// The mended text of a column. A name is needed; a lost character is a fault of any text.
    std::string text(Column column, std::size_t lengthMax)
    {
        const auto mended = mendText(m_columns.field(m_record, column));
        if (!mended) {
            const bool lost = mended.error() == TextFault::Mojibake;
            fault(lost ? ImportCause::Mojibake : ImportCause::Encoding,
                  lost ? "characters were lost before this file was written" : "not UTF-8");
            return {};
        }
        if (mended->text.empty()) {
            if (column == Column::Name) {
                fault(ImportCause::NoName, "goods without a name");
            }
            return {};
        }
        if (characterCount(mended->text) > lengthMax) {
            fault(ImportCause::TooLong, "at most " + std::to_string(lengthMax) + " characters");
            return {};
        }
        if (mended->mended()) {
            note(ImportRemark::Mended, repaired(*mended) + ": " + mended->text);
        }
        given(column);
        return mended->text;
    }

    void readPicture()
    {
        const std::string_view picture = field(Column::Picture);
        const bool isName = std::all_of(picture.begin(), picture.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!isName || picture.size() > limits::shortTextLengthMax) {
            fault(ImportCause::Picture, "a picture's name is of small letters, digits and hyphens");
        } else if (picture.empty()) {
            m_row.details.image = pictureFor(m_row.details.category);
        } else {
            m_row.details.image = picture;
            given(Column::Picture);
        }
    }

    void readPrice()
    {
        if (const std::string_view code = field(Column::Currency); !code.empty()) {
            const auto currency = Currency::parse(code);
            if (!currency) {
                fault(ImportCause::Currency, "not an ISO 4217 code: " + std::string(code));
                return;
            }
            m_row.details.currency = *currency;
            given(Column::Currency);
        }
        const bool isMinor = m_columns.has(Column::PriceMinor);
        const Column column = isMinor ? Column::PriceMinor : Column::Price;
        const std::string_view price = field(column);
        if (price.empty()) {
            note(ImportRemark::NoPrice, "imported at price 0");
            return;
        }
        const auto minor =
            isMinor ? wholeNumber(price) : decimalPrice(price, m_row.details.currency);
        if (!minor || *minor < 0 || *minor > limits::priceMinorMax) {
            fault(ImportCause::Price, "not a price: " + std::string(price));
            return;
        }
        m_row.details.priceMinor = *minor;
        given(column);
        if (*minor == 0) {
            note(ImportRemark::NoPrice, "imported at price 0");
        }
    }

    void readNumbers()
    {
        m_row.openingStock = number(Column::OnHand, limits::stockMax, ImportCause::Stock, 0);
        m_row.details.taxRateBp =
            static_cast<int>(number(Column::TaxRateBp, limits::taxRateBpMax, ImportCause::TaxRate,
                                    m_row.details.taxRateBp));
        m_row.details.favouriteRank = static_cast<int>(
            number(Column::Favourite, limits::favouriteRankMax, ImportCause::Favourite, 0));
    }

    std::int64_t number(Column column, std::int64_t most, ImportCause cause, std::int64_t otherwise)
    {
        const std::string_view written = field(column);
        if (written.empty()) {
            return otherwise;
        }
        const auto value = wholeNumber(written);
        if (!value || *value < 0 || *value > most) {
            fault(cause, "not a whole number from 0 to " + std::to_string(most) + ": " +
                             std::string(written));
            return otherwise;
        }
        given(column);
        return *value;
    }

    const Columns& m_columns;
    const std::vector<std::string>& m_record;
    ImportRow m_row;
    ReadRow m_result;
};

} // namespace

ReadRow readRow(const Columns& columns, const std::vector<std::string>& record, std::int64_t line,
                const ImportDefaults& defaults)
{
    return RowReader(columns, record, line, defaults).read();
}

} // namespace holdfast
