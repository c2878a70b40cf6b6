import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A question before money, a void or a wipe. Esc and the outlined key mean no.
T.Dialog {
    id: dialog

    required property string question
    required property string yesText
    property string explanation
    property string noText: qsTr("Go back")
    property bool dangerous: true

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Theme.dialogWidth
    padding: Theme.space5
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape
    implicitHeight: implicitContentHeight + topPadding + bottomPadding

    contentItem: ColumnLayout {
        spacing: Theme.space3

        TextLine {
            text: dialog.question
            size: TextLine.Title
            strong: true
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }

        TextLine {
            visible: text !== ""
            text: dialog.explanation
            color: Theme.ink2
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }

        RowLayout {
            spacing: Theme.space3
            Layout.topMargin: Theme.space3

            KeyButton {
                text: dialog.noText
                shortcutText: qsTr("Esc")
                focus: true
                Layout.fillWidth: true
                Layout.preferredWidth: Theme.touch
                onClicked: dialog.reject()
            }

            KeyButton {
                objectName: "yes"
                text: dialog.yesText
                kind: dialog.dangerous ? KeyButton.Danger : KeyButton.Primary
                Layout.fillWidth: true
                Layout.preferredWidth: Theme.touch
                onClicked: dialog.accept()
            }
        }
    }

    background: Panel {
        radius: Theme.radiusDialog
    }

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
}
