import QtQuick

// A horizontal hairline.
Rectangle {
    implicitHeight: Theme.hairline
    color: Theme.line
}
