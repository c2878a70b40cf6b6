pragma ComponentBehavior: Bound
import QtQuick
import Holdfast.App
import Holdfast.Ui

// The lines of the sale. The selected line, which is the one added last, is always in view.
Item {
    id: lines

    required property TillSession till
    readonly property CartModel cart: till.cart
    readonly property CartLine selectedLine: list.currentItem as CartLine
    readonly property string selectedLineId: selectedLine ? selectedLine.lineId : ""

    ListView {
        id: list
        anchors.fill: parent
        objectName: "cartLines"
        model: lines.cart
        clip: true
        currentIndex: lines.cart.selectedRow
        highlightFollowsCurrentItem: false
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Lines of this sale")
        onCurrentIndexChanged: showSelected.restart()
        onCountChanged: showSelected.restart()
        onHeightChanged: showSelected.restart()
        onContentHeightChanged: showSelected.restart()

        delegate: CartLine {
            width: list.width
            onPicked: lines.till.selectLine(lineId)
            onRefusalActed: lines.till.applyRefusalAction(lineId)
        }

        // After the rows have got their heights, hence not at once.
        Timer {
            id: showSelected
            interval: 0
            onTriggered: list.positionViewAtIndex(list.currentIndex, ListView.Contain)
        }

        ScrollMark {
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            orientation: Qt.Vertical
            size: list.visibleArea.heightRatio
            position: list.visibleArea.yPosition
            interactive: false
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.space5
        visible: list.count === 0
        symbol: "scan-barcode"
        title: qsTr("Scan an item to begin")
        hint: qsTr("Or touch a product. The goods are held for this sale from the first one on.")
    }
}
