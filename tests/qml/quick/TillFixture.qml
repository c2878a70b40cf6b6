import QtQuick
import Holdfast.App
import Holdfast.Till
import Holdfast.Twin
import Holdfast.Ui

// One till on the table: the whole screen over a twin of its own.
Item {
    id: fixture

    property alias twin: twin
    property alias screen: screen
    property bool dark: false
    readonly property TillSession till: twin.till

    width: 1280
    height: 800

    TillTwin {
        id: twin
    }

    Binding {
        target: Theme
        property: "roomy"
        value: fixture.width >= Theme.roomyFrom
    }

    Binding {
        target: Theme
        property: "dark"
        value: fixture.dark
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.bg
    }

    SaleScreen {
        id: screen
        anchors.fill: parent
        focus: true
        till: twin.till
    }
}
