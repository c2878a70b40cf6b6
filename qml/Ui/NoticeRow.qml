import QtQuick
import QtQuick.Layouts

// One sentence about what happened, with at most one thing to do about it. Lies in the page, where
// it was caused; it never covers anything.
Rectangle {
    id: notice

    required property string text
    property int tone: Badge.Info
    property string actionText
    property string symbol: ["info", "circle-check", "triangle-alert", "circle-x", "info"][tone]
    property bool closable: false

    readonly property color ink: [Theme.ink, Theme.accent, Theme.warn, Theme.danger,
        Theme.info][tone]

    signal action
    signal close

    implicitHeight: Math.max(Theme.touch, row.implicitHeight)
    radius: Theme.radius
    color: [Theme.raised, Theme.accentSoft, Theme.warnSoft, Theme.dangerSoft, Theme.infoSoft][tone]
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space1
        spacing: Theme.space2

        Icon {
            symbol: notice.symbol
            color: notice.ink
        }

        TextLine {
            text: notice.text
            wrapMode: Text.Wrap
            maximumLineCount: 2
            Layout.fillWidth: true
            Layout.topMargin: Theme.space1
            Layout.bottomMargin: Theme.space1
            Layout.rightMargin: Theme.space2
            Accessible.ignored: true
        }

        KeyButton {
            visible: notice.actionText !== ""
            text: notice.actionText
            implicitHeight: Theme.touchSmall
            Layout.rightMargin: notice.closable ? 0 : Theme.space1
            onClicked: notice.action()
        }

        IconButton {
            visible: notice.closable
            symbol: "x"
            name: qsTr("Close this message")
            onClicked: notice.close()
        }
    }
}
