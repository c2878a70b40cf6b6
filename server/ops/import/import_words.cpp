#include "server/ops/import/import_words.h"

#include "shared/domain/assert.h"

#include <array>

namespace holdfast {

namespace {

constexpr std::array<std::string_view, importCauseCount> causes{"quotes",
                                                                "line_too_long",
                                                                "column_count",
                                                                "no_code",
                                                                "length",
                                                                "check_digit",
                                                                "short_padded",
                                                                "non_digit",
                                                                "scientific_notation",
                                                                "too_many_barcodes",
                                                                "no_name",
                                                                "encoding",
                                                                "mojibake",
                                                                "too_long",
                                                                "price",
                                                                "currency",
                                                                "tax_rate",
                                                                "stock",
                                                                "favourite",
                                                                "picture",
                                                                "duplicate",
                                                                "sku_taken",
                                                                "barcode_taken",
                                                                "refused"};

constexpr std::array<std::string_view, importRemarkCount> remarks{"no_price", "mended", "upc_e"};

static_assert(static_cast<std::size_t>(ImportCause::Refused) + 1 == importCauseCount);
static_assert(static_cast<std::size_t>(ImportRemark::UpcE) + 1 == importRemarkCount);

} // namespace

std::string_view toString(ImportCause cause)
{
    const auto index = static_cast<std::size_t>(cause);
    HOLDFAST_ASSERT(index < causes.size());
    return causes[index];
}

std::string_view toString(ImportRemark remark)
{
    const auto index = static_cast<std::size_t>(remark);
    HOLDFAST_ASSERT(index < remarks.size());
    return remarks[index];
}

} // namespace holdfast
