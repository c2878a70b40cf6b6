import QtQuick
import QtQuick.Layouts
import Holdfast.App
import Holdfast.Ui

// How the card payment stands, in words, and what to do now. While nobody knows the outcome there
// is only one thing to do: ask again.
ColumnLayout {
    id: card

    required property TillSession till
    readonly property PaymentSession payment: till.payment
    readonly property bool waiting: payment.state === PaymentSession.CardWaiting
    readonly property bool approved: payment.state === PaymentSession.CardApproved
    readonly property bool declined: payment.state === PaymentSession.CardDeclined
    readonly property bool unknown: payment.state === PaymentSession.CardUnknown
    readonly property color ink: approved ? Theme.accent : declined ? Theme.danger
        : unknown ? Theme.warn : Theme.ink2

    spacing: Theme.space4

    Rectangle {
        implicitWidth: Theme.badgeHero
        implicitHeight: Theme.badgeHero
        radius: width / 2
        color: card.approved ? Theme.accentSoft : card.declined ? Theme.dangerSoft
            : card.unknown ? Theme.warnSoft : Theme.raised
        Layout.alignment: Qt.AlignHCenter

        Icon {
            anchors.centerIn: parent
            symbol: card.approved ? "check" : card.declined ? "x"
                : card.unknown ? "circle-question-mark" : "credit-card"
            size: Theme.iconHero
            color: card.ink
        }

        Spinner {
            anchors.centerIn: parent
            implicitWidth: Theme.badgeHero
            implicitHeight: Theme.badgeHero
            visible: card.waiting || card.payment.busy
        }
    }

    TextLine {
        objectName: "cardTitle"
        text: card.approved ? qsTr("Approved")
            : card.declined ? qsTr("The card was not charged")
            : card.unknown ? qsTr("Payment result not known yet")
            : card.payment.cancelRequested ? qsTr("Cancelling at the card terminal…")
            : qsTr("Waiting for the card")
        size: TextLine.Total
        strong: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
    }

    MoneyText {
        text: card.payment.dueText
        size: TextLine.Huge
        strong: true
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }

    TextLine {
        objectName: "cardMessage"
        visible: text !== ""
        text: card.payment.messageText
        color: Theme.ink2
        size: TextLine.Title
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }

    RowLayout {
        spacing: Theme.space3
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.space3

        KeyButton {
            objectName: "cancelCard"
            visible: card.payment.canCancelCard
            enabled: !card.payment.cancelRequested
            text: qsTr("Cancel the card payment")
            shortcutText: qsTr("Esc")
            onClicked: card.till.cancelCard()
        }

        KeyButton {
            objectName: "checkCard"
            visible: card.payment.canCheckCard && !card.waiting
            kind: card.unknown ? KeyButton.Primary : KeyButton.Plain
            symbol: "refresh-cw"
            text: qsTr("Check again")
            shortcutText: card.payment.canCard ? "" : qsTr("F6")
            onClicked: card.till.checkCard()
        }

        KeyButton {
            objectName: "retryCard"
            visible: card.declined
            enabled: card.payment.canCard
            symbol: "credit-card"
            text: qsTr("Try the card again")
            shortcutText: qsTr("F6")
            onClicked: card.till.startCard()
        }
    }
}
