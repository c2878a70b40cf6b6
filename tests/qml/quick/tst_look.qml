import QtQuick
import QtQuick.Templates as T
import QtTest
import Holdfast.App
import Holdfast.Till
import Holdfast.Ui

TillCase {
    name: "Look"

    readonly property list<string> scenes: ["empty", "search", "nothing", "cart", "expiring",
        "expired", "refusal", "sales", "typed", "paying", "cardWaiting", "cardApproved",
        "declined", "cardUnknown", "change", "paidCard", "offline", "unknownCode"]

    function everyState_data() {
        const rows = []
        for (const scene of scenes) {
            rows.push({ tag: scene + " 1280", scene: scene, width: 1280, height: 800 })
            rows.push({ tag: scene + " 1920", scene: scene, width: 1920, height: 1080 })
        }
        return rows
    }

    function enter(row) {
        fixture.width = row.width
        fixture.height = row.height
        verify(twin.show(row.scene))
        settle()
    }

    function where(item) {
        return item + " \"" + (item.text ?? item.objectName) + "\""
    }

    function test_a_screen_is_whole_data() {
        return everyState_data()
    }

    // Of every state in both sizes: no key is cut, money has its room, everything to touch is
    // large enough and has a name.
    function test_a_screen_is_whole(row) {
        enter(row)
        const keys = all(fixture, item => item instanceof T.AbstractButton)
        verify(keys.length > 12)
        for (const key of keys) {
            verify(key.height >= Theme.touchSmall && key.width >= Theme.touchSmall, where(key))
            verify(key.Accessible.name !== "", "named: " + where(key))
            verify(key.Accessible.role !== Accessible.NoRole, "has a role: " + where(key))
            if (!(key instanceof KeyButton))
                continue
            verify(key.width >= key.implicitWidth - 1, "wide enough: " + where(key))
            verify(!findChild(key, "keyText").truncated, "whole: " + where(key))
        }
        for (const money of all(fixture, item => item instanceof MoneyText && item.text !== "")) {
            verify(money.width >= money.implicitWidth - 1, "room for " + where(money))
            const at = money.mapToItem(fixture, 0, 0)
            verify(at.x >= 0 && at.x + money.width <= fixture.width, "inside: " + where(money))
        }
        compare(part("pay").height, Theme.payHeight)
        verify(part("pay").height >= part("card").height)
    }

    function luminance(colour) {
        const part = value => value <= 0.03928 ? value / 12.92
            : Math.pow((value + 0.055) / 1.055, 2.4)
        return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b)
    }

    function contrast(one, other) {
        const a = luminance(one)
        const b = luminance(other)
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    }

    function test_colours_are_legible_data() {
        return [{ tag: "light", dark: false }, { tag: "dark", dark: true }]
    }

    function test_colours_are_legible(row) {
        fixture.dark = row.dark
        const grounds = [Theme.bg, Theme.surface, Theme.raised]
        for (const ground of grounds) {
            verify(contrast(Theme.ink, ground) >= 7)
            verify(contrast(Theme.ink2, ground) >= 6.3)
            for (const strong of [Theme.accent, Theme.warn, Theme.danger, Theme.info])
                verify(contrast(strong, ground) >= 4.5)
            verify(contrast(Theme.control, ground) >= 3)
        }
        verify(contrast(Theme.accentInk, Theme.accent) >= 4.5)
        verify(contrast(Theme.accentInk2, Theme.accent) >= 4.5)
        verify(contrast(Theme.accentInk, Theme.accentPressed) >= 4.5)
        verify(contrast(Theme.dangerInk, Theme.danger) >= 4.5)
        verify(contrast(Theme.accent, Theme.accentSoft) >= 4.5)
        verify(contrast(Theme.warn, Theme.warnSoft) >= 4.5)
        verify(contrast(Theme.danger, Theme.dangerSoft) >= 4.5)
        verify(contrast(Theme.info, Theme.infoSoft) >= 4.5)
        for (const soft of [Theme.accentSoft, Theme.warnSoft, Theme.dangerSoft, Theme.infoSoft])
            verify(contrast(Theme.ink, soft) >= 7)
    }

    function test_the_theme_key_turns_the_screen_dark() {
        let asked = 0
        fixture.screen.themeToggled.connect(() => ++asked)
        press("theme")
        compare(asked, 1)
    }
}
