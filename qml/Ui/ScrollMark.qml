import QtQuick
import QtQuick.Templates as T

// A quiet mark of where one is in a list.
T.ScrollBar {
    id: bar

    implicitWidth: Theme.scrollMark + 2 * Theme.space1
    padding: Theme.space1
    visible: size < 1
    minimumSize: 0.1

    contentItem: Rectangle {
        implicitWidth: Theme.scrollMark
        radius: Theme.scrollMark / 2
        color: bar.pressed ? Theme.ink2 : Theme.control
    }
}
