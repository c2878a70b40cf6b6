import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The thin row that is always there: where and who, the search, and how the till is doing.
Rectangle {
    id: header

    required property TillSession till
    required property bool searchEnabled
    readonly property TillStatus status: till.status
    readonly property bool online: status.connection === TillStatus.Online
    readonly property bool trouble: status.connection === TillStatus.Offline
        || status.connection === TillStatus.NotAllowed

    readonly property bool searching: field.activeFocus && field.text !== ""

    signal themeToggled
    signal leave
    signal descend
    signal search

    implicitHeight: Theme.headerHeight
    color: Theme.surface
    onSearch: {
        field.forceActiveFocus(Qt.ShortcutFocusReason)
        field.selectAll()
    }

    Rule {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
    }

    RowLayout {
        anchors.left: parent.left
        anchors.leftMargin: Theme.space4
        width: Math.min(implicitWidth, field.x - 2 * Theme.space4)
        height: parent.height
        spacing: Theme.space2

        TextLine {
            text: header.status.shopName
            strong: true
            Layout.fillWidth: true
        }

        TextLine {
            text: header.status.tillName
            color: Theme.ink2
            Layout.leftMargin: Theme.space2
        }

        TextLine {
            text: "·"
            visible: header.status.personName !== ""
            color: Theme.ink2
            Accessible.ignored: true
        }

        TextLine {
            text: header.status.personName
            color: Theme.ink2
        }
    }

    SearchField {
        id: field
        anchors.verticalCenter: parent.verticalCenter
        anchors.right: parent.right
        anchors.rightMargin: Theme.cartWidth + Theme.space3
        objectName: "search"
        enabled: header.searchEnabled
        opacity: enabled ? 1 : Theme.dimmed
        name: qsTr("Search the goods")
        hint: qsTr("Search or scan")
        shortcutText: qsTr("F3")
        onTextChanged: header.till.searchText = text
        onLeave: header.leave()
        onDescend: header.descend()
        onSubmit: {
            if (header.till.products.count > 0)
                header.till.addProduct(header.till.products.productAt(0))
            else
                header.till.addByCode(text)
            field.clear()
        }
    }

    Connections {
        target: header.till

        function onSearchTextChanged() {
            field.text = header.till.searchText
        }
    }

    RowLayout {
        anchors.right: parent.right
        anchors.left: field.right
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space1
        height: parent.height
        spacing: Theme.space3

        Item {
            Layout.fillWidth: true
        }

        StatusItem {
            objectName: "connection"
            symbol: header.online ? "wifi" : header.trouble ? "wifi-off" : "refresh-cw"
            text: header.status.connectionText
            tone: header.online ? Badge.Good : header.trouble ? Badge.Danger : Badge.Warn
        }

        StatusItem {
            symbol: header.status.unsentCount > 0 ? "cloud-off" : "check"
            text: header.status.unsentOldestText === "" ? header.status.unsentText
                : qsTr("%1 · %2").arg(header.status.unsentText)
                    .arg(header.status.unsentOldestText)
            tone: header.status.unsentCount > 0 && !header.online ? Badge.Warn : Badge.Neutral
        }

        StatusItem {
            visible: text !== ""
            symbol: "printer"
            text: header.status.printerText
        }

        IconButton {
            objectName: "theme"
            symbol: Theme.dark ? "sun" : "moon"
            name: Theme.dark ? qsTr("Light screen") : qsTr("Dark screen")
            onClicked: header.themeToggled()
        }
    }
}
