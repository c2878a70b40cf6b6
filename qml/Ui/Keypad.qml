pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// The number pad, in the order of a telephone's keys. It only reports keys; what a number means
// is the business of whoever listens.
GridLayout {
    id: pad

    signal digit(int value)
    signal doubleZero
    signal backspace

    columns: 3
    rowSpacing: Theme.space2
    columnSpacing: Theme.space2

    Repeater {
        model: 9

        NumberKey {
            required property int index

            text: String(index + 1)
            Layout.fillWidth: true
            Layout.preferredWidth: Theme.keyHeight
            Layout.fillHeight: true
            onClicked: pad.digit(index + 1)
        }
    }

    NumberKey {
        text: "00"
        Layout.fillWidth: true
        Layout.preferredWidth: Theme.keyHeight
        Layout.fillHeight: true
        onClicked: pad.doubleZero()
    }

    NumberKey {
        text: "0"
        Layout.fillWidth: true
        Layout.preferredWidth: Theme.keyHeight
        Layout.fillHeight: true
        onClicked: pad.digit(0)
    }

    NumberKey {
        symbol: "delete"
        name: qsTr("Delete last digit")
        Layout.fillWidth: true
        Layout.preferredWidth: Theme.keyHeight
        Layout.fillHeight: true
        onClicked: pad.backspace()
    }
}
