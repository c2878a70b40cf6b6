import QtQuick
import QtQuick.Layouts

// What to do first, where nothing is yet.
ColumnLayout {
    id: empty

    required property string symbol
    required property string title
    property string hint

    spacing: Theme.space2

    Icon {
        symbol: empty.symbol
        size: Theme.iconHero
        color: Theme.control
        Layout.alignment: Qt.AlignHCenter
        Layout.bottomMargin: Theme.space2
    }

    TextLine {
        text: empty.title
        size: TextLine.Title
        strong: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }

    TextLine {
        text: empty.hint
        visible: text !== ""
        color: Theme.ink2
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
}
