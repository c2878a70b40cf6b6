import QtQuick
import Holdfast.App

// The keyboard of the till. Everything comes from key events and nothing from shortcuts, so that
// the scanner's capture sees each key first and an open dialog keeps them all.
FocusScope {
    id: keys

    default property alias content: body.data
    required property TillSession till
    required property string selectedLineId
    readonly property bool selling: till.stage === TillSession.Selling
    readonly property bool finished: till.stage === TillSession.Finished
    // A payment that cannot be left waits for somebody else: the next customer need not.
    readonly property bool stuck: till.stage === TillSession.Paying && !till.payment.canLeave

    signal searchAsked
    signal goodsAsked
    signal voidAsked
    signal enterPressed
    signal cardPressed
    signal backPressed
    signal holdPressed

    onEnterPressed: {
        if (keys.finished)
            keys.till.finishSale()
        else if (keys.selling || keys.till.payment.canCash)
            keys.till.keypad.press(KeypadEntry.KeyEnter)
    }
    onCardPressed: {
        if (keys.till.payment.canCard)
            keys.till.startCard()
        else if (keys.till.payment.canCheckCard)
            keys.till.checkCard()
    }
    onBackPressed: {
        if (!keys.till.keypad.empty)
            keys.till.keypad.clear()
        else if (keys.till.notice.visible)
            keys.till.notice.dismiss()
        else if (keys.till.payment.canLeave)
            keys.till.leavePayment()
        else if (keys.till.payment.canCancelCard)
            keys.till.cancelCard()
    }
    onHoldPressed: {
        if (keys.till.hold.canExtend)
            keys.till.extendHold()
        else if (keys.till.hold.state === HoldView.Expired
                || keys.till.hold.state === HoldView.Refused)
            keys.till.retryHold()
    }

    // In every stage.
    Keys.onPressed: event => {
        event.accepted = true
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9)
            keys.till.keypad.press(event.key - Qt.Key_0)
        else if (event.key === Qt.Key_Backspace)
            keys.till.keypad.press(KeypadEntry.KeyBackspace)
        else if (event.isAutoRepeat)
            event.accepted = keys.selling
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            keys.enterPressed()
        else if (event.key === Qt.Key_Escape)
            keys.backPressed()
        else if (event.key === Qt.Key_F6)
            keys.cardPressed()
        else if (event.key === Qt.Key_F8 && keys.stuck)
            keys.till.newSale()
        else if (event.key === Qt.Key_F9)
            keys.holdPressed()
        else
            event.accepted = false
    }

    // Gives the keyboard to the sale: neither a field nor a tile has it.
    function toSale() {
        home.forceActiveFocus()
    }

    // While selling: what changes the sale.
    FocusScope {
        id: sale
        anchors.fill: parent
        focus: true
        Keys.enabled: keys.selling
        Keys.onPressed: event => {
            event.accepted = true
            if (event.key === Qt.Key_F2 || event.key === Qt.Key_Left)
                keys.goodsAsked()
            else if (event.key === Qt.Key_F3)
                keys.searchAsked()
            else if (event.key === Qt.Key_F4 && keys.till.canPay && !event.isAutoRepeat)
                keys.till.startPayment()
            else if (event.key === Qt.Key_F8 && !event.isAutoRepeat)
                keys.till.newSale()
            else if (event.key === Qt.Key_Plus)
                keys.till.changeQty(keys.selectedLineId, 1)
            else if (event.key === Qt.Key_Minus)
                keys.till.changeQty(keys.selectedLineId, -1)
            else if (event.key === Qt.Key_Delete && event.modifiers & Qt.ShiftModifier)
                keys.voidAsked()
            else if (event.key === Qt.Key_Delete)
                keys.till.removeSelectedLine()
            else if (event.key === Qt.Key_Z && event.modifiers & Qt.ControlModifier)
                keys.till.undoRemove()
            else if (event.key === Qt.Key_Up)
                keys.till.moveSelection(-1)
            else if (event.key === Qt.Key_Down)
                keys.till.moveSelection(1)
            else
                event.accepted = false
        }

        Item {
            id: home
            focus: true
        }

        Item {
            id: body
            anchors.fill: parent
        }
    }
}
