#include "server/ops/catalogue_loader.h"

#include <QBuffer>
#include <QFile>

namespace holdfast {

namespace {

ImportProducts commandOf(std::span<const ImportRow> rows)
{
    ImportProducts command;
    command.rows.reserve(rows.size());
    for (const ImportRow& row : rows) {
        command.rows.push_back(
            {.details = row.details,
             .openingStock = row.openingStock,
             .givesPrice = row.gives(Column::Price) || row.gives(Column::PriceMinor),
             .givesTaxRate = row.gives(Column::TaxRateBp),
             .givesCategory = row.gives(Column::Category) || row.gives(Column::CategoryTags),
             .givesImage = row.gives(Column::Picture)});
    }
    return command;
}

} // namespace

Result<ImportSummary, std::string> loadCatalogue(LocalLedger& ledger, QIODevice& file,
                                                 QIODevice& report, const ImportDefaults& defaults)
{
    ImportReport lines(report);
    CatalogueImport import(
        defaults,
        [&ledger](std::span<const ImportRow> rows) -> Result<ImportOutcome, std::string> {
            auto outcome = ledger.run(commandOf(rows));
            if (!outcome) {
                return Failure<std::string>(outcome.error());
            }
            return std::get<ImportOutcome>(*outcome);
        },
        lines);
    return import.run(file);
}

Result<ImportSummary, std::string> loadSampleCatalogue(LocalLedger& ledger)
{
    QFile sample(QStringLiteral(":/holdfast/catalogue/sample.csv"));
    if (!sample.open(QIODevice::ReadOnly)) {
        return Failure<std::string>("the sample catalogue is missing from the program");
    }
    QBuffer report;
    report.open(QIODevice::WriteOnly);
    return loadCatalogue(ledger, sample, report, {});
}

} // namespace holdfast
