import QtQuick
import QtQuick.Templates as T

// A key with a word, an optional icon before it and its shortcut after it. `Primary` is the one
// main action of a screen.
T.Button {
    id: key

    enum Kind { Plain, Primary, Danger, Quiet, Warn }

    property int kind: KeyButton.Plain
    property string symbol
    property string shortcutText
    property int textSize: TextLine.Body
    property bool stacked: false

    readonly property bool filled: kind === KeyButton.Primary || kind === KeyButton.Danger
    readonly property color inkNow: !enabled ? Theme.ink2
        : kind === KeyButton.Primary ? Theme.accentInk
        : kind === KeyButton.Danger ? Theme.dangerInk
        : kind === KeyButton.Warn ? Theme.warn
        : kind === KeyButton.Quiet ? Theme.accent : Theme.ink
    readonly property color groundNow: !enabled
            ? (kind === KeyButton.Quiet ? Theme.none : Theme.raised)
        : kind === KeyButton.Primary ? (down ? Theme.accentPressed : Theme.accent)
        : kind === KeyButton.Danger ? (down ? Theme.dangerPressed : Theme.danger)
        : kind === KeyButton.Quiet ? (down ? Theme.accentSoft : Theme.none)
        : kind === KeyButton.Warn ? (down ? Theme.raised : Theme.warnSoft)
        : down || checked ? Theme.raised : Theme.surface

    implicitWidth: Math.max(Theme.touch, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Theme.keyHeight
    horizontalPadding: stacked ? Theme.space1 : Theme.space3
    verticalPadding: 0
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: shortcutText

    // Enter presses the key that has the keyboard, as Space does.
    Keys.onReturnPressed: key.clicked()
    Keys.onEnterPressed: key.clicked()

    contentItem: KeyFace {
        text: key.text
        symbol: key.symbol
        shortcutText: key.shortcutText
        textSize: key.textSize
        stacked: key.stacked
        ink: key.inkNow
        ink2: !key.enabled ? Theme.ink2 : key.kind === KeyButton.Primary ? Theme.accentInk2
            : key.filled ? key.inkNow : Theme.ink2
    }

    background: Rectangle {
        color: key.groundNow
        radius: Theme.radius
        border.width: key.filled || key.kind === KeyButton.Quiet ? 0 : Theme.hairline
        border.color: !key.enabled ? Theme.line
            : key.kind === KeyButton.Warn ? Theme.warn : Theme.control

        Behavior on color {
            ColorAnimation {
                duration: Theme.quick
                easing.type: Easing.OutQuad
            }
        }

        FocusRing {
            shown: key.visualFocus
        }
    }
}
