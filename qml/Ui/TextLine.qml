import QtQuick

// A text in one of the five sizes. When it does not fit it ends in an ellipsis, and pointing at
// it shows the whole; screen readers always get the whole.
Text {
    id: line

    enum Size { Small, Body, Title, Total, Amount, Huge }

    property int size: TextLine.Body
    property bool strong: false
    property bool figures: false

    font.family: figures ? Theme.figures : Theme.family
    font.weight: strong ? Theme.weightStrong : Theme.weightText
    font.pixelSize: [Theme.textSmall, Theme.textBody, Theme.textTitle, Theme.textTotal,
        Theme.textAmount, Theme.textHuge][size]
    color: Theme.ink
    elide: Text.ElideRight
    horizontalAlignment: Text.AlignLeft
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    HoverHandler {
        enabled: line.truncated
        onHoveredChanged: {
            if (hovered)
                Hints.text = line.text
            Hints.at = hovered ? line : null
        }
    }
}
