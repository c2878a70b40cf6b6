#include "server/ops/import/catalogue_import.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"

#include <QIODevice>

#include <array>
#include <utility>

namespace holdfast {

namespace {

constexpr qint64 readBytes = 65'536;

template <class Enum, std::size_t N>
void increase(std::array<std::int64_t, N>& counts, Enum which)
{
    ++counts[static_cast<std::size_t>(which)];
}

} // namespace

CatalogueImport::CatalogueImport(ImportDefaults defaults, ImportSink sink, ImportReport& report)
    : m_defaults(defaults), m_sink(std::move(sink)), m_report(report),
      m_reader([this](const CsvRecord& record) { takeRecord(record); },
               [this](std::int64_t line, CsvFault fault) { takeFault(line, fault); })
{
    m_piece.reserve(limits::importRowsPerCommandMax);
}

Result<ImportSummary, std::string> CatalogueImport::run(QIODevice& file)
{
    std::array<char, readBytes> buffer;
    while (!m_stopped) {
        const qint64 size = file.read(buffer.data(), readBytes);
        if (size < 0) {
            return Failure<std::string>("the file cannot be read: " +
                                        file.errorString().toStdString());
        }
        if (size == 0) {
            if (file.isSequential() && file.waitForReadyRead(-1)) {
                continue;
            }
            break;
        }
        m_reader.feed({buffer.data(), static_cast<std::size_t>(size)});
    }
    if (!m_stopped) {
        m_reader.finish();
        sendPiece();
    }
    if (!m_stopped && !m_columns) {
        m_stopped = "the file has no header line";
    }
    if (m_stopped) {
        return Failure<std::string>(*m_stopped);
    }
    m_report.summary(m_summary);
    if (!m_report.complete()) {
        return Failure<std::string>("the report could not be written in full");
    }
    return m_summary;
}

void CatalogueImport::takeRecord(const CsvRecord& record)
{
    if (m_stopped) {
        return;
    }
    if (!m_columns) {
        auto columns = Columns::read(record.fields);
        if (!columns) {
            m_stopped = std::move(columns.error());
            return;
        }
        m_summary.ignoredColumns = columns->ignored();
        m_columns = std::move(*columns);
        return;
    }
    ++m_summary.rows;
    if (record.fields.size() != m_columns->width()) {
        refuse(record.line, {},
               {{ImportCause::ColumnCount, std::to_string(record.fields.size()) +
                                               " fields, the header has " +
                                               std::to_string(m_columns->width())}});
        return;
    }
    takeRow(record.line, readRow(*m_columns, record.fields, record.line, m_defaults));
}

void CatalogueImport::takeFault(std::int64_t line, CsvFault fault)
{
    if (m_stopped) {
        return;
    }
    if (!m_columns) {
        m_stopped = "the header line is not CSV";
        return;
    }
    ++m_summary.rows;
    const bool quotes = fault == CsvFault::Quotes;
    refuse(line, {},
           {{quotes ? ImportCause::Quotes : ImportCause::LineTooLong,
             quotes ? "a quotation mark stands where RFC 4180 has none, or is not closed"
                    : "more than " + std::to_string(limits::importRecordBytesMax) + " bytes"}});
}

void CatalogueImport::takeRow(std::int64_t line, ReadRow read)
{
    if (!read.row) {
        refuse(line, read.code, read.faults);
        return;
    }
    if (const auto duplicate = duplicateOf(*read.row)) {
        refuse(line, read.code, {*duplicate});
        return;
    }
    remember(*read.row);
    for (const ImportNote& note : read.notes) {
        increase(m_summary.remarks, note.remark);
        // A file without prices would fill the report with one remark a row.
        const bool noPrices = note.remark == ImportRemark::NoPrice &&
                              !m_columns->has(Column::Price) && !m_columns->has(Column::PriceMinor);
        if (!noPrices) {
            m_report.remark(line, read.code, note.remark, note.detail);
        }
    }
    m_piece.push_back(std::move(*read.row));
    if (m_piece.size() == limits::importRowsPerCommandMax) {
        sendPiece();
    }
}

void CatalogueImport::refuse(std::int64_t line, std::string_view code,
                             const std::vector<ImportFault>& faults)
{
    HOLDFAST_ASSERT(!faults.empty());
    ++m_summary.refused;
    for (const ImportFault& fault : faults) {
        increase(m_summary.causes, fault.cause);
        m_report.fault(line, code, fault.cause, fault.detail);
    }
}

std::optional<ImportFault> CatalogueImport::duplicateOf(const ImportRow& row) const
{
    const auto found = [](const auto& lines, const std::string& key) -> std::optional<ImportFault> {
        const auto at = lines.find(key);
        if (at == lines.end()) {
            return std::nullopt;
        }
        return ImportFault{ImportCause::Duplicate,
                           key + " stands in line " + std::to_string(at->second)};
    };
    if (!row.details.sku.empty()) {
        if (auto fault = found(m_skuLines, row.details.sku)) {
            return fault;
        }
    }
    for (const std::string& barcode : row.details.barcodes) {
        if (auto fault = found(m_barcodeLines, barcode)) {
            return fault;
        }
    }
    return std::nullopt;
}

void CatalogueImport::remember(const ImportRow& row)
{
    if (!row.details.sku.empty()) {
        m_skuLines.emplace(row.details.sku, row.line);
    }
    for (const std::string& barcode : row.details.barcodes) {
        m_barcodeLines.emplace(barcode, row.line);
    }
}

void CatalogueImport::sendPiece()
{
    if (m_piece.empty() || m_stopped) {
        return;
    }
    const auto outcome = m_sink(m_piece);
    if (!outcome) {
        m_stopped = outcome.error();
        return;
    }
    HOLDFAST_ASSERT(outcome->rows.size() == m_piece.size());
    for (std::size_t i = 0; i < m_piece.size(); ++i) {
        count(m_piece[i], outcome->rows[i]);
    }
    m_piece.clear();
}

void CatalogueImport::count(const ImportRow& row, ImportOutcome::Row outcome)
{
    const std::string& code =
        row.details.barcodes.empty() ? row.details.sku : row.details.barcodes.front();
    switch (outcome) {
    case ImportOutcome::Row::Added:
        ++m_summary.added;
        break;
    case ImportOutcome::Row::Changed:
        ++m_summary.changed;
        break;
    case ImportOutcome::Row::Unchanged:
        ++m_summary.unchanged;
        break;
    case ImportOutcome::Row::SkuTaken:
        refuse(row.line, code, {{ImportCause::SkuTaken, "another product has this SKU"}});
        break;
    case ImportOutcome::Row::BarcodeTaken:
        refuse(row.line, code, {{ImportCause::BarcodeTaken, "another product has this barcode"}});
        break;
    case ImportOutcome::Row::InvalidField:
        refuse(row.line, code, {{ImportCause::Refused, "a field is not valid"}});
        break;
    }
}

} // namespace holdfast
