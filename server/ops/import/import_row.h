#pragma once

#include "server/ops/import/columns.h"
#include "server/ops/import/import_words.h"
#include "shared/domain/product.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// A good row of a catalogue, as a product.
struct ImportRow
{
    std::int64_t line = 0;
    ProductDetails details = {}; ///< barcodes canonical; an empty SKU lets the store make one
    Units openingStock = 0;
    std::bitset<columnCount> given = {}; ///< columns with something in them: the rest is default

    [[nodiscard]] bool gives(Column column) const
    {
        return given.test(static_cast<std::size_t>(column));
    }
};

struct ImportFault
{
    ImportCause cause = ImportCause::Refused;
    std::string detail = {};
};

struct ImportNote
{
    ImportRemark remark = ImportRemark::NoPrice;
    std::string detail = {};
};

/// What became of one record: a row, or at least one fault.
struct ReadRow
{
    std::string code = {}; ///< as the file has it, for the report
    std::optional<ImportRow> row = {};
    std::vector<ImportFault> faults = {};
    std::vector<ImportNote> notes = {};
};

/// What goods get that say nothing themselves.
struct ImportDefaults
{
    Currency currency = {};
    int taxRateBp = 0;
};

/// Checks and mends one record, which must be as wide as the header. All faults of the record are
/// found, in the order code, name, other texts, numbers.
[[nodiscard]] ReadRow readRow(const Columns& columns, const std::vector<std::string>& record,
                              std::int64_t line, const ImportDefaults& defaults);

} // namespace holdfast
