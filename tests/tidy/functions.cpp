#include "tests/tidy/functions.h"

#include <QRegularExpression>

namespace holdfast::tidy {

namespace {

/// Blanks preprocessor lines, continued ones included, and the second branches of conditions:
/// both may open the same brace.
QString withoutPreprocessor(const QString& code)
{
    static const QRegularExpression conditional(QStringLiteral("^\\s*#\\s*(if|el|endif)(\\w*)"));
    QStringList lines = code.split(u'\n');
    std::vector<bool> skipping; // one for each open #if: are we past its first branch?
    bool continued = false;
    for (QString& line : lines) {
        const auto match = conditional.match(line);
        const bool directive = continued || line.trimmed().startsWith(u'#');
        continued = directive && line.endsWith(u'\\');
        if (match.captured(1) == u"if") {
            skipping.push_back(false);
        } else if (match.captured(1) == u"el" && !skipping.empty()) {
            skipping.back() = true;
        } else if (match.captured(1) == u"endif" && !skipping.empty()) {
            skipping.pop_back();
        }
        const bool skipped = std::find(skipping.begin(), skipping.end(), true) != skipping.end();
        if (directive || skipped) {
            line.fill(u' ');
        }
    }
    return lines.join(u'\n');
}

enum class Opening { Scope, Function, Other };

/// `Foo::Foo(…) : m_a`, wherever in the list.
const QRegularExpression& initialiserList()
{
    static const QRegularExpression list(QStringLiteral("\\)[^:;()]*:(?!:)[^;]*$"),
                                         QRegularExpression::DotMatchesEverythingOption);
    return list;
}

/// What the text before a brace opens: a scope to look into, a function, or a list of values.
Opening classify(const QString& head)
{
    static const QRegularExpression scope(
        QStringLiteral("^(inline\\s+|export\\s+)?(namespace\\b|extern\\s*\"\\s*\"\\s*$)"));
    static const QRegularExpression type(
        QStringLiteral("^(template\\s*<.*>\\s*)?(typedef\\s+)?(class|struct|union)\\b"
                       "(\\s*alignas\\s*\\([^)]*\\))?[^()]*$"),
        QRegularExpression::DotMatchesEverythingOption);
    // What may stand between the parameters and the body, a member initialiser list included.
    static const QRegularExpression behind(
        QStringLiteral("^(\\s|const\\b|volatile\\b|noexcept\\b|override\\b|final\\b|mutable\\b|"
                       "try\\b|&)*(->.*)?$"),
        QRegularExpression::DotMatchesEverythingOption);
    if (scope.match(head).hasMatch() || type.match(head).hasMatch()) {
        return Opening::Scope;
    }
    const qsizetype parameters = head.lastIndexOf(u')');
    if (parameters < 0 || head.count(u'(') != head.count(u')')) {
        return Opening::Other;
    }
    const bool plain = behind.match(head.mid(parameters + 1)).hasMatch();
    return plain || initialiserList().match(head).hasMatch() ? Opening::Function : Opening::Other;
}

/// Macros that stand on their own before a declaration, without a semicolon.
qsizetype lengthOfMacros(const QString& head)
{
    static const QRegularExpression macros(
        QStringLiteral("^(\\s*[A-Z][A-Z0-9_]{2,}(\\s*\\([^()]*\\))?(?=\\s))+"));
    return macros.match(head).capturedLength();
}

/// The last word before the first parenthesis that is not part of an attribute or `operator()`.
QString nameIn(const QString& head)
{
    static const QRegularExpression name(
        QStringLiteral("((?:[\\w~]+(?:<[^<>()]*>)?\\s*::\\s*)*(?:operator[^\\w\\s]+|operator\\s*"
                       "\\(\\)|[\\w~]+))\\s*\\("));
    const auto match = name.match(head);
    return match.hasMatch() ? match.captured(1) : QStringLiteral("?");
}

class Scanner
{
public:
    explicit Scanner(QString code) : m_code(std::move(code)) {}

    std::optional<std::vector<Function>> run()
    {
        qsizetype headStart = 0;
        int depth = 0;
        for (qsizetype at = 0; at < m_code.size(); ++at) {
            const QChar c = m_code.at(at);
            if (c == u';' || isAccessLabel(at, headStart)) {
                headStart = at + 1;
            } else if (c == u'}') {
                headStart = at + 1;
                if (--depth < 0) {
                    return std::nullopt;
                }
            } else if (c == u'{' && !enter(at, headStart, depth)) {
                return std::nullopt;
            }
        }
        return depth == 0 ? std::optional(m_functions) : std::nullopt;
    }

private:
    [[nodiscard]] bool isAccessLabel(qsizetype at, qsizetype headStart) const
    {
        static const QRegularExpression label(
            QStringLiteral("(^|\\s)(public|protected|private|Q_SIGNALS)(\\s+Q_SLOTS)?$"));
        return m_code.at(at) == u':' &&
               label.match(m_code.mid(headStart, at - headStart).trimmed()).hasMatch();
    }

    /// Handles one opening brace: goes into a scope, or skips to the end of anything else.
    bool enter(qsizetype& at, qsizetype& headStart, int& depth)
    {
        headStart += lengthOfMacros(m_code.mid(headStart, at - headStart));
        const QString head = m_code.mid(headStart, at - headStart).trimmed();
        const Opening opening = classify(head);
        if (opening == Opening::Scope) {
            ++depth;
            headStart = at + 1;
            return true;
        }
        const qsizetype close = matching(at);
        if (close < 0) {
            return false;
        }
        if (opening == Opening::Function && !isMemberInitialiser(head, close)) {
            m_functions.push_back({nameIn(head), firstLine(headStart), lineAt(m_code, close)});
            headStart = close + 1;
        }
        at = close; // a list of values belongs to the declaration that goes on behind it
        return true;
    }

    /// `Foo::Foo() : m_a{1}, m_b{2} { … }`: a brace after a name, more of the same behind it.
    [[nodiscard]] bool isMemberInitialiser(const QString& head, qsizetype close) const
    {
        const bool afterName =
            head.back().isLetterOrNumber() || QStringView(u"_>").contains(head.back());
        const QString rest = m_code.mid(close + 1, 400).trimmed();
        return afterName && initialiserList().match(head).hasMatch() &&
               (rest.startsWith(u',') || rest.startsWith(u'{'));
    }

    [[nodiscard]] qsizetype matching(qsizetype open) const
    {
        int depth = 0;
        for (qsizetype at = open; at < m_code.size(); ++at) {
            depth += m_code.at(at) == u'{' ? 1 : m_code.at(at) == u'}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    [[nodiscard]] qsizetype firstLine(qsizetype headStart) const
    {
        while (headStart < m_code.size() && m_code.at(headStart).isSpace()) {
            ++headStart;
        }
        return lineAt(m_code, headStart);
    }

    QString m_code;
    std::vector<Function> m_functions;
};

} // namespace

std::optional<std::vector<Function>> functionsOf(const SourceFile& file)
{
    return Scanner(withoutPreprocessor(layersOf(file).code)).run();
}

} // namespace holdfast::tidy
