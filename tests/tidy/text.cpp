#include "tests/tidy/text.h"

namespace holdfast::tidy {

namespace {

enum class Part { Code, Text, Comment };

/// Walks over a source once and writes each character to the layers that it belongs to.
class Splitter
{
public:
    explicit Splitter(const QString& source, bool qml) : m_source(source), m_qml(qml)
    {
        m_layers.code.reserve(source.size());
        m_layers.codeAndText.reserve(source.size());
        m_layers.comments.reserve(source.size());
    }

    Layers run()
    {
        while (m_at < m_source.size()) {
            step();
        }
        return m_layers;
    }

private:
    void step()
    {
        const QChar c = m_source.at(m_at);
        if (startsHere(u"//")) {
            take(endOfLineComment(), Part::Comment);
        } else if (startsHere(u"/*")) {
            take(after(u"*/", m_at + 2), Part::Comment);
        } else if (!m_qml && c == u'"' && isRawPrefix()) {
            takeQuoted(endOfRawString());
        } else if (c == u'"' || (c == u'\'' && !isDigitSeparator()) || (m_qml && c == u'`')) {
            takeQuoted(endOfQuoted(c));
        } else {
            take(m_at + 1, Part::Code);
        }
    }

    [[nodiscard]] bool startsHere(QStringView word) const
    {
        return QStringView(m_source).mid(m_at).startsWith(word);
    }

    [[nodiscard]] qsizetype after(const QString& end, qsizetype from) const
    {
        const qsizetype found = m_source.indexOf(end, from);
        return found < 0 ? m_source.size() : found + end.size();
    }

    [[nodiscard]] qsizetype after(QStringView end, qsizetype from) const
    {
        return after(end.toString(), from);
    }

    [[nodiscard]] qsizetype endOfLineComment() const
    {
        const qsizetype found = m_source.indexOf(u'\n', m_at);
        return found < 0 ? m_source.size() : found;
    }

    [[nodiscard]] bool isRawPrefix() const
    {
        return m_at > 0 && m_source.at(m_at - 1) == u'R' &&
               (m_at < 2 || !m_source.at(m_at - 2).isLetterOrNumber() ||
                QStringView(u"uUL8").contains(m_source.at(m_at - 2)));
    }

    [[nodiscard]] qsizetype endOfRawString() const
    {
        const qsizetype open = m_source.indexOf(u'(', m_at);
        if (open < 0) {
            return m_source.size();
        }
        const QString mark = m_source.mid(m_at + 1, open - m_at - 1);
        return after(QString(u')' + mark + u'"'), open);
    }

    /// 1'000'000 is a number; u'x' and '\'' are not.
    [[nodiscard]] bool isDigitSeparator() const
    {
        if (m_at == 0 || m_at + 1 >= m_source.size()) {
            return false;
        }
        qsizetype start = m_at;
        while (start > 0 && (m_source.at(start - 1).isLetterOrNumber() ||
                             m_source.at(start - 1) == u'\'' || m_source.at(start - 1) == u'.')) {
            --start;
        }
        return m_source.at(start).isDigit() && m_source.at(m_at + 1).isLetterOrNumber();
    }

    [[nodiscard]] qsizetype endOfQuoted(QChar quote) const
    {
        qsizetype at = m_at + 1;
        while (at < m_source.size() && m_source.at(at) != quote) {
            if (m_source.at(at) == u'\n' && quote != u'`') {
                return at; // an unfinished literal: go on with the next line
            }
            at += m_source.at(at) == u'\\' ? 2 : 1;
        }
        return qMin(at + 1, m_source.size());
    }

    void takeQuoted(qsizetype end)
    {
        take(m_at + 1, Part::Code);
        take(qMax(m_at, end - 1), Part::Text);
        take(end, Part::Code);
    }

    void take(qsizetype end, Part part)
    {
        for (; m_at < qMin(end, m_source.size()); ++m_at) {
            const QChar c = m_source.at(m_at);
            const bool keep = c == u'\n';
            m_layers.code += keep || part == Part::Code ? c : u' ';
            m_layers.codeAndText += keep || part != Part::Comment ? c : u' ';
            m_layers.comments += keep || part == Part::Comment ? c : u' ';
        }
    }

    const QString& m_source;
    bool m_qml;
    qsizetype m_at = 0;
    Layers m_layers;
};

} // namespace

QString toString(const Finding& finding)
{
    const QString line = finding.line > 0 ? u':' + QString::number(finding.line) : QString();
    return finding.path + line + u": " + finding.message + u" [" + finding.rule + u']';
}

Layers layersOf(const SourceFile& file)
{
    return Splitter(file.text, isQml(file.path)).run();
}

qsizetype lineAt(const QString& text, qsizetype offset)
{
    return QStringView(text).left(offset).count(u'\n') + 1;
}

bool isCpp(const QString& path)
{
    return path.endsWith(u".cpp") || path.endsWith(u".h");
}

bool isQml(const QString& path)
{
    return path.endsWith(u".qml");
}

} // namespace holdfast::tidy
