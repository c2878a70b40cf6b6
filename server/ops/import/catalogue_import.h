#pragma once

#include "server/ledger/outcome.h"
#include "server/ops/import/csv_reader.h"
#include "server/ops/import/import_report.h"
#include "server/ops/import/import_row.h"
#include "shared/domain/limits.h"
#include "shared/domain/result.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

class QIODevice;

namespace holdfast {

/// Writes rows into the shop and says what became of each, in their order; or a sentence why the
/// import cannot go on (the database is away). Gets 1 to limits::importRowsPerCommandMax rows.
using ImportSink = std::function<Result<ImportOutcome, std::string>(std::span<const ImportRow>)>;

/// Takes a catalogue file into the shop: reads it as a stream, reports every bad row with its line
/// and cause, sends the good ones on in pieces. A second import of the same file changes nothing,
/// because rows are matched by SKU and barcode and equal ones are left alone. docs/import.md has
/// the rules. Not thread-safe; one import an object.
class CatalogueImport
{
public:
    CatalogueImport(ImportDefaults defaults, ImportSink sink, ImportReport& report);

    /// Reads `file` from where it stands to its end. An error is a sentence for the user; pieces
    /// that were written before it stay written, and importing again takes up the rest.
    [[nodiscard]] Result<ImportSummary, std::string> run(QIODevice& file);

private:
    void takeRecord(const CsvRecord& record);
    void takeFault(std::int64_t line, CsvFault fault);
    void takeRow(std::int64_t line, ReadRow read);
    void refuse(std::int64_t line, std::string_view code, const std::vector<ImportFault>& faults);
    [[nodiscard]] std::optional<ImportFault> duplicateOf(const ImportRow& row) const;
    void remember(const ImportRow& row);
    void sendPiece();
    void count(const ImportRow& row, ImportOutcome::Row outcome);

    ImportDefaults m_defaults;
    ImportSink m_sink;
    ImportReport& m_report;
    CsvReader m_reader;
    std::optional<Columns> m_columns = {};
    std::vector<ImportRow> m_piece = {};
    std::unordered_map<std::string, std::int64_t> m_barcodeLines = {}; ///< of good rows
    std::unordered_map<std::string, std::int64_t> m_skuLines = {};
    ImportSummary m_summary = {};
    std::optional<std::string> m_stopped = {};
};

} // namespace holdfast
