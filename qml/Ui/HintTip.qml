import QtQuick
import QtQuick.Templates as T

// The small box that shows a whole name where only part of it fits: one for a whole screen.
T.ToolTip {
    id: tip

    visible: Hints.at !== null
    parent: Hints.at
    text: Hints.text
    x: parent ? (parent.width - width) / 2 : 0
    y: -height - Theme.space1
    margins: Theme.space1
    padding: Theme.space2
    delay: Theme.hintDelay
    implicitWidth: Math.min(Theme.hintWidth, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent
        | T.Popup.CloseOnReleaseOutsideParent

    contentItem: Text {
        text: tip.text
        font.family: Theme.family
        font.pixelSize: Theme.textSmall
        color: Theme.bg
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    background: Rectangle {
        color: Theme.ink
        radius: Theme.radiusField
    }
}
