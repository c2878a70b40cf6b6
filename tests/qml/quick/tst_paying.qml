import QtQuick
import QtTest
import Holdfast.App
import Holdfast.Till
import Holdfast.Ui

TillCase {
    name: "Paying"

    function place(name) {
        const item = part(name)
        const at = item.mapToItem(fixture, 0, 0)
        return [at.x, at.y, item.width, item.height].join(" ")
    }

    function test_the_pad_and_the_pay_key_never_move() {
        twin.show("cart")
        settle()
        const pay = place("pay")
        const pad = place("pad")
        till.startPayment()
        settle()
        compare(place("pay"), pay)
        compare(place("pad"), pad)
        till.startCard()
        settle()
        compare(place("pay"), pay)
        verify(twin.settle())
        twin.decideCard("approved")
        tryCompare(till, "stage", TillSession.Finished)
        settle()
        compare(place("pay"), pay)
        compare(place("pad"), pad)
    }

    function test_a_note_is_one_touch_and_the_change_is_shown() {
        twin.show("paying")
        const notes = all(fixture, item => item.objectName === "quickAmount")
        verify(notes.length >= 3)
        verify(twin.settle())
        mouseClick(notes[notes.length - 1])
        tryCompare(till, "stage", TillSession.Finished)
        tryCompare(part("change"), "text", till.receipt.changeText)
        verify(part("receiptLines").count > 5)
    }

    function test_an_amount_typed_on_the_pad_is_tendered() {
        twin.show("paying")
        type("3000")
        compare(part("typed").text, till.keypad.text)
        verify(part("pay").text.includes(till.keypad.text))
        keyClick(Qt.Key_Return)
        tryCompare(till, "stage", TillSession.Finished)
        compare(twin.cashTakenMinor, till.totals.totalMinor)
        verify(till.receipt.changeText !== "")
    }

    function test_enter_alone_pays_exactly_what_is_due() {
        twin.show("paying")
        verify(part("pay").text.includes(till.payment.dueText))
        keyClick(Qt.Key_Return)
        tryCompare(till, "stage", TillSession.Finished)
        compare(twin.cashTakenMinor, till.totals.totalMinor)
        compare(till.receipt.changeText, "")
    }

    function test_a_key_held_down_pays_once_and_starts_nothing_else() {
        twin.show("cart")
        keyPress(Qt.Key_F4)
        keyRelease(Qt.Key_F4)
        keyClick(Qt.Key_F4)
        compare(till.stage, TillSession.Paying)
    }

    function test_escape_leaves_the_payment_and_keeps_the_sale() {
        twin.show("paying")
        keyClick(Qt.Key_Escape)
        compare(till.stage, TillSession.Selling)
        compare(till.cart.count, 5)
    }

    function test_the_hold_is_in_view_and_extended_while_paying() {
        twin.show("paying")
        twin.holdHasLeft(20)
        tryVerify(() => part("extend").visible)
        verify(part("holdText").text.includes("0:20"))
        keyClick(Qt.Key_F9)
        tryVerify(() => till.hold.secondsLeft > 100)
        compare(till.stage, TillSession.Paying)
        keyClick(Qt.Key_Return)
        tryCompare(till, "stage", TillSession.Finished)
        verify(!part("extend").visible)
    }

    function test_a_stuck_payment_leaves_room_for_the_next_customer() {
        twin.show("paying")
        verify(!part("nextCustomer").visible)
        till.startCard()
        tryVerify(() => part("nextCustomer").visible)
        verify(twin.settle())
        keyClick(Qt.Key_F8)
        compare(till.stage, TillSession.Selling)
        compare(till.cart.count, 0)
        compare(till.sales.count, 2)
        verify(twin.settle())
        compare(twin.cardCharges, 1)
    }

    function test_a_small_amount_is_named_a_part() {
        twin.show("paying")
        type("200")
        verify(part("pay").text.startsWith("Part in cash"))
        type("00")
        verify(!part("pay").text.startsWith("Part in cash"))
    }

    function test_a_card_gives_no_change() {
        twin.show("paidCard")
        compare(till.payment.changeText, "")
    }

    function test_the_keys_of_the_sale_sleep_while_paying() {
        twin.show("paying")
        keyClick(Qt.Key_Delete)
        keyClick(Qt.Key_F8)
        keyClick("+")
        compare(till.cart.count, 5)
        compare(till.sales.count, 1)
    }

    function test_waiting_for_a_card_charges_nothing_else() {
        twin.show("cardWaiting")
        verify(!part("pay").enabled)
        verify(!part("back").enabled)
        keyClick(Qt.Key_F6)
        keyClick(Qt.Key_Return)
        mouseClick(part("pay"))
        verify(twin.settle())
        compare(till.payment.state, PaymentSession.CardWaiting)
        compare(twin.cardCharges, 1)
        compare(twin.cashTakenMinor, 0)
        keyClick(Qt.Key_Escape)
        tryCompare(till.payment, "state", PaymentSession.CardDeclined)
        verify(twin.seen("/cancel") > 0)
        compare(till.stage, TillSession.Paying)
        compare(till.cart.count, 5)
    }

    function test_an_unknown_card_payment_can_only_be_asked_about() {
        twin.show("cardUnknown")
        verify(!part("pay").enabled)
        verify(!part("back").enabled)
        verify(!part("retryCard").visible)
        keyClick(Qt.Key_Return)
        mouseClick(part("pay"))
        keyClick(Qt.Key_F6)
        press("checkCard")
        verify(twin.settle())
        compare(twin.cardCharges, 1)
        compare(twin.cashTakenMinor, 0)
        compare(till.payment.state, PaymentSession.CardUnknown)
        twin.decideCard("approved")
        tryCompare(till, "stage", TillSession.Finished)
        compare(twin.cardCharges, 1)
    }

    function test_a_declined_card_keeps_the_sale_and_offers_both_ways() {
        twin.show("declined")
        verify(part("cardMessage").text !== "")
        tryCompare(part("pay"), "enabled", true)
        keyClick(Qt.Key_F6)
        tryCompare(till.payment, "state", PaymentSession.CardWaiting)
        tryCompare(twin, "cardCharges", 2)
    }

    function test_an_approved_card_ends_with_the_receipt() {
        twin.show("paidCard")
        compare(till.stage, TillSession.Finished)
        verify(part("receiptLines").count > 5)
        press("pay")
        tryCompare(till, "stage", TillSession.Selling)
    }

    function test_enter_on_a_key_presses_that_key() {
        twin.show("paying")
        part("card").forceActiveFocus(Qt.TabFocusReason)
        keyClick(Qt.Key_Return)
        compare(till.payment.state, PaymentSession.CardWaiting)
        verify(twin.settle())
        compare(twin.cashTakenMinor, 0)
    }
}
