import QtQuick
import QtQuick.Templates as T

// A key with only a picture, for rows too narrow for a word. Its name is read, and shown on
// pointing.
T.Button {
    id: key

    required property string symbol
    required property string name
    property color ink: Theme.ink2
    property int size: Theme.iconBody

    implicitWidth: Theme.touch
    implicitHeight: Theme.touch
    focusPolicy: Qt.TabFocus
    hoverEnabled: true
    onHoveredChanged: {
        if (hovered)
            Hints.text = key.name
        Hints.at = hovered ? key : null
    }
    Accessible.role: Accessible.Button
    Accessible.name: name

    // Enter presses the key that has the keyboard, as Space does.
    Keys.onReturnPressed: key.clicked()
    Keys.onEnterPressed: key.clicked()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            symbol: key.symbol
            size: key.size
            color: key.enabled ? key.ink : Theme.control
        }
    }

    background: Rectangle {
        color: key.down ? Theme.raised : Theme.none
        radius: Theme.radius

        FocusRing {
            shown: key.visualFocus
        }
    }
}
