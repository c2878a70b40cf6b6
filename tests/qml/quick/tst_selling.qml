import QtQuick
import QtTest
import Holdfast.App
import Holdfast.Till
import Holdfast.Ui

TillCase {
    name: "Selling"

    function test_touching_a_tile_adds_the_product() {
        mouseClick(tile(0))
        compare(till.cart.count, 1)
        compare(line(0).qty, 1)
        compare(part("total").text, tile(0).priceText)
        tryCompare(till.hold, "state", HoldView.Active)
        verify(line(0).selected)
    }

    function test_touching_it_again_adds_one_more() {
        mouseClick(tile(0))
        mouseClick(tile(0))
        compare(till.cart.count, 1)
        compare(line(0).qty, 2)
        compare(tile(0).corner, "×2")
    }

    function test_a_number_typed_before_a_touch_is_the_quantity() {
        keyClick("1")
        keyClick("2")
        compare(part("typed").text, "× 12")
        mouseClick(tile(2))
        compare(line(0).qty, 12)
    }

    function test_a_number_and_enter_set_the_selected_line() {
        mouseClick(tile(1))
        tryCompare(line(0), "pending", false)
        keyClick("7")
        keyClick(Qt.Key_Return)
        compare(line(0).qty, 7)
        compare(till.stage, TillSession.Selling)
    }

    function test_the_keys_of_the_pad_type() {
        mouseClick(tile(1))
        const pad = all(fixture, item => item.name === "4" && item.text === "4")[0]
        mouseClick(pad)
        compare(part("typed").text, "× 4")
        press("enter")
        compare(line(0).qty, 4)
    }

    function test_more_fewer_and_remove_change_the_selected_line() {
        mouseClick(tile(0))
        press("more")
        compare(line(0).qty, 2)
        press("fewer")
        compare(line(0).qty, 1)
        press("remove")
        compare(till.cart.count, 0)
        verify(part("notice").visible)
    }

    function test_a_removed_line_comes_back() {
        mouseClick(tile(0))
        mouseClick(tile(1))
        keyClick(Qt.Key_Delete)
        compare(till.cart.count, 1)
        keyClick("z", Qt.ControlModifier)
        compare(till.cart.count, 2)
    }

    function test_a_whole_cash_sale_without_a_mouse() {
        keyClick(Qt.Key_F3)
        verify(part("search").activeFocus)
        type("nutella")
        tryVerify(() => till.products.count < 20)
        keyClick(Qt.Key_Return)
        compare(till.cart.count, 1)
        compare(part("search").text, "")
        keyClick(Qt.Key_Escape)
        verify(!part("search").activeFocus)
        keyClick("+")
        compare(line(0).qty, 2)
        keyClick(Qt.Key_F4)
        compare(till.stage, TillSession.Paying)
        verify(twin.settle())
        keyClick(Qt.Key_Return)
        tryCompare(till, "stage", TillSession.Finished)
        compare(twin.paidOrders, 1)
        keyClick(Qt.Key_Return)
        tryCompare(till, "stage", TillSession.Selling)
        compare(till.cart.count, 0)
    }

    function test_the_arrows_walk_through_the_goods() {
        keyClick(Qt.Key_F2)
        verify(part("goods").activeFocus)
        keyClick(Qt.Key_Right)
        keyClick(Qt.Key_Down)
        keyClick(Qt.Key_Return)
        compare(till.cart.count, 1)
        compare(line(0).name, tile(part("goods").columns + 1).name)
        keyClick(Qt.Key_Escape)
        verify(!part("goods").activeFocus)
    }

    function test_up_and_down_choose_the_line() {
        mouseClick(tile(0))
        mouseClick(tile(1))
        verify(line(1).selected)
        keyClick(Qt.Key_Up)
        verify(line(0).selected)
        keyClick(Qt.Key_Down)
        verify(line(1).selected)
    }

    function test_the_line_added_last_is_in_view() {
        for (let row = 0; row < 12; ++row)
            mouseClick(tile(row))
        compare(till.cart.count, 12)
        const list = part("cartLines")
        tryVerify(() => {
            const at = line(11).mapToItem(list, 0, 0).y
            return at >= 0 && at + line(11).height <= list.height
        })
    }

    function test_a_refusal_stands_on_its_line_with_its_remedy() {
        twin.show("refusal")
        compare(till.cart.count, 5)
        const refused = line(till.cart.selectedRow)
        tryVerify(() => refused.refusalText !== "")
        verify(refused.refusalText.includes("2"))
        verify(findChild(refused, "refusal").visible)
        verify(!part("pay").enabled)
        tryVerify(() => refused.height > Theme.lineHeight)
        settle()
        mouseClick(findChild(refused, "refusalAction"))
        compare(line(till.cart.selectedRow).qty, 2)
        tryCompare(refused, "refusalText", "")
        tryCompare(part("pay"), "enabled", true)
    }

    function test_enter_takes_what_is_left() {
        twin.show("refusal")
        const refused = line(till.cart.selectedRow)
        tryVerify(() => refused.refusalText !== "")
        compare(findChild(refused, "refusalAction").shortcutText, "Enter")
        keyClick(Qt.Key_Return)
        compare(line(till.cart.selectedRow).qty, 2)
    }

    function test_the_count_stands_beside_the_picture() {
        mouseClick(tile(0))
        till.category = "Drinks"
        till.category = ""
        settle()
        const dot = all(tile(0), item => item instanceof CountDot)[0]
        const at = dot.mapToItem(tile(0), 0, 0)
        verify(at.x >= Theme.picture)
        verify(at.y + dot.height <= tile(0).height / 2 + dot.height)
    }

    function test_a_short_hold_asks_once_in_place() {
        twin.show("cart")
        compare(part("extend").kind, KeyButton.Quiet)
        twin.holdHasLeft(24)
        compare(part("extend").kind, KeyButton.Warn)
        verify(part("holdText").text.includes("0:24"))
        keyClick(Qt.Key_F9)
        tryVerify(() => till.hold.secondsLeft > 100)
        tryCompare(part("extend"), "kind", KeyButton.Quiet)
    }

    function test_an_expired_hold_keeps_the_cart_and_offers_to_hold_again() {
        twin.show("expired")
        compare(till.cart.count, 5)
        compare(part("holdText").text, "No longer held")
        press("extend")
        tryCompare(till.hold, "state", HoldView.Active)
        compare(till.cart.count, 5)
    }

    function test_escape_goes_one_step_back_and_never_discards() {
        twin.show("cart")
        keyClick("5")
        keyClick(Qt.Key_Escape)
        verify(till.keypad.empty)
        keyClick(Qt.Key_Escape)
        keyClick(Qt.Key_Escape)
        compare(till.cart.count, 5)
        compare(till.stage, TillSession.Selling)
    }

    function test_a_second_sale_stands_beside_the_first() {
        mouseClick(tile(0))
        keyClick(Qt.Key_F8)
        compare(till.sales.count, 2)
        compare(till.cart.count, 0)
        mouseClick(tile(1))
        const tabs = all(fixture, item => item.objectName === "saleTab")
        compare(tabs.length, 2)
        mouseClick(tabs.find(tab => !tab.checked))
        compare(line(0).name, tile(0).name)
    }

    function test_voiding_asks_first() {
        twin.show("cart")
        press("void")
        const question = part("voidQuestion")
        tryCompare(question, "opened", true)
        keyClick(Qt.Key_Escape)
        tryCompare(question, "opened", false)
        compare(till.cart.count, 5)
        press("void")
        tryCompare(question, "opened", true)
        keyClick(Qt.Key_F4)
        compare(till.stage, TillSession.Selling)
        mouseClick(findChild(question.contentItem, "yes"))
        tryCompare(till.cart, "count", 0)
    }

    function test_an_empty_sale_says_what_to_do_first() {
        const shown = all(fixture, item => item instanceof EmptyState)
        compare(shown.length, 1)
        verify(!part("pay").enabled)
        keyClick(Qt.Key_F4)
        compare(till.stage, TillSession.Selling)
    }

    function test_losing_the_server_is_visible_and_blocks_nothing() {
        twin.setAway(true)
        mouseClick(tile(0))
        compare(till.cart.count, 1)
        tryCompare(till.status, "connection", TillStatus.Offline)
        compare(part("connection").text, till.status.connectionText)
        mouseClick(tile(1))
        compare(till.cart.count, 2)
    }
}
