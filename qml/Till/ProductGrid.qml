pragma ComponentBehavior: Bound
import QtQuick
import Holdfast.App
import Holdfast.Ui

// The goods of the chosen category or search, with what is left of each, live.
FocusScope {
    id: goods

    required property TillSession till
    // Enter in the search takes the first one: it is marked.
    required property bool firstOffered

    signal leave

    GridView {
        id: grid

        readonly property int columns: Math.max(1, Math.floor(width / (Theme.tileWidth
            + 2 * Theme.tileGap)))

        anchors.fill: parent
        anchors.leftMargin: Theme.tileGap
        anchors.rightMargin: Theme.tileGap
        topMargin: Theme.space3
        bottomMargin: Theme.space3
        objectName: "goods"
        focus: true
        clip: true
        model: goods.till.products
        cellWidth: width / columns
        cellHeight: Theme.tileHeight + Theme.space3
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: true
        reuseItems: true
        // Rows made ahead would be made while the model changes under them.
        cacheBuffer: 0
        visible: count > 0
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Goods")
        Keys.onReturnPressed: goods.till.addProduct(goods.till.products.productAt(currentIndex))
        Keys.onEnterPressed: goods.till.addProduct(goods.till.products.productAt(currentIndex))
        Keys.onSpacePressed: goods.till.addProduct(goods.till.products.productAt(currentIndex))
        Keys.onEscapePressed: goods.leave()

        delegate: ProductTile {
            width: grid.cellWidth
            height: Theme.tileHeight
            current: goods.firstOffered ? index === 0
                : grid.activeFocus && GridView.isCurrentItem
            onClicked: {
                grid.currentIndex = index
                goods.till.addProduct(productId)
            }
        }

        ScrollMark {
            anchors.right: parent.right
            anchors.rightMargin: -Theme.tileGap
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            orientation: Qt.Vertical
            size: grid.visibleArea.heightRatio
            position: grid.visibleArea.yPosition
            interactive: false
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.space5, Theme.dialogWidth)
        visible: grid.count === 0
        symbol: goods.till.products.loading ? "package" : "search"
        title: goods.till.products.loading ? qsTr("The goods are on their way")
            : goods.till.searchText === "" ? qsTr("Nothing in this category yet")
            : qsTr("Nothing found for “%1”").arg(goods.till.searchText)
        hint: goods.till.products.loading
            ? qsTr("They appear here as soon as the server has sent them.")
            : goods.till.searchText === "" ? qsTr("Choose another category on the left.")
            : qsTr("Check the spelling, or press Esc to see all goods again.")
    }
}
