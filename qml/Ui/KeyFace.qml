import QtQuick
import QtQuick.Layouts

// What stands on a key: icon, word and shortcut, beside or above each other.
Item {
    id: face

    required property string text
    required property string symbol
    required property string shortcutText
    required property int textSize
    required property bool stacked
    required property color ink
    required property color ink2

    implicitWidth: parts.implicitWidth
    implicitHeight: parts.implicitHeight

    GridLayout {
        id: parts
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width)
        flow: face.stacked ? GridLayout.TopToBottom : GridLayout.LeftToRight
        rows: face.stacked ? -1 : 1
        columnSpacing: Theme.space2
        rowSpacing: 0

        Icon {
            visible: face.symbol !== ""
            symbol: face.symbol
            color: face.ink
            size: face.textSize > TextLine.Body ? Theme.iconLarge : Theme.iconBody
            Layout.alignment: Qt.AlignCenter
        }

        TextLine {
            objectName: "keyText"
            text: face.text
            visible: text !== ""
            size: face.textSize
            strong: true
            figures: face.textSize > TextLine.Body
            color: face.ink
            horizontalAlignment: Text.AlignHCenter
            // Longer languages get smaller letters rather than fewer.
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textSmall
            Layout.alignment: Qt.AlignCenter
            Layout.fillWidth: true
            Accessible.ignored: true
        }

        TextLine {
            text: face.shortcutText
            visible: text !== ""
            size: TextLine.Small
            color: face.ink2
            Layout.alignment: Qt.AlignCenter
            Accessible.ignored: true
        }
    }
}
