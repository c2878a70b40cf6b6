import QtQuick
import Holdfast.App
import Holdfast.Ui

// The largest key, always in the same place: pay, then take the cash, then the next sale. It says
// what Enter or F4 will do, with the amount.
KeyButton {
    id: pay

    required property TillSession till
    readonly property PaymentSession payment: till.payment
    readonly property bool selling: till.stage === TillSession.Selling
    readonly property bool finished: till.stage === TillSession.Finished

    objectName: "pay"
    kind: KeyButton.Primary
    textSize: TextLine.Total
    implicitHeight: Theme.payHeight
    enabled: selling ? till.canPay : finished || payment.canCash
    symbol: selling || !enabled ? "" : finished ? "plus" : "banknote"
    text: finished ? qsTr("New sale")
        : selling ? (till.cart.count > 0 ? qsTr("Pay %1").arg(till.totals.totalText) : qsTr("Pay"))
        : payment.canCash && till.keypad.empty ? qsTr("Cash, exact %1").arg(payment.dueText)
        : payment.canCash && till.typedIsPart ? qsTr("Part in cash %1").arg(till.keypad.text)
        : payment.canCash ? qsTr("Cash %1").arg(till.keypad.text)
        : payment.state === PaymentSession.CardUnknown ? qsTr("Check the card first")
        : payment.state === PaymentSession.CardWaiting ? qsTr("Waiting for the card")
        : qsTr("One moment")
    shortcutText: !enabled ? "" : selling ? qsTr("F4") : qsTr("Enter")
    onClicked: {
        if (finished)
            till.finishSale()
        else if (selling)
            till.startPayment()
        else
            till.keypad.press(KeypadEntry.KeyEnter)
    }
}
