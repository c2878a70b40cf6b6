import QtQuick

// A count beside something; away when there is nothing to count.
Rectangle {
    id: dot

    required property string text

    implicitWidth: Math.max(implicitHeight, count.implicitWidth + Theme.space3)
    implicitHeight: Theme.badgeHeight
    radius: height / 2
    visible: text !== ""
    color: Theme.accent

    TextLine {
        id: count
        anchors.centerIn: parent
        text: dot.text
        figures: true
        size: TextLine.Small
        strong: true
        color: Theme.accentInk
        Accessible.ignored: true
    }
}
