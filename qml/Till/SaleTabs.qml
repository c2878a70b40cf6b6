pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// Which sale this is, the other open ones, a new one beside it, and the way to void it.
Item {
    id: tabs

    required property TillSession till

    signal voidAsked

    objectName: "saleTabs"
    implicitHeight: Theme.headerHeight

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space1
        spacing: Theme.space1

        TextLine {
            visible: tabs.till.sales.count < 2
            text: qsTr("Sale")
            size: TextLine.Title
            strong: true
            Layout.fillWidth: true
        }

        ListView {
            id: list
            visible: tabs.till.sales.count > 1
            model: tabs.till.sales
            orientation: ListView.Horizontal
            clip: true
            spacing: Theme.space1
            currentIndex: tabs.till.sales.currentRow
            boundsBehavior: Flickable.StopAtBounds
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touch
            Accessible.role: Accessible.PageTabList
            Accessible.name: qsTr("Open sales")

            delegate: TabChip {
                required property string saleId
                required property string title
                required property string totalText
                required property bool current
                required property bool attention

                objectName: "saleTab"
                text: title
                detail: totalText
                alert: attention
                checked: current
                onClicked: tabs.till.switchSale(saleId)
            }
        }

        KeyButton {
            objectName: "newSale"
            kind: KeyButton.Quiet
            symbol: "plus"
            text: qsTr("New")
            shortcutText: qsTr("F8")
            implicitHeight: Theme.touch
            enabled: tabs.till.cart.count > 0
            Accessible.name: qsTr("Keep this sale open and start a new one")
            onClicked: tabs.till.newSale()
        }

        IconButton {
            objectName: "void"
            symbol: "trash-2"
            name: qsTr("Void this sale")
            enabled: tabs.till.cart.count > 0
            onClicked: tabs.voidAsked()
        }
    }
}
