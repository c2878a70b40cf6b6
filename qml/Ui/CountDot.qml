import QtQuick

// A count on the corner of something; away when there is nothing to count.
Rectangle {
    id: dot

    required property string text

    width: Math.max(height, count.implicitWidth + Theme.space3)
    height: Theme.badgeHeight
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
