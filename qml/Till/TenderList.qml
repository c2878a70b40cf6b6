pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// Takes the place of the lines while paying: what is paid for, what was given, what goes back.
ColumnLayout {
    id: tenders

    required property TillSession till
    readonly property PaymentSession payment: till.payment
    readonly property bool finished: till.stage === TillSession.Finished

    spacing: 0

    ListView {
        id: list
        model: tenders.till.cart
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        Layout.fillWidth: true
        Layout.fillHeight: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("What is being paid")

        delegate: TenderRow {
            required property string name
            required property int qty
            required property string lineTotalText

            width: list.width
            quiet: true
            label: qsTr("%1 × %2").arg(qty).arg(name)
            amount: lineTotalText
        }
    }

    Rule {
        visible: tenders.payment.paidText !== "" || tenders.payment.tenderedText !== ""
        Layout.fillWidth: true
    }

    TenderRow {
        Layout.fillWidth: true
        visible: tenders.payment.paidText !== "" && !tenders.finished
        label: qsTr("Already paid")
        amount: tenders.payment.paidText
    }

    TenderRow {
        Layout.fillWidth: true
        visible: tenders.payment.tenderedText !== ""
        symbol: "banknote"
        label: qsTr("Cash given")
        amount: tenders.payment.tenderedText
    }

    TenderRow {
        Layout.fillWidth: true
        visible: tenders.payment.changeText !== ""
        label: qsTr("Change due")
        amount: tenders.payment.changeText
        strong: true
    }
}
