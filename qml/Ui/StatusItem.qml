import QtQuick
import QtQuick.Layouts

// One state of the machine in the header: an icon and a word.
RowLayout {
    id: item

    required property string symbol
    required property string text
    property int tone: Badge.Neutral
    readonly property color ink: [Theme.ink2, Theme.accent, Theme.warn, Theme.danger,
        Theme.info][tone]

    spacing: Theme.space1
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Icon {
        symbol: item.symbol
        size: Theme.iconSmall
        color: item.ink
    }

    TextLine {
        text: item.text
        size: TextLine.Small
        strong: item.tone !== Badge.Neutral
        color: item.ink
        Layout.fillWidth: true
        Layout.maximumWidth: Math.ceil(implicitWidth)
        Accessible.ignored: true
    }
}
