import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Holdfast.Ui

// One line: how many, what, how much; below it a note, and a refusal with what can be done.
T.AbstractButton {
    id: line

    required property string lineId
    required property string name
    required property int qty
    required property string unitPriceText
    required property string lineTotalText
    required property string noteText
    required property string refusalText
    required property string refusalActionText
    required property bool justAdded
    required property bool selected
    required property bool pending
    readonly property string each: qty > 1 ? qsTr("%1 each").arg(unitPriceText) : ""
    readonly property string detail: each !== "" && noteText !== ""
        ? qsTr("%1 · %2").arg(each).arg(noteText) : each + noteText
    readonly property bool refusedNow: refusalText !== ""

    signal picked
    signal refusalActed

    implicitHeight: Math.max(Theme.lineHeight, implicitContentHeight + 2 * Theme.space1)
    leftPadding: Theme.space3
    rightPadding: Theme.space3
    topPadding: Theme.space1
    bottomPadding: Theme.space1
    objectName: "cartLine"
    focusPolicy: Qt.NoFocus
    onClicked: picked()
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 × %2, %3").arg(qty).arg(name).arg(lineTotalText)
    Accessible.description: refusedNow ? refusalText : detail
    Accessible.selected: selected

    contentItem: ColumnLayout {
        spacing: 0

        RowLayout {
            spacing: Theme.space2

            MoneyText {
                text: qsTr("%1 ×").arg(line.qty)
                strong: true
                Layout.preferredWidth: Theme.qtyWidth
                Layout.alignment: Qt.AlignTop
                Accessible.ignored: true
            }

            ColumnLayout {
                spacing: 0

                TextLine {
                    text: line.name
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }

                TextLine {
                    visible: text !== ""
                    text: line.detail
                    size: TextLine.Small
                    color: Theme.ink2
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
            }

            MoneyText {
                text: line.lineTotalText
                strong: true
                color: line.pending ? Theme.ink2 : Theme.ink
                Layout.alignment: Qt.AlignTop
                Accessible.ignored: true
            }
        }

        RowLayout {
            visible: line.refusedNow
            spacing: Theme.space2
            Layout.leftMargin: Theme.qtyWidth + Theme.space2

            Icon {
                symbol: "triangle-alert"
                size: Theme.iconSmall
                color: Theme.danger
            }

            TextLine {
                objectName: "refusal"
                text: line.refusalText.charAt(0).toUpperCase() + line.refusalText.slice(1)
                strong: true
                color: Theme.danger
                Layout.fillWidth: true
                Accessible.ignored: true
            }

            KeyButton {
                objectName: "refusalAction"
                visible: text !== ""
                text: line.refusalActionText.charAt(0).toUpperCase()
                    + line.refusalActionText.slice(1)
                shortcutText: line.selected ? qsTr("Enter") : ""
                implicitHeight: Theme.touchSmall
                onClicked: line.refusalActed()
            }
        }
    }

    background: FlashRow {
        beat: line.justAdded && !line.refusedNow ? line.qty : 0
        ground: line.refusedNow ? Theme.dangerSoft : line.selected || line.down ? Theme.raised
            : Theme.surface
        edge: !line.selected ? Theme.none : line.refusedNow ? Theme.danger : Theme.accent
    }
}
