import QtQuick
import QtQuick.Templates as T

// One of a few things to switch between, the present one filled.
T.TabButton {
    id: chip

    property string detail
    property bool alert: false

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Theme.touch
    horizontalPadding: Theme.space3
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: detail === "" ? text : qsTr("%1, %2").arg(text).arg(detail)
    Accessible.checked: checked

    // Enter presses the key that has the keyboard, as Space does.
    Keys.onReturnPressed: chip.clicked()
    Keys.onEnterPressed: chip.clicked()

    contentItem: TextLine {
        text: chip.text
        strong: chip.checked
        color: chip.checked ? Theme.accent : Theme.ink2
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }

    background: Item {
        Rectangle {
            anchors.fill: parent
            anchors.topMargin: Theme.space1
            anchors.bottomMargin: Theme.space1
            radius: Theme.radius
            color: chip.checked ? Theme.accentSoft : chip.down ? Theme.raised : Theme.none

            Rectangle {
                anchors.right: parent.right
                anchors.top: parent.top
                anchors.margins: Theme.space1
                width: Theme.space2
                height: width
                radius: width / 2
                color: Theme.danger
                visible: chip.alert
            }

            FocusRing {
                shown: chip.visualFocus
            }
        }
    }
}
