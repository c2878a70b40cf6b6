import QtQuick
import QtQuick.Layouts
import Holdfast.Ui

// A word and an amount, with a hairline below.
Item {
    id: row

    required property string label
    required property string amount
    property string symbol
    property bool strong: false
    property bool quiet: false

    implicitHeight: quiet ? Theme.touchSmall : Theme.touch
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2").arg(label).arg(amount)

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space3
        spacing: Theme.space2

        Icon {
            visible: row.symbol !== ""
            symbol: row.symbol
        }

        TextLine {
            text: row.label
            strong: row.strong
            color: row.strong ? Theme.ink : Theme.ink2
            Layout.fillWidth: true
            Accessible.ignored: true
        }

        MoneyText {
            text: row.amount
            size: row.strong ? TextLine.Title : TextLine.Body
            strong: !row.quiet
            color: row.quiet ? Theme.ink2 : Theme.ink
            Accessible.ignored: true
        }
    }

    Rule {
        visible: !row.quiet
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
    }
}
