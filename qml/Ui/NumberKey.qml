import QtQuick
import QtQuick.Templates as T

// One key of the number pad: acts on press of a finger's size, shows the press at once.
T.Button {
    id: key

    property string symbol
    property string name: text

    implicitWidth: Theme.keyHeight
    implicitHeight: Theme.keyHeight
    focusPolicy: Qt.NoFocus
    autoRepeat: symbol === "delete"
    Accessible.role: Accessible.Button
    Accessible.name: name

    contentItem: Item {
        TextLine {
            anchors.centerIn: parent
            visible: key.symbol === ""
            text: key.text
            figures: true
            size: TextLine.Total
            strong: true
            color: key.enabled ? Theme.ink : Theme.ink2
            Accessible.ignored: true
        }

        Icon {
            anchors.centerIn: parent
            symbol: key.symbol
            size: Theme.iconLarge
            color: key.enabled ? Theme.ink : Theme.ink2
        }
    }

    background: Rectangle {
        color: key.down ? Theme.accentSoft : Theme.surface
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: key.down ? Theme.accent : Theme.control
    }
}
