import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// Takes the place of the sale's tabs while paying. A payment that cannot be left waits for somebody
// else, the card terminal or the server: the next customer need not.
Item {
    id: head

    required property TillSession till
    readonly property bool finished: till.stage === TillSession.Finished

    implicitHeight: Theme.headerHeight

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.space3
        anchors.rightMargin: Theme.space1
        spacing: Theme.space2

        TextLine {
            text: head.finished ? qsTr("Paid") : qsTr("Payment")
            size: TextLine.Title
            strong: true
            Layout.fillWidth: true
        }

        KeyButton {
            objectName: "back"
            visible: enabled
            enabled: !head.finished && head.till.payment.canLeave
            kind: KeyButton.Quiet
            symbol: "arrow-left"
            text: qsTr("Back to the sale")
            shortcutText: qsTr("Esc")
            implicitHeight: Theme.touch
            onClicked: head.till.leavePayment()
        }

        KeyButton {
            objectName: "nextCustomer"
            visible: !head.finished && !head.till.payment.canLeave
            kind: KeyButton.Quiet
            symbol: "plus"
            text: qsTr("Next customer")
            shortcutText: qsTr("F8")
            implicitHeight: Theme.touch
            Accessible.name: qsTr("Keep this payment open and start a new sale")
            onClicked: head.till.newSale()
        }
    }
}
