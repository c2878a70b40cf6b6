import QtQuick
import Holdfast.App
import Holdfast.Ui

// What just happened, in one row under the goods; it takes its own room and covers nothing.
NoticeRow {
    id: row

    required property TillSession till
    readonly property Notice notice: till.notice

    objectName: "notice"
    visible: notice.visible
    text: notice.text
    tone: notice.severity === Notice.Danger ? Badge.Danger
        : notice.severity === Notice.Warning ? Badge.Warn : Badge.Info
    actionText: notice.actionText
    closable: true
    onAction: till.runNoticeAction()
    onClose: notice.dismiss()
}
