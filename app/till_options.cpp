#include "app/till_options.h"

#include <QCommandLineParser>
#include <QRegularExpression>
#include <QStandardPaths>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

Failure<TillExit> wrong(const QString& why)
{
    return Failure<TillExit>(TillExit{why, 2});
}

QString environment(const char* name)
{
    return QString::fromLocal8Bit(qgetenv(name));
}

bool isHttp(const QUrl& url)
{
    return url.isValid() && (url.scheme() == u"http" || url.scheme() == u"https") &&
           !url.host().isEmpty();
}

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(u"Holdfast, the desktop till"_s);
    parser.addOptions({
        {u"server"_s, u"Address of the server."_s, u"URL"_s, u"http://127.0.0.1:8000"_s},
        {u"token"_s, u"Access token (or HOLDFAST_TOKEN)."_s, u"T"_s, environment("HOLDFAST_TOKEN")},
        {u"gateway"_s, u"Address of the card gateway; without it there are no card payments."_s,
         u"URL"_s},
        {u"data-dir"_s, u"Where the till keeps its database."_s, u"DIR"_s,
         QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)},
        {u"till-name"_s, u"Name on the screen and on receipts."_s, u"NAME"_s, u"Till 1"_s},
        {u"kiosk"_s, u"Start the self-service kiosk instead."_s},
        {u"theme"_s, u"light or dark."_s, u"THEME"_s, u"light"_s},
        {u"self-test"_s, u"Show the first frame, then exit with 0."_s},
        {u"screenshot"_s, u"Save a picture of the window, then exit."_s, u"FILE"_s},
        {u"size"_s, u"Size of the window."_s, u"WxH"_s},
        {{u"h"_s, u"help"_s}, u"Show this help."_s},
        {u"version"_s, u"Show the version."_s},
    });
}

} // namespace

Result<TillOptions, TillExit> parseTillOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(arguments)) {
        return wrong(parser.errorText());
    }
    if (parser.isSet(u"help"_s)) {
        return Failure<TillExit>(TillExit{parser.helpText(), 0});
    }
    if (parser.isSet(u"version"_s)) {
        return Failure<TillExit>(TillExit{u"holdfast " HOLDFAST_VERSION ""_s, 0});
    }
    if (!parser.positionalArguments().isEmpty()) {
        return wrong(u"unexpected argument: "_s + parser.positionalArguments().first());
    }
    TillOptions options;
    options.server = QUrl(parser.value(u"server"_s));
    options.gateway = QUrl(parser.value(u"gateway"_s));
    options.token = parser.value(u"token"_s);
    options.dataDir = parser.value(u"data-dir"_s);
    options.tillName = parser.value(u"till-name"_s);
    options.kiosk = parser.isSet(u"kiosk"_s);
    options.selfTest = parser.isSet(u"self-test"_s);
    options.screenshot = parser.value(u"screenshot"_s);
    if (!isHttp(options.server)) {
        return wrong(u"--server: not an http or https address"_s);
    }
    if (parser.isSet(u"gateway"_s) && !isHttp(options.gateway)) {
        return wrong(u"--gateway: not an http or https address"_s);
    }
    const QString theme = parser.value(u"theme"_s);
    if (theme != u"light" && theme != u"dark") {
        return wrong(u"--theme: light or dark"_s);
    }
    options.dark = theme == u"dark";
    if (parser.isSet(u"size"_s)) {
        static const QRegularExpression form(u"^(\\d{3,4})x(\\d{3,4})$"_s);
        const QRegularExpressionMatch match = form.match(parser.value(u"size"_s));
        if (!match.hasMatch()) {
            return wrong(u"--size: like 1280x800"_s);
        }
        options.size = {match.captured(1).toInt(), match.captured(2).toInt()};
    }
    return options;
}

} // namespace holdfast
