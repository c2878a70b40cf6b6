#include "tests/tidy/rules.h"

#include <QRegularExpression>

#include <algorithm>

namespace holdfast::tidy {

namespace {

/// A folder and the folders of ours that its sources may include; itself is always allowed.
struct Layer
{
    QString folder;
    QStringList mayInclude;
    bool mayUseQt = true;
};

const std::vector<Layer>& layers()
{
    const auto text = [](const char* list) {
        return QString::fromLatin1(list).split(u' ', Qt::SkipEmptyParts);
    };
    // The first folder that fits a path counts, so the narrower stand first.
    static const std::vector<Layer> all{
        {QStringLiteral("shared/domain/"), {}, false},
        {QStringLiteral("shared/protocol/"), text("shared/domain/")},
        {QStringLiteral("shared/sql/"), text("shared/domain/")},
        {QStringLiteral("server/ledger/"), text("shared/domain/"), false},
        {QStringLiteral("server/runtime/"), text("shared/domain/ shared/protocol/ server/ledger/")},
        {QStringLiteral("server/store/"),
         text("shared/domain/ shared/protocol/ shared/sql/ server/ledger/")},
        {QStringLiteral("server/"), text("shared/ server/")},
        {QStringLiteral("app/models/"), text("shared/domain/ shared/protocol/")},
        {QStringLiteral("app/devices/"), text("shared/domain/")},
        {QStringLiteral("app/"), text("shared/ app/")},
        {QStringLiteral("qml/"), text("shared/domain/ app/")},
        {QStringLiteral("tests/"), text("shared/ server/ app/ qml/ tests/")},
    };
    return all;
}

const Layer* layerOf(const QString& path)
{
    const auto found = std::find_if(layers().begin(), layers().end(), [&path](const Layer& layer) {
        return path.startsWith(layer.folder);
    });
    return found == layers().end() ? nullptr : &*found;
}

bool allowed(const Layer& layer, const QString& header)
{
    return header.startsWith(layer.folder) ||
           std::any_of(layer.mayInclude.begin(), layer.mayInclude.end(),
                       [&header](const QString& folder) { return header.startsWith(folder); });
}

/// What moc and the QML tools write has no path in the tree.
bool isGenerated(const QString& header)
{
    return header.endsWith(u".moc") || header.startsWith(u"moc_") || !header.contains(u'/');
}

struct Include
{
    qsizetype line;
    bool quoted;
    QString header;
};

std::vector<Include> includesOf(const SourceFile& file)
{
    static const QRegularExpression include(
        QStringLiteral("^[ \\t]*#[ \\t]*include[ \\t]*([\"<])([^\">\\n]+)[\">]"),
        QRegularExpression::MultilineOption);
    const Layers text = layersOf(file);
    std::vector<Include> all;
    auto matches = include.globalMatch(text.codeAndText);
    while (matches.hasNext()) {
        const auto match = matches.next();
        const qsizetype hash = text.codeAndText.indexOf(u'#', match.capturedStart());
        if (text.code.at(hash) == u'#') { // else the line is inside a literal
            all.push_back({lineAt(file.text, hash), match.captured(1) == u"\"", match.captured(2)});
        }
    }
    return all;
}

void checkInclude(const Tree& tree, const SourceFile& file, const Layer& layer,
                  const Include& include, Findings& findings)
{
    const QString rule = QStringLiteral("include direction");
    const auto report = [&](const QString& message) {
        findings.push_back({file.path, include.line, rule, message});
    };
    if (!include.quoted) {
        static const QRegularExpression qt(QStringLiteral("^(Q[A-Z]\\w*|Qt\\w*/.*|q\\w+\\.h)$"));
        if (!layer.mayUseQt && qt.match(include.header).hasMatch()) {
            report(u"no Qt header in " + layer.folder + u", but <" + include.header + u'>');
        }
        return;
    }
    if (isGenerated(include.header)) {
        const QString beside = file.path.left(file.path.lastIndexOf(u'/') + 1) + include.header;
        if (tree.paths.contains(beside)) {
            report(u"written from the repository root: \"" + beside + u'"');
        }
        return;
    }
    if (!tree.paths.contains(include.header)) {
        report(u"no such file from the repository root: \"" + include.header + u'"');
    } else if (!allowed(layer, include.header)) {
        report(layer.folder + u" must not include \"" + include.header + u'"');
    }
}

} // namespace

Findings checkIncludes(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        const Layer* layer = isCpp(file.path) ? layerOf(file.path) : nullptr;
        if (layer == nullptr) {
            continue;
        }
        for (const Include& include : includesOf(file)) {
            checkInclude(tree, file, *layer, include, findings);
        }
    }
    return findings;
}

Findings checkQtVersions(const Tree& tree)
{
    static const QRegularExpression condition(
        QStringLiteral("^[ \\t]*#[ \\t]*(el)?if\\b.*\\bQT_VERSION"),
        QRegularExpression::MultilineOption);
    Findings findings;
    QSet<QString> units; // a header and its source are one
    for (const SourceFile& file : tree.files) {
        if (!isCpp(file.path)) {
            continue;
        }
        const auto match = condition.match(layersOf(file).code);
        if (match.hasMatch()) {
            units.insert(file.path.section(u'.', 0, -2));
            findings.push_back({file.path, lineAt(file.text, match.capturedEnd()),
                                QStringLiteral("Qt versions"),
                                QStringLiteral("only one file may ask for the version of Qt")});
        }
    }
    return units.size() > 1 ? findings : Findings{};
}

} // namespace holdfast::tidy
