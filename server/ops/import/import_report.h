#pragma once

#include "server/ops/import/import_words.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

class QIODevice;

namespace holdfast {

/// Numbers of an import. rows = added + changed + unchanged + refused.
struct ImportSummary
{
    std::int64_t rows = 0;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t refused = 0;                               ///< rows, however many causes each has
    std::array<std::int64_t, importCauseCount> causes = {}; ///< rows in which a cause stands
    std::array<std::int64_t, importRemarkCount> remarks = {}; ///< rows of which it is remarked
    std::vector<std::string> ignoredColumns = {};

    [[nodiscard]] std::int64_t count(ImportCause cause) const
    {
        return causes[static_cast<std::size_t>(cause)];
    }
    [[nodiscard]] std::int64_t count(ImportRemark remark) const
    {
        return remarks[static_cast<std::size_t>(remark)];
    }
};

/// The report file of an import: CSV (RFC 4180, UTF-8, LF) with the columns line, code, kind,
/// cause and detail. kind is "fault" (the row was not imported; one line for each cause),
/// "remark" (it was) or, at the end, "summary" with a count as detail. Fields that a spreadsheet
/// would take for a formula begin with an apostrophe. Writes to a device that is open already.
class ImportReport
{
public:
    explicit ImportReport(QIODevice& out);

    void fault(std::int64_t line, std::string_view code, ImportCause cause,
               std::string_view detail);
    void remark(std::int64_t line, std::string_view code, ImportRemark remark,
                std::string_view detail);
    void summary(const ImportSummary& summary);

    /// False when the device did not take everything: the disk is full.
    [[nodiscard]] bool complete() const { return m_complete; }

private:
    void writeLine(std::int64_t line, std::string_view code, std::string_view kind,
                   std::string_view cause, std::string_view detail);
    void write(std::string_view text);

    QIODevice& m_out;
    bool m_complete = true;
};

/// A few lines for the terminal: what was imported, and how often each cause occurred.
[[nodiscard]] std::string toText(const ImportSummary& summary);

} // namespace holdfast
