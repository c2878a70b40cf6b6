#include "server/http/front/message.h"

#include <algorithm>
#include <array>

namespace holdfast::http {

namespace {

struct MethodName
{
    Method method;
    QByteArrayView text;
};

constexpr std::array<MethodName, 8> methodNames{{
    {Method::Get, "GET"},
    {Method::Post, "POST"},
    {Method::Head, "HEAD"},
    {Method::Put, "PUT"},
    {Method::Patch, "PATCH"},
    {Method::Delete, "DELETE"},
    {Method::Options, "OPTIONS"},
    {Method::Other, "OTHER"},
}};

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool sameName(const char* left, const char* right, qsizetype size)
{
    for (qsizetype i = 0; i < size; ++i) {
        if (left[i] != right[i] && lowered(left[i]) != lowered(right[i])) {
            return false;
        }
    }
    return true;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = lowered(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

Method methodFromText(QByteArrayView text)
{
    for (const MethodName& known : methodNames) {
        if (known.text == text && known.method != Method::Other) {
            return known.method;
        }
    }
    return Method::Other;
}

QByteArrayView methodText(Method method)
{
    const auto found =
        std::find_if(methodNames.begin(), methodNames.end(),
                     [&](const MethodName& known) { return known.method == method; });
    return found == methodNames.end() ? QByteArrayView("OTHER") : found->text;
}

void Headers::add(QByteArrayView name, QByteArrayView value)
{
    m_fields.append({static_cast<quint32>(m_block.size()), static_cast<quint32>(name.size()),
                     static_cast<quint32>(value.size())});
    m_block.append(name).append(value);
}

QByteArrayView Headers::nameAt(qsizetype index) const
{
    const Field& field = m_fields[index];
    return {m_block.constData() + field.at, static_cast<qsizetype>(field.nameSize)};
}

QByteArrayView Headers::valueAt(qsizetype index) const
{
    const Field& field = m_fields[index];
    return {m_block.constData() + field.at + field.nameSize,
            static_cast<qsizetype>(field.valueSize)};
}

QByteArrayView Headers::view(QByteArrayView name) const
{
    const char* block = m_block.constData();
    for (const Field& field : m_fields) {
        if (static_cast<qsizetype>(field.nameSize) == name.size() &&
            sameName(block + field.at, name.data(), name.size())) {
            return {block + field.at + field.nameSize, static_cast<qsizetype>(field.valueSize)};
        }
    }
    return {};
}

bool Headers::contains(QByteArrayView name) const
{
    return !view(name).isNull();
}

QByteArray Headers::value(QByteArrayView name) const
{
    const QByteArrayView found = view(name);
    // An empty field is present: its value is empty, not null.
    return found.isNull() ? QByteArray() : QByteArray(found.data(), found.size());
}

QByteArray Request::param(qsizetype index) const
{
    return index >= 0 && index < params.size() ? params[index] : QByteArray();
}

std::optional<QByteArray> percentDecoded(QByteArrayView text)
{
    if (!text.contains('%')) {
        return text.toByteArray();
    }
    QByteArray decoded;
    decoded.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.append(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            return std::nullopt;
        }
        decoded.append(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name)
{
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        const QByteArrayView key = equals < 0 ? pair : pair.first(equals);
        if (key != name && percentDecoded(key) != name) {
            continue;
        }
        QByteArray value = equals < 0 ? QByteArray() : pair.sliced(equals + 1).toByteArray();
        value.replace('+', ' ');
        return percentDecoded(value);
    }
    return std::nullopt;
}

bool isSaneRequestId(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 64) {
        return false;
    }
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (lowered(c) >= 'a' && lowered(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == ':' || c == '-';
    });
}

} // namespace holdfast::http
