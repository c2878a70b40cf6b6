#include "server/ops/commands.h"
#include "server/ops/config.h"
#include "server/ops/serve.h"
#include "server/ops/stop_signals.h"

#include <QCoreApplication>

#include <array>
#include <cstdio>

namespace {

using holdfast::Config;

struct SubCommand
{
    const char* name;
    const char* help;
    int (*run)(const Config&, const QStringList&);
};

int runServe(const Config& config, const QStringList& arguments)
{
    if (!arguments.isEmpty()) {
        std::fprintf(stderr, "holdfast-server: unknown argument %s\n",
                     arguments.first().toUtf8().constData());
        return 2;
    }
    return holdfast::serve(config);
}

constexpr std::array<SubCommand, 8> subCommands{{
    {"serve", "serve the shop (default)", runServe},
    {"migrate", "bring the database to the newest schema", holdfast::runMigrate},
    {"import", "FILE.csv: take a catalogue in", holdfast::runImport},
    {"export", "[FILE.csv]: write the catalogue out", holdfast::runExport},
    {"verify", "check the journal and every total", holdfast::runVerify},
    {"backup", "FILE: a consistent copy, also while serving", holdfast::runBackup},
    {"token", "create|list|revoke: access tokens", holdfast::runToken},
    {"config", "print the effective configuration, secrets masked", holdfast::runConfig},
}};

const SubCommand* subCommandNamed(const QString& name)
{
    for (const SubCommand& command : subCommands) {
        if (name == QLatin1String(command.name)) {
            return &command;
        }
    }
    return nullptr;
}

int printHelp()
{
    std::printf("holdfast-server [COMMAND] [OPTIONS]\n\nCommands:\n");
    for (const SubCommand& command : subCommands) {
        std::printf("  %-8s %s\n", command.name, command.help);
    }
    std::printf("\nOptions (also as environment variables and as keys of the --config file):\n%s",
                holdfast::optionHelp().c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    holdfast::StopSignals::block();
    const QCoreApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.contains(QStringLiteral("--help")) || arguments.contains(QStringLiteral("-h"))) {
        return printHelp();
    }
    const SubCommand* command = &subCommands.front();
    if (!arguments.isEmpty() && !arguments.first().startsWith(QLatin1Char('-'))) {
        command = subCommandNamed(arguments.takeFirst());
        if (command == nullptr) {
            std::fprintf(stderr, "holdfast-server: unknown command; see --help\n");
            return 2;
        }
    }
    QStringList rest;
    const auto config =
        holdfast::loadConfig(arguments, QProcessEnvironment::systemEnvironment(), rest);
    if (!config) {
        std::fprintf(stderr, "holdfast-server: %s\n", config.error().c_str());
        return 2;
    }
    return command->run(*config, rest);
}
