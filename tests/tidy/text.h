#pragma once

#include <QString>
#include <QStringList>

#include <vector>

/// Reading sources well enough to check habits: not a compiler, and honest about it.
namespace holdfast::tidy {

/// One text file of the tree; the path is relative to its root, with forward slashes.
struct SourceFile
{
    QString path;
    QString text;
};

/// Something that a rule found; line 0 means the file as a whole.
struct Finding
{
    QString path;
    qsizetype line = 0;
    QString rule;
    QString message;
};

using Findings = std::vector<Finding>;

/// "path:line: message [rule]", as compilers write it.
QString toString(const Finding& finding);

/// The same text three times, each as long as the source and with the same line breaks, so that
/// an offset means the same place in all of them. What does not belong is blank.
struct Layers
{
    QString code;        ///< no comments, and nothing between quotes
    QString codeAndText; ///< no comments
    QString comments;    ///< comments alone
};

/// Splits C++ (raw strings and digit separators included) or QML (template strings).
Layers layersOf(const SourceFile& file);

/// The line, counted from 1, that holds `offset`.
qsizetype lineAt(const QString& text, qsizetype offset);

bool isCpp(const QString& path);
bool isQml(const QString& path);

} // namespace holdfast::tidy
