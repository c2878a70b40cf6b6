pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The receipt in the colours of the screen and not of paper, so that nothing dazzles in a dark
// shop.
Panel {
    id: paper

    required property ReceiptView receipt

    implicitHeight: head.implicitHeight + rows.implicitHeight + 2 * Theme.space4 + Theme.space3

    ColumnLayout {
        id: head
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.space4
        spacing: 0

        TextLine {
            text: paper.receipt.shopName
            size: TextLine.Title
            strong: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }

        TextLine {
            text: qsTr("%1 · %2 · %3").arg(paper.receipt.tillName).arg(paper.receipt.numberText)
                .arg(paper.receipt.timeText)
            size: TextLine.Small
            color: Theme.ink2
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }

    Flickable {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        anchors.margins: Theme.space4
        anchors.topMargin: Theme.space3
        contentHeight: rows.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        Column {
            id: rows
            width: parent.width
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Receipt")

            Repeater {
                objectName: "receiptLines"
                model: paper.receipt.lines

                ReceiptRow {
                    width: rows.width
                }
            }
        }
    }
}
