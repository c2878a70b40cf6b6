#include "server/ops/import/import_report.h"

#include <QIODevice>

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::size_t fieldLengthMax = 200;

/// At most fieldLengthMax bytes of a text of any encoding, cut between characters.
std::string_view shortened(std::string_view text)
{
    if (text.size() <= fieldLengthMax) {
        return text;
    }
    std::size_t end = fieldLengthMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

std::string quoted(std::string_view field)
{
    const std::string_view text = shortened(field);
    std::string safe;
    // A leading sign makes spreadsheets compute; an apostrophe makes them show the text.
    if (!text.empty() &&
        std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
        safe = "'";
    }
    safe.append(text);
    if (safe.find_first_of(",\"\r\n") == std::string::npos) {
        return safe;
    }
    std::string inQuotes = "\"";
    for (const char c : safe) {
        inQuotes.append(c == '"' ? 2 : 1, c);
    }
    return inQuotes + '"';
}

} // namespace

ImportReport::ImportReport(QIODevice& out) : m_out(out)
{
    write("line,code,kind,cause,detail\n");
}

void ImportReport::fault(std::int64_t line, std::string_view code, ImportCause cause,
                         std::string_view detail)
{
    writeLine(line, code, "fault", toString(cause), detail);
}

void ImportReport::remark(std::int64_t line, std::string_view code, ImportRemark remark,
                          std::string_view detail)
{
    writeLine(line, code, "remark", toString(remark), detail);
}

void ImportReport::summary(const ImportSummary& summary)
{
    const auto count = [this](std::string_view what, std::int64_t number) {
        writeLine(0, {}, "summary", what, std::to_string(number));
    };
    count("rows", summary.rows);
    count("added", summary.added);
    count("changed", summary.changed);
    count("unchanged", summary.unchanged);
    count("refused", summary.refused);
    for (std::size_t i = 0; i < importCauseCount; ++i) {
        if (summary.causes[i] > 0) {
            count(toString(static_cast<ImportCause>(i)), summary.causes[i]);
        }
    }
    for (std::size_t i = 0; i < importRemarkCount; ++i) {
        if (summary.remarks[i] > 0) {
            count(toString(static_cast<ImportRemark>(i)), summary.remarks[i]);
        }
    }
}

void ImportReport::writeLine(std::int64_t line, std::string_view code, std::string_view kind,
                             std::string_view cause, std::string_view detail)
{
    std::string text = line > 0 ? std::to_string(line) : std::string();
    for (const std::string_view field : {code, kind, cause, detail}) {
        text.append(",").append(quoted(field));
    }
    write(text + '\n');
}

void ImportReport::write(std::string_view text)
{
    const auto size = static_cast<qint64>(text.size());
    m_complete = m_out.write(text.data(), size) == size && m_complete;
}

std::string toText(const ImportSummary& summary)
{
    std::string text = std::to_string(summary.rows) + " rows: " + std::to_string(summary.added) +
                       " added, " + std::to_string(summary.changed) + " changed, " +
                       std::to_string(summary.unchanged) + " unchanged, " +
                       std::to_string(summary.refused) + " refused\n";
    const auto count = [&text](std::string_view what, std::int64_t number) {
        if (number > 0) {
            text.append("  ").append(what).append(": ").append(std::to_string(number)).append("\n");
        }
    };
    for (std::size_t i = 0; i < importCauseCount; ++i) {
        count(toString(static_cast<ImportCause>(i)), summary.causes[i]);
    }
    for (std::size_t i = 0; i < importRemarkCount; ++i) {
        count(toString(static_cast<ImportRemark>(i)), summary.remarks[i]);
    }
    for (const std::string& column : summary.ignoredColumns) {
        text.append("  column not used: ").append(column).append("\n");
    }
    return text;
}

} // namespace holdfast
