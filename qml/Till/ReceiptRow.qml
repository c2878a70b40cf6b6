import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// One row of the receipt.
Item {
    id: row

    required property int kind
    required property string leftText
    required property string detailText
    required property string amountText
    readonly property bool total: kind === ReceiptLineModel.Total
    readonly property bool quiet: kind === ReceiptLineModel.Tax

    implicitHeight: cells.implicitHeight + Theme.space2
    Accessible.role: Accessible.ListItem
    Accessible.name: leftText + (detailText === "" ? "" : ", " + detailText) + ", " + amountText

    Rule {
        anchors.left: parent.left
        anchors.right: parent.right
        visible: row.total
    }

    RowLayout {
        id: cells
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.space3

        ColumnLayout {
            spacing: 0

            TextLine {
                text: row.quiet && row.detailText !== ""
                    ? qsTr("%1 · %2").arg(row.leftText).arg(row.detailText) : row.leftText
                size: row.total ? TextLine.Title : row.quiet ? TextLine.Small : TextLine.Body
                strong: row.total
                color: row.quiet ? Theme.ink2 : Theme.ink
                Layout.fillWidth: true
                Accessible.ignored: true
            }

            TextLine {
                visible: text !== "" && !row.quiet
                text: row.detailText
                size: TextLine.Small
                color: Theme.ink2
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }

        MoneyText {
            text: row.amountText
            size: row.total ? TextLine.Title : row.quiet ? TextLine.Small : TextLine.Body
            strong: row.total
            color: row.quiet ? Theme.ink2 : Theme.ink
            Layout.alignment: Qt.AlignTop
            Accessible.ignored: true
        }
    }
}
