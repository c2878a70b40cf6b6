import QtQuick
import Holdfast.App
import Holdfast.Ui

// Takes the place of the goods while paying: how to pay, or how the card payment stands.
Item {
    id: stage

    required property TillSession till
    readonly property PaymentSession payment: till.payment
    readonly property bool card: payment.state === PaymentSession.CardWaiting
        || payment.state === PaymentSession.CardApproved
        || payment.state === PaymentSession.CardUnknown
        || payment.state === PaymentSession.CardDeclined

    CashAmounts {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.space5, Theme.stageWidth)
        visible: !stage.card
        till: stage.till
    }

    CardState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.space5, Theme.stageWidth)
        visible: stage.card
        till: stage.till
    }
}
