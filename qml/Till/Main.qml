import QtQuick
import QtQuick.Templates as T
import Holdfast.App
import Holdfast.Ui

// The window of the staff till. The program hands over the session; `dark` may be set before and
// watched after, to be remembered.
T.ApplicationWindow {
    id: window

    required property TillSession till
    property bool dark: false
    property bool reducedMotion: false

    width: Theme.windowWidth
    height: Theme.windowHeight
    minimumWidth: Theme.windowWidthMin
    minimumHeight: Theme.windowHeightMin
    visible: true
    title: qsTr("%1 – Holdfast").arg(till.status.tillName)
    color: Theme.bg

    Binding {
        target: Theme
        property: "dark"
        value: window.dark
    }

    Binding {
        target: Theme
        property: "roomy"
        value: window.width >= Theme.roomyFrom
    }

    Binding {
        target: Theme
        property: "reducedMotion"
        value: window.reducedMotion
    }

    SaleScreen {
        anchors.fill: parent
        focus: true
        till: window.till
        onThemeToggled: window.dark = !window.dark
    }
}
