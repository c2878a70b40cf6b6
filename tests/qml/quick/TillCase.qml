import QtQuick
import QtTest
import Holdfast.App
import Holdfast.Twin

// What every test of the screens needs: a fresh till for each, and words for what a person does.
TestCase {
    id: testCase

    property TillFixture fixture: null
    readonly property TillTwin twin: fixture ? fixture.twin : null
    readonly property TillSession till: fixture ? fixture.till : null

    property Component maker: Component {
        TillFixture {}
    }

    when: windowShown
    visible: true
    width: 1920
    height: 1080

    function init() {
        fixture = createTemporaryObject(maker, testCase)
        verify(fixture)
        fixture.screen.forceActiveFocus()
        settle()
    }

    // Lays everything out now: what a person would see a frame later.
    function settle() {
        grabImage(fixture)
    }

    function part(name) {
        const found = findChild(fixture, name)
        verify(found, name + " is on the screen")
        return found
    }

    function press(name) {
        settle()
        const key = part(name)
        tryVerify(() => key.visible && key.width > 0)
        mouseClick(key)
    }

    function tile(row) {
        settle()
        const grid = part("goods")
        tryVerify(() => grid.itemAtIndex(row) !== null)
        return grid.itemAtIndex(row)
    }

    function line(row) {
        settle()
        const list = part("cartLines")
        tryVerify(() => list.itemAtIndex(row) !== null)
        return list.itemAtIndex(row)
    }

    function type(text) {
        for (const letter of text)
            keyClick(letter)
    }

    // Every visible item below `root` for which `wanted` holds.
    function all(root, wanted) {
        if (root === fixture)
            settle()
        let found = []
        for (let i = 0; i < root.children.length; ++i) {
            const child = root.children[i]
            if (!child.visible)
                continue
            if (wanted(child))
                found.push(child)
            found = found.concat(all(child, wanted))
        }
        return found
    }
}
