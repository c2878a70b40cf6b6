import QtQuick

// A surface with a hairline: the ground of tiles, dialogs and panels.
Rectangle {
    color: Theme.surface
    radius: Theme.radius
    border.width: Theme.hairline
    border.color: Theme.line
}
