#include "tests/tidy/rules.h"

#include <QRegularExpression>

#include <algorithm>

namespace holdfast::tidy {

namespace {

const QString listName = QStringLiteral("CMakeLists.txt");

QString parentOf(const QString& folder)
{
    return folder.contains(u'/') ? folder.section(u'/', 0, -2) : QString();
}

QString inFolder(const QString& folder, const QString& name)
{
    return folder.isEmpty() ? name : folder + u'/' + name;
}

/// A list without its comments: a source in a comment is not built.
QString withoutComments(const QString& list)
{
    static const QRegularExpression comment(QStringLiteral("#[^\\n]*"));
    return QString(list).remove(comment);
}

bool names(const QString& list, const QString& word)
{
    const QRegularExpression whole(
        QStringLiteral("(^|[\\s\"(;/])%1($|[\\s\");])").arg(QRegularExpression::escape(word)));
    return whole.match(withoutComments(list)).hasMatch();
}

/// `test_${what}.cpp` in a loop over names: the list has to hold the name that fits, too.
bool namesInLoop(const QString& list, const QString& word)
{
    static const QRegularExpression pattern(QStringLiteral("([\\w./-]*)\\$\\{\\w+\\}([\\w./-]*)"));
    auto matches = pattern.globalMatch(withoutComments(list));
    while (matches.hasNext()) {
        const auto match = matches.next();
        const QString before = match.captured(1);
        const QString behind = match.captured(2);
        const qsizetype length = word.size() - before.size() - behind.size();
        if (length > 0 && word.startsWith(before) && word.endsWith(behind) &&
            names(list, word.mid(before.size(), length))) {
            return true;
        }
    }
    return false;
}

/// The nearest list above a folder, the folder included.
const SourceFile* nearestList(const Tree& tree, QString folder)
{
    while (true) {
        if (const SourceFile* list = tree.find(inFolder(folder, listName))) {
            return list;
        }
        if (folder.isEmpty()) {
            return nullptr;
        }
        folder = parentOf(folder);
    }
}

bool isBuilt(const QString& path)
{
    static const QStringList folders{QStringLiteral("app/"), QStringLiteral("qml/"),
                                     QStringLiteral("server/"), QStringLiteral("shared/"),
                                     QStringLiteral("tests/")};
    const bool ours = std::any_of(folders.begin(), folders.end(), [&path](const QString& folder) {
        return path.startsWith(folder);
    });
    const bool view = isQml(path) && path.startsWith(u"qml/");
    return ours && (path.endsWith(u".cpp") || view);
}

} // namespace

Findings checkSourcesListed(const Tree& tree)
{
    const QString rule = QStringLiteral("sources listed");
    Findings findings;
    for (const SourceFile& file : tree.files) {
        const QString folder = parentOf(file.path);
        if (isBuilt(file.path)) {
            const SourceFile* list = nearestList(tree, folder);
            const QString base = list == nullptr ? QString() : parentOf(list->path);
            const QString name = file.path.mid(base.isEmpty() ? 0 : base.size() + 1);
            if (list == nullptr || !(names(list->text, name) || namesInLoop(list->text, name))) {
                findings.push_back(
                    {file.path, 0, rule, QStringLiteral("no CMakeLists.txt lists it")});
            }
        }
        if (file.path.endsWith(u'/' + listName)) {
            const SourceFile* parent = nearestList(tree, parentOf(folder));
            const QString base = parent == nullptr ? QString() : parentOf(parent->path);
            const QString name = folder.mid(base.isEmpty() ? 0 : base.size() + 1);
            if (parent == nullptr || !names(parent->text, name)) {
                findings.push_back({file.path, 0, rule, QStringLiteral("no list above enters it")});
            }
        }
    }
    return findings;
}

Findings checkSuppressions(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        const bool list =
            file.path == u"cmake/lint/cppcheck.txt" || file.path.startsWith(u"cmake/sanitizers/");
        if (!list) {
            continue;
        }
        bool reasoned = false;
        qsizetype number = 0;
        for (const QString& line : file.text.split(u'\n')) {
            ++number;
            if (line.startsWith(u'#')) {
                reasoned = true;
            } else if (line.trimmed().isEmpty()) {
                reasoned = false;
            } else if (!reasoned) {
                findings.push_back({file.path, number, QStringLiteral("suppressions"),
                                    QStringLiteral("a suppression has its reason above it")});
            }
        }
    }
    return findings;
}

} // namespace holdfast::tidy
