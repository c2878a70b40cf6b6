pragma ComponentBehavior: Bound
import QtQuick
import Holdfast.App
import Holdfast.Ui

// The categories, one touch each.
Rectangle {
    id: rail

    required property TillSession till

    implicitWidth: Theme.railWidth + 2 * Theme.space1
    color: Theme.surface

    Rectangle {
        anchors.right: parent.right
        width: Theme.hairline
        height: parent.height
        color: Theme.line
    }

    ListView {
        id: list
        anchors.fill: parent
        anchors.margins: Theme.space1
        objectName: "categories"
        model: rail.till.categories
        clip: true
        spacing: Theme.space1
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Categories")

        delegate: RailItem {
            required property string name
            required property string title
            required property int productCount

            width: list.width
            text: title
            detail: String(productCount)
            checked: rail.till.category === name && rail.till.searchText === ""
            onClicked: rail.till.category = name
        }

        ScrollMark {
            anchors.right: parent.right
            anchors.rightMargin: -Theme.space1
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            orientation: Qt.Vertical
            size: list.visibleArea.heightRatio
            position: list.visibleArea.yPosition
            interactive: false
        }
    }
}
