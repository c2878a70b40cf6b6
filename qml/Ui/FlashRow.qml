import QtQuick

// The ground of a row in a list. A new `beat` above zero lights it up once, so that the eye finds
// what has just changed.
Rectangle {
    id: row

    required property int beat
    required property color ground
    required property color edge

    color: ground
    onBeatChanged: {
        if (beat > 0)
            flash.restart()
    }

    Rectangle {
        id: light
        anchors.fill: parent
        color: Theme.accentSoft
        visible: row.beat > 0
        opacity: 0
    }

    NumberAnimation {
        id: flash
        target: light
        property: "opacity"
        from: 1
        to: 0
        duration: Theme.flash
        easing.type: Easing.InQuad
    }

    Rectangle {
        width: Theme.focusLine
        height: parent.height
        color: row.edge
    }

    Rule {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
    }
}
