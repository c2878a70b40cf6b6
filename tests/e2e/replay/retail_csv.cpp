#include "tests/e2e/replay/retail_csv.h"

#include <QFile>
#include <QProcess>

namespace holdfast::replay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype columnCount = 8;

/// One field; the separator or line end behind it stays in `rest`.
bool takeField(QByteArrayView& rest, QByteArray& field)
{
    qsizetype at = 0;
    if (!rest.startsWith('"')) {
        while (at < rest.size() && rest[at] != ',' && rest[at] != '\n') {
            ++at;
        }
        field = rest.first(at).toByteArray();
        if (field.endsWith('\r')) {
            field.chop(1);
        }
        rest = rest.sliced(at);
        return true;
    }
    for (at = 1; at < rest.size(); ++at) {
        if (rest[at] != '"') {
            field += rest[at];
        } else if (at + 1 < rest.size() && rest[at + 1] == '"') {
            field += '"';
            ++at;
        } else {
            rest = rest.sliced(at + 1);
            return rest.isEmpty() || rest[0] == ',' || rest[0] == '\n' || rest[0] == '\r';
        }
    }
    return false;
}

std::optional<RetailLine> lineOf(const QList<QByteArray>& fields)
{
    if (fields.size() != columnCount) {
        return std::nullopt;
    }
    bool isNumber = false;
    RetailLine line;
    line.invoice = fields[0];
    line.code = fields[1];
    line.description = fields[2];
    line.quantity = fields[3].toLongLong(&isNumber);
    line.time = fields[4];
    const auto price = parseMilli(fields[5]);
    line.customer =
        fields[6].left(fields[6].indexOf('.') < 0 ? fields[6].size() : fields[6].indexOf('.'));
    if (!isNumber || !price || line.invoice.isEmpty() || line.code.isEmpty()) {
        return std::nullopt;
    }
    line.priceMilli = *price;
    return line;
}

QByteArray contentOf(const QString& path, QString& error)
{
    if (path.endsWith(".xz"_L1)) {
        QProcess xz;
        xz.start(u"xz"_s, {u"-dc"_s, path});
        xz.waitForFinished(120'000);
        if (xz.exitStatus() != QProcess::NormalExit || xz.exitCode() != 0) {
            error = u"xz cannot read %1: %2"_s.arg(
                path, QString::fromUtf8(xz.readAllStandardError()).trimmed());
        }
        return xz.readAllStandardOutput();
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        error = u"cannot read %1: %2"_s.arg(path, file.errorString());
        return {};
    }
    return file.readAll();
}

} // namespace

std::optional<QList<QByteArray>> takeCsvRecord(QByteArrayView& rest)
{
    QList<QByteArray> fields;
    while (true) {
        QByteArray field;
        if (!takeField(rest, field)) {
            return std::nullopt;
        }
        fields.append(field);
        if (rest.startsWith('\r')) {
            rest = rest.sliced(1);
        }
        if (rest.isEmpty()) {
            return fields;
        }
        const bool isEnd = rest[0] == '\n';
        rest = rest.sliced(1);
        if (isEnd) {
            return fields;
        }
    }
}

std::optional<std::int64_t> parseMilli(QByteArrayView text)
{
    const bool isNegative = text.startsWith('-');
    std::int64_t value = 0;
    int decimals = -1;
    qsizetype at = isNegative ? 1 : 0;
    if (at == text.size()) {
        return std::nullopt;
    }
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && decimals < 0) {
            decimals = 0;
        } else if (text[at] >= '0' && text[at] <= '9' && decimals < 3) {
            value = value * 10 + (text[at] - '0');
            decimals += decimals < 0 ? 0 : 1;
        } else {
            return std::nullopt;
        }
    }
    for (int digits = decimals < 0 ? 0 : decimals; digits < 3; ++digits) {
        value *= 10;
    }
    return isNegative ? -value : value;
}

RetailFile parseRetailText(const QByteArray& text)
{
    RetailFile file;
    QByteArrayView rest(text);
    takeCsvRecord(rest); // the header line
    while (!rest.isEmpty()) {
        const auto fields = takeCsvRecord(rest);
        const auto line = fields ? lineOf(*fields) : std::nullopt;
        if (!line) {
            file.error = u"record %1 cannot be read"_s.arg(file.lines.size() + 2);
            return file;
        }
        file.lines.append(*line);
    }
    return file;
}

RetailFile readRetailFile(const QString& path)
{
    QString error;
    const QByteArray text = contentOf(path, error);
    if (!error.isEmpty()) {
        return {{}, error};
    }
    return parseRetailText(text);
}

} // namespace holdfast::replay
