// Runs the Qt Quick tests of the till's screens over the twin.
#include <QQmlEngine>
#include <QQuickStyle>
#include <QtPlugin>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest/quicktest.h>

Q_IMPORT_QML_PLUGIN(Holdfast_AppPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_UiPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TillPlugin)
Q_IMPORT_QML_PLUGIN(Holdfast_TwinPlugin)

class Setup : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void applicationAvailable() { QQuickStyle::setStyle(QStringLiteral("Basic")); }
    void qmlEngineAvailable(QQmlEngine* engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    }
};

QUICK_TEST_MAIN_WITH_SETUP(till_screens, Setup)

#include "main.moc"
