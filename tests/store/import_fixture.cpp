#include "tests/store/import_fixture.h"

#include <algorithm>
#include <utility>

namespace holdfast {

ImportSink FakeShop::sink()
{
    return [this](std::span<const ImportRow> rows) -> Result<ImportOutcome, std::string> {
        m_pieces.push_back(rows.size());
        ImportOutcome outcome;
        for (const ImportRow& row : rows) {
            outcome.rows.push_back(take(row));
        }
        return outcome;
    };
}

const FakeShop::Good* FakeShop::byBarcode(const std::string& canonical) const
{
    const auto at = m_byBarcode.find(canonical);
    return at == m_byBarcode.end() ? nullptr : &m_goods[at->second];
}

ImportOutcome::Row FakeShop::take(const ImportRow& row)
{
    std::optional<std::size_t> known;
    if (const auto at = m_bySku.find(row.details.sku); at != m_bySku.end()) {
        known = at->second;
    }
    for (const std::string& barcode : row.details.barcodes) {
        const auto at = m_byBarcode.find(barcode);
        if (!known && at != m_byBarcode.end()) {
            known = at->second;
        }
    }
    ProductDetails details = row.details;
    if (!known) {
        if (details.sku.empty()) {
            details.sku = "P" + std::to_string(m_goods.size() + 1);
        }
        m_bySku[details.sku] = m_goods.size();
        for (const std::string& barcode : details.barcodes) {
            m_byBarcode[barcode] = m_goods.size();
        }
        m_goods.push_back({std::move(details), row.openingStock});
        return ImportOutcome::Row::Added;
    }
    ProductDetails& stored = m_goods[*known].details;
    if (details.sku.empty()) {
        details.sku = stored.sku;
    }
    if (details == stored) {
        return ImportOutcome::Row::Unchanged;
    }
    stored = std::move(details);
    return ImportOutcome::Row::Changed;
}

std::string ImportRun::causesOf(std::int64_t line) const
{
    std::string causes;
    for (const ReportLine& entry : report) {
        if (entry.line == line && entry.kind == "fault") {
            causes.append(causes.empty() ? "" : "+").append(entry.cause);
        }
    }
    return causes;
}

std::string ImportRun::detail(std::int64_t line, const std::string& cause) const
{
    const auto found = std::find_if(report.begin(), report.end(), [&](const ReportLine& entry) {
        return entry.line == line && entry.cause == cause;
    });
    return found == report.end() ? std::string() : found->detail;
}

std::vector<CsvRecord> recordsOf(const QByteArray& text)
{
    std::vector<CsvRecord> records;
    CsvReader reader([&records](CsvRecord record) { records.push_back(std::move(record)); },
                     [](std::int64_t, CsvFault) {});
    reader.feed({text.constData(), static_cast<std::size_t>(text.size())});
    reader.finish();
    return records;
}

ImportRun import(QIODevice& file, const ImportSink& sink, const ImportDefaults& defaults)
{
    QBuffer written;
    written.open(QIODevice::WriteOnly);
    ImportReport report(written);
    ImportRun run;
    run.result = CatalogueImport(defaults, sink, report).run(file);
    for (CsvRecord& record : recordsOf(written.data())) {
        auto& fields = record.fields;
        if (record.line > 1 && fields.size() == 5) {
            run.report.push_back({std::strtoll(fields[0].c_str(), nullptr, 10), fields[1],
                                  fields[2], fields[3], fields[4]});
        }
    }
    return run;
}

ImportRun import(QByteArray text, const ImportSink& sink, const ImportDefaults& defaults)
{
    QBuffer file(&text);
    file.open(QIODevice::ReadOnly);
    return import(file, sink, defaults);
}

ImportRun importFile(const QString& path, const ImportSink& sink)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return import(file, sink);
}

std::string expectedCauses(const std::string& fault)
{
    static const std::map<std::string, std::string> words{
        {"check-digit", "check_digit"}, {"short-padded", "short_padded"},
        {"non-digit", "non_digit"},     {"no-code", "no_code"},
        {"no-name", "no_name"},         {"scientific-notation", "scientific_notation"},
        {"mojibake", "mojibake"},       {"upc-e", ""}};
    std::string causes;
    for (const QByteArray& part : QByteArray::fromStdString(fault).split('+')) {
        const std::string ours =
            part.startsWith("length-") ? "length" : words.at(part.toStdString());
        causes.append(causes.empty() || ours.empty() ? "" : "+").append(ours);
    }
    return causes;
}

} // namespace holdfast
