import QtQuick

// Shows where the keyboard is. Lies around its parent and takes no room.
Rectangle {
    id: ring

    required property bool shown
    property int corner: Theme.radius

    anchors.fill: parent
    anchors.margins: -(Theme.focusLine + Theme.focusGap)
    radius: corner + Theme.focusLine + Theme.focusGap
    color: Theme.none
    border.width: Theme.focusLine
    border.color: Theme.accent
    visible: shown
}
