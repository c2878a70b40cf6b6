pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The amount to pay, the notes that cover it, and the card.
ColumnLayout {
    id: choose

    required property TillSession till
    readonly property PaymentSession payment: till.payment

    spacing: Theme.space5

    ColumnLayout {
        spacing: 0
        Layout.alignment: Qt.AlignHCenter

        TextLine {
            text: choose.payment.paidText === "" ? qsTr("To pay") : qsTr("Still to pay")
            size: TextLine.Title
            color: Theme.ink2
            Layout.alignment: Qt.AlignHCenter
        }

        MoneyText {
            objectName: "due"
            text: choose.payment.dueText
            size: TextLine.Huge
            strong: true
            Layout.alignment: Qt.AlignHCenter
        }
    }

    NoticeRow {
        visible: text !== ""
        text: choose.payment.messageText
        Layout.fillWidth: true
    }

    ColumnLayout {
        spacing: Theme.space2
        Layout.fillWidth: true

        TextLine {
            text: qsTr("Cash given")
            color: Theme.ink2
        }

        // Not a layout: Qt 6.4's layouts may touch keys that a changed model has taken away.
        Grid {
            id: notes
            columns: choose.payment.quickAmounts.count === 4 ? 4 : 3
            spacing: Theme.space3
            Layout.fillWidth: true

            Repeater {
                model: choose.payment.quickAmounts

                KeyButton {
                    required property int index
                    required property string amountText
                    required property bool exact

                    objectName: "quickAmount"
                    text: amountText
                    shortcutText: exact ? qsTr("exact") : ""
                    stacked: true
                    textSize: TextLine.Total
                    implicitHeight: Theme.amountKeyHeight
                    enabled: choose.payment.canCash
                    width: (notes.width - (notes.columns - 1) * notes.spacing) / notes.columns
                    onClicked: choose.till.quickAmount(index)
                }
            }
        }

        TextLine {
            text: qsTr("Or type on the pad what the customer gives.")
            size: TextLine.Small
            color: Theme.ink2
            Layout.fillWidth: true
        }
    }

    KeyButton {
        objectName: "card"
        symbol: "credit-card"
        text: qsTr("Card %1").arg(choose.payment.dueText)
        shortcutText: qsTr("F6")
        textSize: TextLine.Title
        implicitHeight: Theme.payHeight
        enabled: choose.payment.canCard
        Layout.fillWidth: true
        onClicked: choose.till.startCard()
    }
}
