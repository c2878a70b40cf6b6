import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// Takes the place of the lines while paying: what the sale costs, what was given, what goes back.
ColumnLayout {
    id: tenders

    required property TillSession till
    readonly property PaymentSession payment: till.payment
    readonly property bool finished: till.stage === TillSession.Finished

    spacing: 0

    RowLayout {
        Layout.leftMargin: Theme.space3
        Layout.rightMargin: Theme.space1
        Layout.preferredHeight: Theme.headerHeight
        spacing: Theme.space2

        TextLine {
            text: tenders.finished ? qsTr("Paid") : qsTr("Payment")
            size: TextLine.Title
            strong: true
            Layout.fillWidth: true
        }

        KeyButton {
            objectName: "back"
            visible: !tenders.finished
            enabled: tenders.payment.canLeave
            kind: KeyButton.Quiet
            symbol: "arrow-left"
            text: qsTr("Back to the sale")
            shortcutText: qsTr("Esc")
            implicitHeight: Theme.touch
            onClicked: tenders.till.leavePayment()
        }
    }

    TenderRow {
        label: qsTr("Items: %1").arg(tenders.till.totals.itemCount)
        amount: tenders.payment.amountText
    }

    TenderRow {
        visible: tenders.payment.paidText !== ""
        label: qsTr("Already paid")
        amount: tenders.payment.paidText
    }

    TenderRow {
        visible: tenders.payment.tenderedText !== ""
        symbol: "banknote"
        label: qsTr("Cash given")
        amount: tenders.payment.tenderedText
    }

    TenderRow {
        visible: tenders.payment.changeText !== ""
        label: qsTr("Change due")
        amount: tenders.payment.changeText
        strong: true
    }

    Item {
        Layout.fillHeight: true
    }
}
