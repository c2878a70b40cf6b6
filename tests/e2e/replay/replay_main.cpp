#include "tests/e2e/replay/session.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <cstdio>

int main(int argc, char** argv)
{
    using namespace Qt::StringLiterals;
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Replays the Online Retail file through the public HTTP API (docs/replay.md)."_s);
    parser.addHelpOption();
    const QCommandLineOption terminals(u"terminals"_s, u"How many sell at once."_s, u"N"_s, u"8"_s);
    const QCommandLineOption planOnly(u"plan-only"_s, u"Only the accounting, without a server."_s);
    const QCommandLineOption serverFlag(u"server-argument"_s,
                                        u"Passed on to the server; may be repeated."_s, u"ARG"_s);
    parser.addOptions({terminals, planOnly, serverFlag});
    parser.addPositionalArgument(u"FILE"_s, u"The .csv or .csv.xz file."_s);
    parser.process(application);
    holdfast::replay::Options options;
    options.terminals = parser.value(terminals).toInt();
    options.planOnly = parser.isSet(planOnly);
    options.serverArguments = parser.values(serverFlag);
    if (parser.positionalArguments().size() != 1 || options.terminals < 1) {
        std::fputs("Usage: holdfast_replay [--terminals N] [--plan-only] FILE\n", stderr);
        return 2;
    }
    options.file = parser.positionalArguments().constFirst();
    return holdfast::replay::runReplay(options);
}
