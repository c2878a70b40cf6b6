import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The sum, the largest number beside the goods, and what is being typed on the pad.
Item {
    id: totals

    required property TillSession till
    readonly property SaleTotals sums: till.totals
    readonly property KeypadEntry entry: till.keypad
    readonly property bool paying: till.stage === TillSession.Paying

    implicitHeight: row.implicitHeight + Theme.space2

    Rule {
        anchors.left: parent.left
        anchors.right: parent.right
    }

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space3
        spacing: Theme.space3

        ColumnLayout {
            visible: totals.entry.empty
            spacing: 0

            TextLine {
                visible: totals.sums.itemCount > 0
                text: qsTr("Items: %1").arg(totals.sums.itemCount)
                size: TextLine.Small
                color: Theme.ink2
            }

            TextLine {
                visible: text !== ""
                text: totals.sums.discountText
                size: TextLine.Small
                color: Theme.ink2
            }

            TextLine {
                visible: text !== ""
                text: totals.sums.taxText
                size: TextLine.Small
                color: Theme.ink2
            }
        }

        Rectangle {
            visible: !totals.entry.empty
            implicitWidth: Math.max(typed.implicitWidth + 2 * Theme.space3, Theme.payHeight)
            implicitHeight: Theme.touch
            radius: Theme.radiusField
            color: Theme.accentSoft
            border.width: Theme.focusGap
            border.color: Theme.accent

            MoneyText {
                id: typed
                objectName: "typed"
                anchors.centerIn: parent
                text: totals.entry.purpose === KeypadEntry.Quantity
                    ? qsTr("× %1").arg(totals.entry.text) : totals.entry.text
                size: TextLine.Total
                strong: true
                Accessible.name: qsTr("Typed: %1").arg(totals.entry.text)
            }
        }

        Item {
            Layout.fillWidth: true
        }

        TextLine {
            text: totals.paying ? qsTr("To pay") : qsTr("Total")
            color: Theme.ink2
            Layout.alignment: Qt.AlignBaseline
        }

        MoneyText {
            objectName: "total"
            text: totals.paying ? totals.till.payment.dueText : totals.sums.totalText
            size: TextLine.Amount
            strong: true
            color: totals.sums.itemCount > 0 ? Theme.ink : Theme.ink2
            Layout.alignment: Qt.AlignBaseline
            Accessible.name: qsTr("Total %1").arg(text)
        }
    }
}
