import QtQuick
import QtQuick.Templates as T

// A field that filters as one types. Esc empties it, then gives the keyboard back.
T.TextField {
    id: field

    required property string name
    property string hint
    property string shortcutText

    signal leave
    signal descend
    signal submit

    implicitWidth: Theme.searchWidth
    implicitHeight: Theme.fieldHeight
    leftPadding: Theme.space3 + Theme.iconBody + Theme.space2
    rightPadding: Theme.touch
    font.family: Theme.family
    font.pixelSize: Theme.textBody
    color: Theme.ink
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    placeholderText: hint
    verticalAlignment: TextInput.AlignVCenter
    selectByMouse: true
    maximumLength: 80
    Accessible.role: Accessible.EditableText
    Accessible.name: name
    Accessible.searchEdit: true

    Keys.onEscapePressed: {
        if (field.text === "")
            field.leave()
        else
            field.clear()
    }
    Keys.onDownPressed: field.descend()
    onAccepted: field.submit()

    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusField
        border.width: field.activeFocus ? Theme.focusGap : Theme.hairline
        border.color: field.activeFocus ? Theme.accent : Theme.control
    }

    Icon {
        anchors.left: parent.left
        anchors.leftMargin: Theme.space3
        anchors.verticalCenter: parent.verticalCenter
        symbol: "search"
    }

    TextLine {
        x: field.leftPadding
        width: field.width - field.leftPadding - field.rightPadding
        height: field.height
        visible: field.text === "" && field.preeditText === ""
        text: field.hint
        color: Theme.ink2
        Accessible.ignored: true
    }

    TextLine {
        anchors.right: parent.right
        anchors.rightMargin: Theme.space3
        height: field.height
        visible: field.text === ""
        text: field.shortcutText
        size: TextLine.Small
        color: Theme.ink2
        Accessible.ignored: true
    }

    IconButton {
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: Theme.touchSmall
        implicitHeight: Theme.touchSmall
        visible: field.text !== ""
        focusPolicy: Qt.NoFocus
        symbol: "x"
        name: qsTr("Clear the search")
        onClicked: field.clear()
    }
}
