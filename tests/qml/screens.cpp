// Draws every state of a sale in both sizes and both themes, without a display:
//   holdfast_screens [--long] [--arabic] FOLDER [SCENE…]
// writes FOLDER/SCENE-light-1280x800.png and so on, to be looked at. --long makes every word of
// the screens a good third longer, as German would; --arabic mirrors them.
#include "tests/qml/twin/till_twin.h"

#include <QDir>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImage>
#include <QLocale>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTranslator>
#include <QtPlugin>
#include <QtQml/qqmlextensionplugin.h>

#include <cstdio>

Q_IMPORT_QML_PLUGIN(Holdfast_AppPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_UiPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TillPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TwinPlugin)

namespace {

class LongWords : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char*, const char* text, const char*, int) const override
    {
        const QString words = QString::fromUtf8(text);
        const qsizetype more = words.size() < 4 ? 0 : (words.size() * 2 + 4) / 5;
        return words + QStringLiteral("enschaftsverwaltungsgesellschaft").left(more);
    }
};

/// Until pictures have loaded and panels have come to rest.
constexpr int settleMs = 350;

void settle()
{
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < settleMs)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

bool draw(const QString& scene, bool dark, QSize size, const QString& path)
{
    holdfast::TillTwin twin;
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties({{QStringLiteral("till"), QVariant::fromValue(twin.till())},
                                 {QStringLiteral("dark"), dark},
                                 {QStringLiteral("reducedMotion"), true},
                                 {QStringLiteral("width"), size.width()},
                                 {QStringLiteral("height"), size.height()}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Holdfast/Till/Main.qml")));
    auto* window = engine.rootObjects().isEmpty()
                       ? nullptr
                       : qobject_cast<QQuickWindow*>(engine.rootObjects().constFirst());
    if (!window || !twin.show(scene))
        return false;
    settle();
    const QImage image = window->grabWindow();
    return image.size() == size && image.convertToFormat(QImage::Format_RGB888).save(path);
}

int drawAll(const QString& folder, const QStringList& scenes)
{
    int failures = 0;
    for (const QString& scene : scenes) {
        for (const bool dark : {false, true}) {
            for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
                const QString path =
                    QStringLiteral("%1/%2-%3-%4x%5.png")
                        .arg(folder, scene, dark ? QStringLiteral("dark") : QStringLiteral("light"))
                        .arg(size.width())
                        .arg(size.height());
                const bool done = draw(scene, dark, size, path);
                std::printf("%s %s\n", done ? "drew" : "FAILED", qPrintable(path));
                std::fflush(stdout);
                failures += done ? 0 : 1;
            }
        }
    }
    return failures;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    const QGuiApplication application(argc, argv);
    QStringList arguments = QGuiApplication::arguments().mid(1);
    if (arguments.isEmpty()) {
        std::fprintf(stderr, "usage: holdfast_screens FOLDER [SCENE...]\n");
        return 2;
    }
    LongWords longWords;
    if (arguments.removeAll(QStringLiteral("--long")) > 0)
        QCoreApplication::installTranslator(&longWords);
    if (arguments.removeAll(QStringLiteral("--arabic")) > 0)
        QLocale::setDefault(QLocale(QLocale::Arabic, QLocale::Egypt));
    const QString folder = arguments.isEmpty() ? QStringLiteral(".") : arguments.takeFirst();
    QDir().mkpath(folder);
    const QStringList scenes = arguments.isEmpty() ? holdfast::TillTwin::scenes() : arguments;
    return drawAll(folder, scenes) == 0 ? 0 : 1;
}
