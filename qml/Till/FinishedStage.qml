import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// After the sale: the change to give back, as large as it gets, and the receipt.
RowLayout {
    id: done

    required property TillSession till
    readonly property ReceiptView receipt: till.receipt
    readonly property bool hasChange: receipt.changeText !== ""

    spacing: Theme.space5

    ColumnLayout {
        spacing: Theme.space2
        Layout.leftMargin: Theme.space5
        Layout.fillWidth: true
        Layout.preferredWidth: Theme.paperWidth

        Rectangle {
            implicitWidth: Theme.badgeHero
            implicitHeight: Theme.badgeHero
            radius: width / 2
            color: Theme.accentSoft
            Layout.alignment: Qt.AlignHCenter
            Layout.bottomMargin: Theme.space3

            Icon {
                anchors.centerIn: parent
                symbol: "check"
                size: Theme.iconHero
                color: Theme.accent
            }
        }

        TextLine {
            text: done.hasChange ? qsTr("Change due")
                : done.receipt.methodText === "" ? qsTr("Paid")
                : qsTr("Paid by %1").arg(done.receipt.methodText)
            size: TextLine.Title
            color: Theme.ink2
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }

        MoneyText {
            objectName: "change"
            text: done.hasChange ? done.receipt.changeText : done.receipt.totalText
            size: TextLine.Huge
            strong: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }

        TextLine {
            visible: text !== ""
            text: done.till.payment.messageText
            color: Theme.ink2
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }

    ReceiptPaper {
        receipt: done.receipt
        Layout.preferredWidth: Theme.paperWidth
        Layout.maximumHeight: done.height - 2 * Theme.space5
        Layout.rightMargin: Theme.space5
    }
}
