#include "tests/tidy/rules.h"

#include <QDir>
#include <QRegularExpression>

namespace holdfast::tidy {

namespace {

bool isDocument(const QString& path)
{
    return path.endsWith(u".md");
}

/// A word that can only be meant as a path of this repository: it begins with a folder of ours.
bool isOurPath(const QString& word)
{
    static const QRegularExpression ours(QStringLiteral(
        "^(app|server|shared|qml|resources|tests|docs|cmake|\\.ci)/[\\w./@-]*[\\w/]$"));
    static const QRegularExpression placeholder(QStringLiteral("/(NAME|FILE|NNNN)\\b"));
    return ours.match(word).hasMatch() && !placeholder.match(word).hasMatch();
}

/// Words between backticks, in lists of code, and the targets of links, with their lines.
std::vector<std::pair<QString, qsizetype>> namedIn(const SourceFile& file)
{
    static const QRegularExpression word(QStringLiteral("[\\w.][\\w./@*<>{}…-]*"));
    static const QRegularExpression link(QStringLiteral("\\]\\(([^)#\\s]+)[^)]*\\)"));
    std::vector<std::pair<QString, qsizetype>> named;
    const QString folder =
        file.path.contains(u'/') ? file.path.section(u'/', 0, -2) + u'/' : QString();
    qsizetype number = 0;
    for (const QString& line : file.text.split(u'\n')) {
        ++number;
        auto links = link.globalMatch(line);
        while (links.hasNext()) {
            const QString target = links.next().captured(1);
            if (!target.contains(u':') && !target.startsWith(u'/')) {
                named.emplace_back(QDir::cleanPath(folder + target), number);
            }
        }
        auto words = word.globalMatch(QString(line).replace(link, QStringLiteral(" ")));
        while (words.hasNext()) {
            const QString path = words.next().captured();
            if (isOurPath(path)) {
                named.emplace_back(path, number);
            } else if (isOurPath(path.chopped(1)) && path.endsWith(u'.')) {
                named.emplace_back(path.chopped(1), number);
            }
        }
    }
    return named;
}

/// Versions stand newest first; returns what is wrong with one heading, or nothing.
QString wrongWithHeading(const QString& line, bool first)
{
    static const QRegularExpression version(
        QStringLiteral("^## \\[\\d+\\.\\d+\\.\\d+\\] - \\d{4}-\\d{2}-\\d{2}$"));
    static const QRegularExpression kind(
        QStringLiteral("^### (Added|Changed|Deprecated|Removed|Fixed|Security)$"));
    if (line.startsWith(u"### ")) {
        return kind.match(line).hasMatch() ? QString() : QStringLiteral("not a kind of change");
    }
    if (first && line != u"## [Unreleased]") {
        return QStringLiteral("the first section is [Unreleased]");
    }
    if (!first && !version.match(line).hasMatch()) {
        return QStringLiteral("a version is written ## [1.2.3] - 2026-01-31");
    }
    return {};
}

void checkChangelog(const SourceFile& file, Findings& findings)
{
    bool first = true;
    qsizetype number = 0;
    for (const QString& line : file.text.split(u'\n')) {
        ++number;
        if (!line.startsWith(u"##")) {
            continue;
        }
        const QString wrong = wrongWithHeading(line, first);
        first = first && line.startsWith(u"### ");
        if (!wrong.isEmpty()) {
            findings.push_back({file.path, number, QStringLiteral("change log"), wrong});
        }
    }
    if (first) {
        findings.push_back({file.path, 0, QStringLiteral("change log"),
                            QStringLiteral("no section [Unreleased]")});
    }
}

qsizetype titlesIn(const SourceFile& file)
{
    qsizetype titles = 0;
    bool inCode = false;
    for (const QString& line : file.text.split(u'\n')) {
        inCode = line.startsWith(u"```") ? !inCode : inCode;
        titles += !inCode && line.startsWith(u"# ") ? 1 : 0;
    }
    return titles;
}

} // namespace

Findings checkDocumentPaths(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isDocument(file.path)) {
            continue;
        }
        for (const auto& [path, line] : namedIn(file)) {
            if (!tree.contains(path)) {
                findings.push_back({file.path, line, QStringLiteral("document paths"),
                                    u"names what does not exist: " + path});
            }
        }
    }
    return findings;
}

Findings checkDocumentForm(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isDocument(file.path)) {
            continue;
        }
        if (titlesIn(file) != 1) {
            findings.push_back({file.path, 0, QStringLiteral("document form"),
                                QStringLiteral("a document has one title (# …)")});
        }
        if (file.path == u"CHANGELOG.md") {
            checkChangelog(file, findings);
        }
    }
    return findings;
}

} // namespace holdfast::tidy
