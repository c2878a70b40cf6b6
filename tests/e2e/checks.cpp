#include "tests/e2e/checks.h"

#include <QRegularExpression>

namespace holdfast::test {

using namespace Qt::StringLiterals;

QByteArray statusFault(const HttpReply& reply, int wanted)
{
    if (reply.status == wanted) {
        return {};
    }
    return "wanted " + QByteArray::number(wanted) + ", got " + reply.summary();
}

QByteArray problemFault(const HttpReply& reply, int wanted, const char* code)
{
    QByteArray fault = statusFault(reply, wanted);
    if (fault.isEmpty()) {
        fault = problemFault(reply);
    }
    if (fault.isEmpty() && reply.code() != QLatin1StringView(code)) {
        fault = QByteArray("wanted code ") + code;
    }
    return fault.isEmpty() ? fault : QByteArray(fault + ": " + reply.summary());
}

QByteArray problemFault(const HttpReply& reply)
{
    if (!reply.header("content-type").startsWith("application/problem+json")) {
        return "content type " + reply.header("content-type");
    }
    const QJsonObject body = reply.json();
    for (const auto name :
         {"type"_L1, "title"_L1, "detail"_L1, "code"_L1, "message"_L1, "request_id"_L1}) {
        if (body.value(name).toString().isEmpty()) {
            return QByteArray("no text in ") + name.data();
        }
    }
    if (body.value("status"_L1).toInt() != reply.status) {
        return "status in the body differs from the status line";
    }
    if (body.value("message"_L1) != body.value("detail"_L1)) {
        return "message differs from detail";
    }
    if (body.value("request_id"_L1).toString().toUtf8() != reply.header("x-request-id")) {
        return "request_id differs from X-Request-Id";
    }
    static const QRegularExpression word(u"^[a-z][a-z0-9_]*$"_s);
    if (!word.match(reply.code()).hasMatch()) {
        return "code is not a snake_case word";
    }
    if (reply.status == 422 && body.contains("errors"_L1)) {
        for (const QJsonValue list : body.value("errors"_L1).toObject()) {
            if (!list.isArray() || list.toArray().isEmpty()) {
                return "errors is not field → list of texts";
            }
        }
    }
    return {};
}

bool isInstant(const QString& text)
{
    static const QRegularExpression form(
        u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"_s);
    return form.match(text).hasMatch();
}

bool isUuid(const QString& text)
{
    static const QRegularExpression form(
        u"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"_s);
    return form.match(text).hasMatch();
}

} // namespace holdfast::test
