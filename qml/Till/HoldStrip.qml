import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// How long the goods of this sale are promised. Speaks up in place when time runs short, so that
// nobody is surprised by an expired cart.
Rectangle {
    id: strip

    required property TillSession till
    readonly property HoldView hold: till.hold
    readonly property bool expiring: hold.state === HoldView.Expiring
    readonly property bool over: hold.state === HoldView.Expired || hold.state === HoldView.Refused
    readonly property bool counting: hold.state === HoldView.Active || expiring
    readonly property color ink: expiring ? Theme.warn : over ? Theme.danger : Theme.ink2

    implicitHeight: Theme.touch
    radius: Theme.radius
    color: expiring ? Theme.warnSoft : over ? Theme.dangerSoft : Theme.raised
    Accessible.role: Accessible.StatusBar
    Accessible.name: words.text

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space1
        spacing: Theme.space2

        RingCountdown {
            visible: strip.counting
            fraction: strip.hold.fraction
            ink: strip.expiring ? Theme.warn : Theme.accent
        }

        Icon {
            visible: !strip.counting
            symbol: strip.over ? "triangle-alert" : "timer"
            color: strip.ink
        }

        TextLine {
            id: words
            objectName: "holdText"
            text: strip.hold.state === HoldView.Expired
                ? qsTr("No longer held")
                : strip.hold.state === HoldView.Refused ? qsTr("Not all of it could be held")
                : strip.hold.state === HoldView.Placing ? qsTr("Asking for the goods…")
                : strip.expiring ? qsTr("Held only %1 more").arg(strip.hold.timeText)
                : strip.counting ? qsTr("Held for %1").arg(strip.hold.timeText)
                : qsTr("Taken over by an order")
            strong: strip.expiring || strip.over
            color: strip.over || strip.expiring ? strip.ink : Theme.ink
            Layout.fillWidth: true
            Accessible.ignored: true
        }

        KeyButton {
            objectName: "extend"
            visible: strip.hold.canExtend || strip.over
            kind: strip.expiring ? KeyButton.Warn : strip.over ? KeyButton.Plain : KeyButton.Quiet
            text: strip.over ? qsTr("Hold again") : qsTr("Extend")
            shortcutText: qsTr("F9")
            implicitHeight: Theme.touchSmall
            onClicked: strip.over ? strip.till.retryHold() : strip.till.extendHold()
        }
    }
}
