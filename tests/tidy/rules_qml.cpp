#include "tests/tidy/rules.h"

#include <QRegularExpression>

namespace holdfast::tidy {

namespace {

constexpr qsizetype qmlLinesPerFunctionMin = 200;
constexpr QStringView themePath = u"qml/Ui/Theme.qml";

struct Pattern
{
    QRegularExpression expression;
    QString rule;
    QString message;
};

const std::vector<Pattern>& patterns()
{
    static const std::vector<Pattern> all{
        {QRegularExpression(QStringLiteral("\\bproperty\\s+var\\b")), QStringLiteral("typed QML"),
         QStringLiteral("a property has a type: name it instead of var")},
        {QRegularExpression(QStringLiteral("^\\s*import\\s+\"[^\"]*\\.m?js\""),
                            QRegularExpression::MultilineOption),
         QStringLiteral("QML scripts"), QStringLiteral("no script files: decide in C++")},
    };
    return all;
}

const std::vector<Pattern>& colours()
{
    const QString rule = QStringLiteral("QML colours");
    const QString message =
        QStringLiteral("colours come from the theme (%1)").arg(themePath.toString());
    static const std::vector<Pattern> all{
        {QRegularExpression(QStringLiteral("[\"']#[0-9a-fA-F]{3,8}[\"']")), rule, message},
        {QRegularExpression(
             QStringLiteral("\\b[cC]olor\\s*:\\s*[\"'](?!transparent[\"'])[a-z]+[\"']")),
         rule, message},
        {QRegularExpression(QStringLiteral("\\bQt\\.(rgba|hsla|hsva)\\s*\\(\\s*[0-9.]")), rule,
         message},
    };
    return all;
}

void apply(const std::vector<Pattern>& wanted, const SourceFile& file, const QString& text,
           Findings& findings)
{
    for (const Pattern& pattern : wanted) {
        auto matches = pattern.expression.globalMatch(text);
        while (matches.hasNext()) {
            const auto match = matches.next();
            findings.push_back(
                {file.path, lineAt(text, match.capturedEnd() - 1), pattern.rule, pattern.message});
        }
    }
}

} // namespace

Findings checkQml(const Tree& tree)
{
    static const QRegularExpression function(QStringLiteral("\\bfunction\\s+\\w+\\s*\\("));
    Findings findings;
    qsizetype lines = 0;
    qsizetype functions = 0;
    for (const SourceFile& file : tree.files) {
        if (file.path.endsWith(u".js") || file.path.endsWith(u".mjs")) {
            findings.push_back({file.path, 0, QStringLiteral("QML scripts"),
                                QStringLiteral("no script files: decide in C++")});
        }
        if (!isQml(file.path)) {
            continue;
        }
        if (!file.path.startsWith(u"qml/")) {
            continue; // tests declare functions, lists of cases and colours freely
        }
        const Layers text = layersOf(file);
        apply(patterns(), file, text.codeAndText, findings);
        lines += file.text.count(u'\n');
        functions += text.code.count(function);
        if (file.path != themePath) {
            apply(colours(), file, text.codeAndText, findings);
        }
    }
    if (functions * qmlLinesPerFunctionMin > lines) {
        findings.push_back({QStringLiteral("qml"), 0, QStringLiteral("QML functions"),
                            QStringLiteral("%1 functions in %2 lines, at most one in %3")
                                .arg(functions)
                                .arg(lines)
                                .arg(qmlLinesPerFunctionMin)});
    }
    return findings;
}

} // namespace holdfast::tidy
