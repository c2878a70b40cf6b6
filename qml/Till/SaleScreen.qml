import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// The one screen of the till: goods on the left, the sale on the right, the pad below it. While
// paying, only the goods and the lines change their face; the pad and the pay key stay.
FocusScope {
    id: screen

    required property TillSession till
    readonly property bool selling: till.stage === TillSession.Selling

    signal themeToggled

    LayoutMirroring.enabled: Qt.locale().textDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true
    onSellingChanged: keys.toSale()

    TillKeys {
        id: keys
        anchors.fill: parent
        focus: true
        till: screen.till
        selectedLineId: panel.selectedLineId
        onSearchAsked: header.search()
        onGoodsAsked: grid.forceActiveFocus(Qt.ShortcutFocusReason)
        onVoidAsked: panel.voidAsked()

        ColumnLayout {
            anchors.fill: parent
            spacing: 0

            StatusHeader {
                id: header
                till: screen.till
                searchEnabled: screen.selling
                Layout.fillWidth: true
                onThemeToggled: screen.themeToggled()
                onLeave: keys.toSale()
                onDescend: grid.forceActiveFocus(Qt.ShortcutFocusReason)
            }

            RowLayout {
                spacing: 0

                CategoryRail {
                    visible: screen.selling
                    till: screen.till
                    Layout.fillHeight: true
                }

                ColumnLayout {
                    spacing: 0

                    Item {
                        Layout.fillWidth: true
                        Layout.fillHeight: true

                        ProductGrid {
                            id: grid
                            anchors.fill: parent
                            visible: screen.selling
                            till: screen.till
                            firstOffered: header.searching
                            onLeave: keys.toSale()
                        }

                        PaymentStage {
                            anchors.fill: parent
                            visible: screen.till.stage === TillSession.Paying
                            till: screen.till
                        }

                        FinishedStage {
                            anchors.fill: parent
                            visible: screen.till.stage === TillSession.Finished
                            till: screen.till
                        }
                    }

                    SaleNotice {
                        till: screen.till
                        Layout.fillWidth: true
                        Layout.margins: Theme.space3
                        Layout.topMargin: Theme.space2
                    }
                }

                SalePanel {
                    id: panel
                    till: screen.till
                    Layout.fillHeight: true
                    Layout.preferredWidth: Theme.cartWidth
                    onVoidAsked: voidQuestion.open()
                }
            }
        }
    }

    HintTip {}

    ConfirmDialog {
        id: voidQuestion
        objectName: "voidQuestion"
        question: qsTr("Void this sale?")
        explanation: qsTr("All its lines go, and the goods held for it are free again. "
            + "No money has moved.")
        yesText: qsTr("Void the sale")
        onAccepted: screen.till.voidSale()
        onClosed: keys.toSale()
    }
}
