import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The number pad and the keys for the selected line. Nothing here ever moves.
RowLayout {
    id: pad

    required property TillSession till
    required property string selectedLineId
    readonly property bool selling: till.stage === TillSession.Selling
    readonly property bool hasLine: selling && selectedLineId !== ""

    objectName: "pad"
    spacing: Theme.space2
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true

    Keypad {
        enabled: pad.till.stage !== TillSession.Finished
        implicitHeight: 4 * Theme.keyHeight + 3 * Theme.space2
        Layout.fillWidth: true
        Layout.preferredHeight: implicitHeight
        onDigit: value => pad.till.keypad.press(value)
        onDoubleZero: pad.till.keypad.press(KeypadEntry.Key00)
        onBackspace: pad.till.keypad.press(KeypadEntry.KeyBackspace)
    }

    ColumnLayout {
        spacing: Theme.space2
        Layout.fillWidth: false
        Layout.preferredWidth: Theme.sideKeyWidth

        KeyButton {
            objectName: "more"
            text: qsTr("+ 1")
            textSize: TextLine.Title
            enabled: pad.hasLine
            Layout.fillWidth: true
            Accessible.name: qsTr("One more of the selected line")
            onClicked: pad.till.changeQty(pad.selectedLineId, 1)
        }

        KeyButton {
            objectName: "fewer"
            text: qsTr("− 1")
            textSize: TextLine.Title
            enabled: pad.hasLine
            Layout.fillWidth: true
            Accessible.name: qsTr("One fewer of the selected line")
            onClicked: pad.till.changeQty(pad.selectedLineId, -1)
        }

        KeyButton {
            objectName: "remove"
            text: qsTr("Remove")
            shortcutText: qsTr("Del")
            stacked: true
            enabled: pad.hasLine
            Layout.fillWidth: true
            onClicked: pad.till.removeLine(pad.selectedLineId)
        }

        KeyButton {
            objectName: "enter"
            text: qsTr("Quantity")
            shortcutText: qsTr("Enter")
            stacked: true
            enabled: pad.hasLine && !pad.till.keypad.empty
            Layout.fillWidth: true
            onClicked: pad.till.keypad.press(KeypadEntry.KeyEnter)
        }
    }
}
