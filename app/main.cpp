// Composition root of the desktop client.
#include "app/devices/scanner_filter.h"
#include "app/net/http_transport.h"
#include "app/session/till_session.h"
#include "app/sync/till_worker.h"
#include "app/till_options.h"

#include <QDateTime>
#include <QDir>
#include <QGuiApplication>
#include <QLockFile>
#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QQuickWindow>
#include <QRandomGenerator>
#include <QTimer>

#include <cstdio>

Q_IMPORT_QML_PLUGIN(Holdfast_AppPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TillPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_UiPlugin)

namespace {

using namespace holdfast;
using namespace Qt::StringLiterals;

/// A picture waits this long for goods and their pictures to arrive.
constexpr int pictureDelayMs = 1'500;

int say(const QString& text, int code)
{
    std::fprintf(code == 0 ? stdout : stderr, "%s\n", qPrintable(text));
    return code;
}

std::uint64_t random64()
{
    return QRandomGenerator::system()->generate64();
}

EngineParts makeParts(const TillOptions& options)
{
    EngineParts parts;
    auto store = LocalStore::open(options.dataDir + u"/till.db"_s);
    if (!store) {
        parts.storeFault = store.error();
        return parts;
    }
    parts.store = std::move(*store);
    parts.transport = std::make_unique<HttpTransport>(
        HttpPlaces{options.server, options.gateway, options.token.toLatin1()});
    parts.random = random64;
    parts.monotonicMs = monotonicMs;
    parts.wallMs = QDateTime::currentMSecsSinceEpoch;
    parts.serverUrl = options.server.toString();
    return parts;
}

TillSettings makeSettings(const TillOptions& options)
{
    TillSettings settings;
    settings.shopName = u"Holdfast"_s;
    settings.tillName = options.tillName;
    settings.personName = TillSession::tr("Staff");
    settings.server = options.server;
    settings.hasGateway = !options.gateway.isEmpty();
    settings.clocks = {monotonicMs, QDateTime::currentMSecsSinceEpoch};
    settings.random = random64;
    return settings;
}

void saveScreenshot(QQuickWindow& window, const QString& file)
{
    const bool saved = window.grabWindow().save(file);
    QCoreApplication::exit(saved ? 0 : say(u"cannot write "_s + file, 1));
}

/// --self-test and --screenshot end by themselves after the first frame.
void endAfterFirstFrame(QQuickWindow& window, const TillOptions& options)
{
    if (options.selfTest) {
        QObject::connect(
            &window, &QQuickWindow::frameSwapped, &window, [] { QCoreApplication::exit(0); },
            Qt::QueuedConnection);
    } else if (!options.screenshot.isEmpty()) {
        QTimer::singleShot(pictureDelayMs, &window,
                           [&window, file = options.screenshot] { saveScreenshot(window, file); });
    }
}

int runTill(const TillOptions& options)
{
    TillWorker worker([&options] { return makeParts(options); });
    TillSession till(worker.engine(), makeSettings(options));

    QQmlApplicationEngine engine;
    engine.addImportPath(u"qrc:/qt/qml"_s);
    engine.setInitialProperties(
        {{u"till"_s, QVariant::fromValue(&till)}, {u"dark"_s, options.dark}});
    engine.load(QUrl(u"qrc:/qt/qml/Holdfast/Till/Main.qml"_s));
    auto* window = engine.rootObjects().isEmpty()
                       ? nullptr
                       : qobject_cast<QQuickWindow*>(engine.rootObjects().constFirst());
    if (window == nullptr) {
        return say(u"the screen cannot be loaded"_s, 1);
    }
    if (options.size.isValid()) {
        window->resize(options.size);
    }
    ScannerFilter scanner(*window, {});
    QObject::connect(&scanner, &ScannerFilter::scanned, &till, &TillSession::addByCode);
    endAfterFirstFrame(*window, options);
    worker.start();
    return QGuiApplication::exec();
}

} // namespace

int main(int argc, char* argv[])
{
    QGuiApplication application(argc, argv);
    QGuiApplication::setApplicationName(u"holdfast"_s);
    QGuiApplication::setApplicationVersion(u"" HOLDFAST_VERSION ""_s);
    QGuiApplication::setApplicationDisplayName(u"Holdfast"_s);

    const auto options = parseTillOptions(QGuiApplication::arguments());
    if (!options) {
        return say(options.error().text, options.error().code);
    }
    if (options->kiosk) {
        return say(u"the kiosk is not part of this version yet; start the till without --kiosk"_s,
                   2);
    }
    if (!QDir().mkpath(options->dataDir)) {
        return say(u"cannot make the folder "_s + options->dataDir, 1);
    }
    QLockFile lock(options->dataDir + u"/till.lock"_s);
    lock.setStaleLockTime(0);
    if (!lock.tryLock(0)) {
        return say(u"another till is running on "_s + options->dataDir, 1);
    }
    return runTill(*options);
}
