import QtQuick
import QtTest
import Holdfast.App
import Holdfast.Till

// Finding goods: by words, by category, by scanning.
TillCase {
    name: "Finding"

    function test_escape_in_the_search_empties_it_first() {
        keyClick(Qt.Key_F3)
        type("oat")
        keyClick(Qt.Key_Escape)
        compare(part("search").text, "")
        verify(part("search").activeFocus)
        keyClick(Qt.Key_Escape)
        verify(!part("search").activeFocus)
    }

    function test_letters_and_digits_in_the_search_do_nothing_else() {
        mouseClick(tile(0))
        keyClick(Qt.Key_F3)
        type("85+")
        compare(part("search").text, "85+")
        verify(till.keypad.empty)
        compare(line(0).qty, 1)
    }

    function test_a_search_without_a_hit_says_so() {
        twin.show("nothing")
        compare(till.products.count, 0)
        verify(all(fixture, item => item instanceof EmptyState).length === 2)
    }

    function test_the_chosen_category_narrows_the_goods() {
        const before = till.products.count
        till.category = "Drinks"
        verify(till.products.count < before)
        verify(all(part("categories"), item => item.checked === true).length === 1)
    }

    function test_a_scan_adds_wherever_the_keyboard_is() {
        keyClick(Qt.Key_F3)
        twin.scan(fixture.Window.window, "3017620422003")
        tryCompare(till.cart, "count", 1)
        compare(part("search").text, "")
        verify(part("search").activeFocus)
        compare(line(0).name, "Nutella")
        keyClick("9")
        part("goods").forceActiveFocus()
        twin.scan(fixture.Window.window, "3017620422003")
        tryCompare(line(0), "qty", 2)
        verify(till.keypad.empty)
    }

    function test_a_scan_pays_nothing() {
        twin.show("paying")
        twin.scan(fixture.Window.window, "3017620422003")
        tryVerify(() => till.notice.visible)
        compare(till.stage, TillSession.Paying)
        compare(twin.cashTakenMinor, 0)
    }

    function test_an_unknown_code_is_said_in_one_row() {
        twin.show("cart")
        twin.scan(fixture.Window.window, "4001234567890")
        tryCompare(part("notice"), "visible", true)
        verify(part("notice").text.includes("4001234567890"))
        compare(till.cart.count, 5)
        keyClick(Qt.Key_Escape)
        compare(part("notice").visible, false)
    }

    function test_a_search_marks_what_enter_takes() {
        till.category = "Drinks"
        keyClick(Qt.Key_F3)
        type("nutella")
        tryVerify(() => till.products.count > 0) // though it is no drink
        verify(tile(0).current)
        verify(!tile(1).current)
        compare(all(part("categories"), item => item.checked === true).length, 0)
        keyClick(Qt.Key_Return)
        compare(till.cart.count, 1)
        verify(!tile(0).current)
    }
}
