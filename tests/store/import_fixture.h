#pragma once

#include "server/ops/import/catalogue_import.h"

#include <QBuffer>
#include <QByteArray>
#include <QFile>

#include <map>
#include <string>
#include <vector>

namespace holdfast {

/// A shop that keeps products as the ledger does: a row that names a known SKU or barcode changes
/// that product, equal ones are left alone.
class FakeShop
{
public:
    struct Good
    {
        ProductDetails details;
        Units onHand = 0;
    };

    [[nodiscard]] ImportSink sink();
    [[nodiscard]] const std::vector<Good>& goods() const { return m_goods; }
    [[nodiscard]] const Good* byBarcode(const std::string& canonical) const;
    [[nodiscard]] const std::vector<std::size_t>& pieces() const { return m_pieces; }

private:
    ImportOutcome::Row take(const ImportRow& row);

    std::vector<Good> m_goods;
    std::map<std::string, std::size_t> m_bySku;
    std::map<std::string, std::size_t> m_byBarcode;
    std::vector<std::size_t> m_pieces; ///< how many rows came at a time
};

/// One line of a report file.
struct ReportLine
{
    std::int64_t line = 0;
    std::string code;
    std::string kind;
    std::string cause;
    std::string detail;
};

struct ImportRun
{
    Result<ImportSummary, std::string> result = Failure<std::string>("not run");
    std::vector<ReportLine> report;

    /// The causes of one line in the report's order, joined with '+'; empty for a good row.
    [[nodiscard]] std::string causesOf(std::int64_t line) const;
    /// The detail of a remark or fault of a line; empty when there is none.
    [[nodiscard]] std::string detail(std::int64_t line, const std::string& cause) const;
};

[[nodiscard]] ImportRun import(QIODevice& file, const ImportSink& sink,
                               const ImportDefaults& defaults = {});
[[nodiscard]] ImportRun import(QByteArray text, const ImportSink& sink,
                               const ImportDefaults& defaults = {});
[[nodiscard]] ImportRun importFile(const QString& path, const ImportSink& sink);

/// All records of a CSV text, the header included; faults are left out.
[[nodiscard]] std::vector<CsvRecord> recordsOf(const QByteArray& text);

/// What the importer must say about a record of the dirty catalogue, from its column "fault":
/// "check-digit+no-name" becomes "check_digit+no_name", "length-11" "length", "upc-e" nothing.
[[nodiscard]] std::string expectedCauses(const std::string& fault);

} // namespace holdfast
