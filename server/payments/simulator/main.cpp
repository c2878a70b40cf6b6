// holdfast-gateway: options, then the parts, then listening until SIGTERM or SIGINT.

#include "server/http/front/server.h"
#include "server/payments/simulator/api.h"
#include "server/payments/simulator/options.h"
#include "server/payments/simulator/simulator.h"

#include <QCoreApplication>
#include <QFile>
#include <QSocketNotifier>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <sys/signalfd.h>
#include <unistd.h>

using namespace holdfast;
using namespace holdfast::cardsim;

namespace {

/// Blocks the stop signals in every thread started later; they come out of the descriptor.
int openStopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

QByteArray readPage()
{
    QFile page(QStringLiteral(":/gateway/page.html"));
    return page.open(QIODevice::ReadOnly) ? page.readAll() : QByteArray();
}

Instant systemNow()
{
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(sinceEpoch).count()};
}

int fail(const QString& problem, int exitCode)
{
    std::fprintf(stderr, "holdfast-gateway: %s\n", qUtf8Printable(problem));
    return exitCode;
}

int serve(const GatewayOptions& options)
{
    Simulator simulator(options, systemNow);
    if (const auto loaded = simulator.load(); !loaded) {
        return fail(QString::fromStdString(loaded.error()), 2);
    }
    http::ServerOptions serverOptions;
    serverOptions.host = options.host;
    serverOptions.port = options.port;
    http::HttpServer server(serverOptions, makeApi(simulator, readPage()));
    const auto port = server.start();
    if (!port) {
        return fail(port.error(), 1);
    }
    const bool v6 = options.host.contains(QLatin1Char(':'));
    const QString host = v6 ? QLatin1Char('[') + options.host + QLatin1Char(']') : options.host;
    std::printf("listening on http://%s:%d\n", qUtf8Printable(host), int(*port));
    std::fflush(stdout);

    const int exitCode = QCoreApplication::exec();
    // What has arrived is answered first; the answers need this thread.
    server.stopAccepting();
    QCoreApplication::sendPostedEvents();
    server.drain(std::chrono::seconds(2));
    return exitCode;
}

} // namespace

int main(int argc, char** argv)
{
    const int stopSignals = openStopSignals();
    QCoreApplication application(argc, argv);
    const OptionsOutcome outcome = parseOptions(QCoreApplication::arguments(),
                                                qEnvironmentVariable("HOLDFAST_GATEWAY_SECRET"));
    if (!outcome.options) {
        if (outcome.exitCode == 0) {
            std::fputs(qUtf8Printable(outcome.text), stdout);
            return 0;
        }
        return fail(outcome.text, outcome.exitCode);
    }
    QSocketNotifier stop(stopSignals, QSocketNotifier::Read);
    QObject::connect(&stop, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    return serve(*outcome.options);
}
