#include "shared/protocol/decode.h"

#include "shared/domain/barcode.h"
#include "shared/domain/limits.h"
#include "shared/protocol/decode_object.h"

#include <algorithm>
#include <cmath>

namespace holdfast {

namespace {

/// "1.19" or "1": a decimal text with at most the digits that the currency has.
std::optional<Minor> minorOfDecimal(std::string_view text, int digits)
{
    Minor minor = 0;
    int after = -1;
    for (const char c : text) {
        if (c == '.' && after < 0 && digits > 0) {
            after = 0;
            continue;
        }
        if (c < '0' || c > '9' || after == digits || minor > limits::priceMinorMax) {
            return std::nullopt;
        }
        minor = minor * 10 + (c - '0');
        after += after >= 0 ? 1 : 0;
    }
    if (text.empty() || text.front() == '.' || text.back() == '.') {
        return std::nullopt;
    }
    for (int place = std::max(after, 0); place < digits; ++place) {
        minor *= 10;
    }
    return minor <= limits::priceMinorMax ? std::optional(minor) : std::nullopt;
}

std::optional<Minor> readPrice(FieldReader& reader, const Currency& currency)
{
    if (reader.member("price_minor") != nullptr) {
        return reader.integer("price_minor", 0, limits::priceMinorMax);
    }
    const rapidjson::Value* price = reader.member("price");
    if (price == nullptr) {
        return std::nullopt;
    }
    const auto minor =
        price->IsString() ? minorOfDecimal(textOf(*price), currency.minorDigits()) : std::nullopt;
    if (!minor) {
        reader.fail("price", "must be a decimal text such as \"1.19\"; or give price_minor");
    }
    return minor;
}

/// A per cent as number or decimal text ("19.00"), or tax_rate_bp in hundredths of a per cent.
std::optional<int> readTaxRate(FieldReader& reader)
{
    if (const auto bp = reader.integer("tax_rate_bp", 0, limits::taxRateBpMax)) {
        return static_cast<int>(*bp);
    }
    const rapidjson::Value* rate = reader.member("tax_rate");
    if (rate == nullptr) {
        return std::nullopt;
    }
    if (rate->IsString()) {
        const auto bp = minorOfDecimal(textOf(*rate), 2);
        if (bp && *bp <= limits::taxRateBpMax) {
            return static_cast<int>(*bp);
        }
    } else if (rate->IsNumber() && rate->GetDouble() >= 0 && rate->GetDouble() <= 100) {
        // 7.25 is written by other programs as the double next to it.
        const double bp = rate->GetDouble() * 100;
        if (std::fabs(bp - std::round(bp)) < 1e-6) {
            return static_cast<int>(std::lround(bp));
        }
    }
    reader.fail("tax_rate", "must be a percentage from 0 to 100 with at most two decimals");
    return std::nullopt;
}

std::optional<std::vector<std::string>> readBarcodes(FieldReader& reader)
{
    const rapidjson::Value* array = reader.member("barcodes");
    if (array == nullptr) {
        return std::nullopt;
    }
    std::vector<std::string> barcodes;
    if (!array->IsArray() || array->Size() > limits::barcodesPerProductMax) {
        reader.fail("barcodes", "must be an array of at most " +
                                    std::to_string(limits::barcodesPerProductMax) + " texts");
        return barcodes;
    }
    for (const auto& element : array->GetArray()) {
        const auto barcode = canonicalBarcode(element.IsString() ? textOf(element) : "");
        if (!barcode) {
            reader.fail("barcodes", "each must be a code that can be scanned: " +
                                        std::string(toString(barcode.error())));
            return barcodes;
        }
        // 12 and 13 digits of one UPC-A are one code.
        if (std::find(barcodes.begin(), barcodes.end(), barcode->text()) == barcodes.end()) {
            barcodes.push_back(barcode->text());
        }
    }
    return barcodes;
}

Currency readCurrency(FieldReader& reader)
{
    const auto code = reader.text("currency", 3);
    const auto currency = code ? Currency::parse(*code) : Currency{};
    if (!currency) {
        reader.fail("currency", "must be an ISO 4217 code of three capital letters");
    }
    return currency.value_or(Currency{});
}

std::optional<std::string> notEmpty(FieldReader& reader, std::string_view name,
                                    std::size_t lengthMax)
{
    auto text = reader.text(name, lengthMax);
    if (text && text->find_first_not_of(" \n") == std::string::npos) {
        reader.fail(name, "must not be empty");
    }
    return text;
}

void readChange(FieldReader& reader, ChangeProduct& change)
{
    change.sku = notEmpty(reader, "sku", limits::skuLengthMax);
    change.name = notEmpty(reader, "name", limits::nameLengthMax);
    change.brand = reader.text("brand", limits::shortTextLengthMax);
    change.quantityText = reader.text("quantity_text", limits::shortTextLengthMax);
    change.category = reader.text("category", limits::shortTextLengthMax);
    change.barcodes = readBarcodes(reader);
    change.taxRateBp = readTaxRate(reader);
    change.image = reader.text("image", limits::shortTextLengthMax);
    if (const auto rank = reader.integer("favourite_rank", 0, limits::favouriteRankMax)) {
        change.favouriteRank = static_cast<int>(*rank);
    }
}

} // namespace

Decoded<CreateProduct> decodeCreateProduct(std::string_view body)
{
    return decodeObject<CreateProduct>(body, false, [](FieldReader& reader, CreateProduct& create) {
        ChangeProduct given;
        readChange(reader, given);
        ProductDetails& details = create.details;
        details.currency = readCurrency(reader);
        const auto price = readPrice(reader, details.currency);
        reader.require("name", given.name.has_value());
        reader.require("price_minor", price.has_value() || reader.member("price") != nullptr);
        details.sku = given.sku.value_or("");
        details.name = given.name.value_or("");
        details.brand = given.brand.value_or("");
        details.quantityText = given.quantityText.value_or("");
        details.category = given.category.value_or("");
        details.barcodes = given.barcodes.value_or(std::vector<std::string>{});
        details.priceMinor = price.value_or(0);
        details.taxRateBp = given.taxRateBp.value_or(0);
        details.image = given.image.value_or("");
        details.favouriteRank = given.favouriteRank.value_or(0);
        const std::string_view stock = reader.member("on_hand") != nullptr ? "on_hand" : "stock";
        create.openingStock = reader.integer(stock, 0, limits::stockMax).value_or(0);
    });
}

Decoded<ChangeProduct> decodeChangeProduct(std::string_view body)
{
    return decodeObject<ChangeProduct>(body, false, [](FieldReader& reader, ChangeProduct& change) {
        readChange(reader, change);
        const Currency currency = readCurrency(reader);
        change.priceMinor = readPrice(reader, currency);
        // How many digits a decimal price has depends on the currency; minor units stand alone.
        const bool decimal = change.priceMinor && reader.member("price_minor") == nullptr;
        if (decimal || reader.member("currency") != nullptr) {
            change.currency = currency;
        }
        change.version = reader.integer("version", 1, INT64_MAX);
    });
}

} // namespace holdfast
