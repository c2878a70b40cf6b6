import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A large choice in the rail: a name of at most two lines and how many things stand behind it.
T.AbstractButton {
    id: item

    property string symbol
    property string detail

    implicitWidth: Theme.railWidth
    implicitHeight: Theme.railItemHeight
    padding: Theme.space1
    leftPadding: Theme.space3
    rightPadding: Theme.space2
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.description: detail
    Accessible.checked: checked

    // Enter presses the key that has the keyboard, as Space does.
    Keys.onReturnPressed: item.clicked()
    Keys.onEnterPressed: item.clicked()

    contentItem: Item {
        ColumnLayout {
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: 0

            TextLine {
                text: item.text
                size: TextLine.Small
                strong: true
                color: item.checked ? Theme.accent : Theme.ink
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Layout.fillWidth: true
                Accessible.ignored: true
            }

            TextLine {
                visible: text !== ""
                text: item.detail
                size: TextLine.Small
                color: Theme.ink2
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        color: item.checked ? Theme.accentSoft : item.down ? Theme.raised : Theme.none
        radius: Theme.radius

        Rectangle {
            width: Theme.focusLine
            height: parent.height - 2 * Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            radius: Theme.focusLine
            color: Theme.accent
            visible: item.checked
        }

        FocusRing {
            shown: item.visualFocus
            anchors.margins: 0
        }
    }
}
