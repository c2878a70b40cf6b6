import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A picture, a name of two lines, a detail, and a foot with a price and a mark. Dimmed tiles stay
// where they are and still answer a touch.
T.AbstractButton {
    id: tile

    property url picture
    property string detail
    property string foot
    property string mark
    property int markTone: Badge.Neutral
    property string corner
    property bool dimmed: false
    property bool current: false
    property string note

    implicitWidth: Theme.tileWidth
    implicitHeight: Theme.tileHeight
    leftInset: Theme.tileGap
    rightInset: Theme.tileGap
    padding: Theme.space2
    leftPadding: Theme.tileGap + Theme.space2
    rightPadding: Theme.tileGap + Theme.space2
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: foot + (mark === "" ? "" : ", " + mark)
        + (note === "" ? "" : ", " + note)

    contentItem: ColumnLayout {
        spacing: Theme.space1

        RowLayout {
            spacing: Theme.space1
            Layout.fillWidth: true

            // The count hangs on the picture: layouts of Qt 6.4 may leave what appears later in
            // their corner.
            Item {
                Layout.preferredWidth: Theme.picture
                Layout.preferredHeight: Theme.picture

                Image {
                    anchors.fill: parent
                    source: tile.picture
                    sourceSize.width: Theme.picture
                    sourceSize.height: Theme.picture
                    asynchronous: true
                    fillMode: Image.PreserveAspectFit
                    opacity: tile.dimmed ? Theme.dimmed : 1
                }

                CountDot {
                    anchors.left: parent.right
                    anchors.leftMargin: Theme.space1
                    anchors.bottom: parent.bottom
                    text: tile.corner
                }
            }

            Item {
                Layout.fillWidth: true
            }

            Badge {
                visible: tile.mark !== ""
                text: tile.mark
                tone: tile.markTone
                Layout.alignment: Qt.AlignTop | Qt.AlignRight
                Layout.maximumWidth: tile.availableWidth - Theme.picture - Theme.space2
            }
        }

        TextLine {
            text: tile.text
            strong: true
            color: tile.dimmed ? Theme.ink2 : Theme.ink
            wrapMode: Text.Wrap
            maximumLineCount: tile.note === "" ? 2 : 1
            lineHeight: Theme.tightLine
            verticalAlignment: Text.AlignTop
            Layout.fillWidth: true
            Layout.fillHeight: true
            Accessible.ignored: true
        }

        TextLine {
            visible: tile.note !== ""
            text: tile.note
            size: TextLine.Small
            color: Theme.ink2
            Layout.fillWidth: true
            Accessible.ignored: true
        }

        RowLayout {
            spacing: Theme.space2
            Layout.fillWidth: true

            TextLine {
                text: tile.detail
                size: TextLine.Small
                color: Theme.ink2
                Layout.fillWidth: true
                Accessible.ignored: true
            }

            MoneyText {
                text: tile.foot
                strong: true
                color: tile.dimmed ? Theme.ink2 : Theme.ink
                Accessible.ignored: true
            }
        }
    }

    background: Panel {
        color: tile.down ? Theme.raised : tile.dimmed ? Theme.bg : Theme.surface
        border.color: tile.down ? Theme.control : Theme.line

        FocusRing {
            shown: tile.current
        }
    }
}
