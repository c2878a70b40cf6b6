#include "tests/tidy/functions.h"
#include "tests/tidy/rules.h"

namespace holdfast::tidy {

namespace {

constexpr qsizetype cppLinesMax = 500;
constexpr qsizetype qmlLinesMax = 300;
constexpr qsizetype functionLinesMax = 70;
constexpr qsizetype columnsMax = 100;

/// An address in a comment or text cannot be broken over lines.
bool isOneLongWord(const QString& line)
{
    return line.contains(u"://") && line.trimmed().split(u' ').last().size() > columnsMax / 2;
}

} // namespace

Findings checkFileLengths(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        const qsizetype most = isCpp(file.path)   ? cppLinesMax
                               : isQml(file.path) ? qmlLinesMax
                                                  : file.text.size();
        const qsizetype lines = file.text.count(u'\n');
        if (lines > most) {
            findings.push_back({file.path, 0, QStringLiteral("file length"),
                                QStringLiteral("%1 lines, at most %2").arg(lines).arg(most)});
        }
    }
    return findings;
}

Findings checkLineLengths(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isCpp(file.path) && !isQml(file.path)) {
            continue;
        }
        qsizetype number = 0;
        for (const QString& line : file.text.split(u'\n')) {
            ++number;
            const qsizetype columns = line.toUcs4().size();
            if (columns > columnsMax && !isOneLongWord(line)) {
                findings.push_back(
                    {file.path, number, QStringLiteral("line length"),
                     QStringLiteral("%1 columns, at most %2").arg(columns).arg(columnsMax)});
            }
        }
    }
    return findings;
}

Findings checkFunctionLengths(const Tree& tree)
{
    const QString rule = QStringLiteral("function length");
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isCpp(file.path)) {
            continue;
        }
        const auto functions = functionsOf(file);
        if (!functions) {
            findings.push_back({file.path, 0, rule, QStringLiteral("braces do not match")});
            continue;
        }
        for (const Function& function : *functions) {
            if (function.lines() > functionLinesMax) {
                findings.push_back({file.path, function.firstLine, rule,
                                    QStringLiteral("%1: %2 lines, at most %3")
                                        .arg(function.name)
                                        .arg(function.lines())
                                        .arg(functionLinesMax)});
            }
        }
    }
    return findings;
}

} // namespace holdfast::tidy
