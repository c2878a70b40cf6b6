import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The right side: the sale, or while paying its tenders, over the totals, the pad and the pay key.
Rectangle {
    id: panel

    required property TillSession till
    readonly property alias selectedLineId: lines.selectedLineId
    readonly property bool selling: till.stage === TillSession.Selling

    signal voidAsked

    color: Theme.surface

    Rectangle {
        width: Theme.hairline
        height: parent.height
        color: Theme.line
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.hairline
        spacing: 0

        SaleTabs {
            visible: panel.selling
            till: panel.till
            Layout.fillWidth: true
            onVoidAsked: panel.voidAsked()
        }

        TenderHead {
            visible: !panel.selling
            till: panel.till
            Layout.fillWidth: true
        }

        HoldStrip {
            visible: panel.till.cart.count > 0
                && (panel.selling || panel.till.hold.state !== HoldView.None)
            till: panel.till
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space3
            Layout.rightMargin: Theme.space3
            Layout.bottomMargin: Theme.space1
        }

        CartList {
            id: lines
            visible: panel.selling
            till: panel.till
            Layout.fillWidth: true
            Layout.fillHeight: true
        }

        TenderList {
            visible: !panel.selling
            till: panel.till
            Layout.fillWidth: true
            Layout.fillHeight: true
        }

        TotalsRow {
            till: panel.till
            Layout.fillWidth: true
        }

        TillPad {
            till: panel.till
            selectedLineId: panel.selectedLineId
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.leftMargin: Theme.space3
            Layout.rightMargin: Theme.space3
        }

        PayKey {
            till: panel.till
            Layout.fillWidth: true
            Layout.margins: Theme.space3
        }
    }
}
