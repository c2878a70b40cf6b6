#include "server/ops/import/mending.h"

#include <QString>
#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace holdfast {

namespace {

constexpr qsizetype entityLengthMax = 10;

/// The named entities that turn up in shop catalogues; others stay as they are written.
constexpr std::array<std::pair<QStringView, char32_t>, 34> namedEntities{{
    {u"quot", U'"'},        {u"amp", U'&'},         {u"lt", U'<'},          {u"gt", U'>'},
    {u"apos", U'\''},       {u"nbsp", U'\u00A0'},   {u"deg", U'\u00B0'},    {u"eacute", U'\u00E9'},
    {u"egrave", U'\u00E8'}, {u"ecirc", U'\u00EA'},  {u"agrave", U'\u00E0'}, {u"acirc", U'\u00E2'},
    {u"ccedil", U'\u00E7'}, {u"icirc", U'\u00EE'},  {u"iuml", U'\u00EF'},   {u"ocirc", U'\u00F4'},
    {u"ugrave", U'\u00F9'}, {u"ucirc", U'\u00FB'},  {u"auml", U'\u00E4'},   {u"ouml", U'\u00F6'},
    {u"uuml", U'\u00FC'},   {u"szlig", U'\u00DF'},  {u"ntilde", U'\u00F1'}, {u"oelig", U'\u0153'},
    {u"euro", U'\u20AC'},   {u"pound", U'\u00A3'},  {u"copy", U'\u00A9'},   {u"reg", U'\u00AE'},
    {u"trade", U'\u2122'},  {u"hellip", U'\u2026'}, {u"ndash", U'\u2013'},  {u"mdash", U'\u2014'},
    {u"rsquo", U'\u2019'},  {u"lsquo", U'\u2018'},
}};

/// The fast way for most texts: nothing in them needs a look at single characters.
bool isPlainAscii(std::string_view bytes)
{
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '&'; }) &&
           (bytes.empty() || (bytes.front() != ' ' && bytes.back() != ' '));
}

bool isControl(QChar c)
{
    return c.category() == QChar::Other_Control || c == QChar::ByteOrderMark ||
           c == QChar::ByteOrderSwapped;
}

bool isScalar(uint value)
{
    return value > 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/// What "&NAME;" or "&#123;" stands for; `body` is what lies between the signs.
std::optional<char32_t> entity(QStringView body)
{
    if (body.startsWith(u'#')) {
        const bool hexadecimal = body.size() > 1 && (body[1] == u'x' || body[1] == u'X');
        bool ok = false;
        const uint value = body.mid(hexadecimal ? 2 : 1).toUInt(&ok, hexadecimal ? 16 : 10);
        return ok && isScalar(value) ? std::optional<char32_t>(value) : std::nullopt;
    }
    const auto* found = std::find_if(namedEntities.begin(), namedEntities.end(),
                                     [body](const auto& named) { return named.first == body; });
    return found == namedEntities.end() ? std::nullopt : std::optional(found->second);
}

/// Decodes once: "&amp;quot;" becomes "&quot;".
QString withoutEntities(const QString& text)
{
    QString decoded;
    decoded.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const qsizetype end = text[i] == u'&' ? text.indexOf(u';', i) : -1;
        const auto stands = end > i && end - i <= entityLengthMax
                                ? entity(QStringView(text).mid(i + 1, end - i - 1))
                                : std::nullopt;
        if (stands) {
            decoded.append(QChar::fromUcs4(*stands));
            i = end;
        } else {
            decoded.append(text[i]);
        }
    }
    return decoded;
}

/// Each run of control characters becomes one space.
QString withoutControls(const QString& text)
{
    QString clean;
    clean.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!isControl(text[i])) {
            clean.append(text[i]);
        } else if (i == 0 || !isControl(text[i - 1])) {
            clean.append(u' ');
        }
    }
    return clean;
}

bool replace(QString& text, QString changed)
{
    const bool differs = text != changed;
    text = std::move(changed);
    return differs;
}

} // namespace

Result<MendedText, TextFault> mendText(std::string_view bytes)
{
    MendedText mended;
    if (isPlainAscii(bytes)) {
        mended.text = bytes;
        return mended;
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless |
                                                     QStringDecoder::Flag::ConvertInitialBom);
    QString text = decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    if (decoder.hasError()) {
        return Failure<TextFault>(TextFault::Encoding);
    }
    if (text.contains(QChar::ReplacementCharacter)) {
        return Failure<TextFault>(TextFault::Mojibake);
    }
    mended.entities = replace(text, withoutEntities(text));
    mended.controls = replace(text, withoutControls(text));
    mended.spaces = replace(text, text.trimmed());
    mended.composed = replace(text, text.normalized(QString::NormalizationForm_C));
    mended.text = text.toStdString();
    return mended;
}

} // namespace holdfast
