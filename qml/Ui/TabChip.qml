import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// One of a few things to switch between, with a figure below its name; the present one is filled.
T.TabButton {
    id: chip

    property string detail
    property bool alert: false

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Theme.touch
    horizontalPadding: Theme.space3
    verticalPadding: detail === "" ? 0 : Theme.space1 + Theme.focusGap
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: detail === "" ? text : qsTr("%1, %2").arg(text).arg(detail)
    Accessible.checked: checked

    // Enter presses the key that has the keyboard, as Space does.
    Keys.onReturnPressed: chip.clicked()
    Keys.onEnterPressed: chip.clicked()

    contentItem: ColumnLayout {
        spacing: 0

        TextLine {
            text: chip.text
            size: chip.detail === "" ? TextLine.Body : TextLine.Small
            strong: true
            color: chip.checked ? Theme.accent : Theme.ink
            horizontalAlignment: Text.AlignHCenter
            lineHeight: Theme.tightLine
            Layout.fillWidth: true
            Accessible.ignored: true
        }

        TextLine {
            visible: text !== ""
            text: chip.detail
            size: TextLine.Small
            figures: true
            color: chip.checked ? Theme.accent : Theme.ink2
            horizontalAlignment: Text.AlignHCenter
            lineHeight: Theme.tightLine
            Layout.fillWidth: true
            Accessible.ignored: true
        }
    }

    background: Item {
        Rectangle {
            anchors.fill: parent
            anchors.topMargin: Theme.focusGap
            anchors.bottomMargin: Theme.focusGap
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
