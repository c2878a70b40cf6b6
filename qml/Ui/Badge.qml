import QtQuick

// A few words on a soft ground: how many are left, what happened. Never colour alone.
Rectangle {
    id: badge

    enum Tone { Neutral, Good, Warn, Danger, Info }

    required property string text
    property int tone: Badge.Neutral

    readonly property color ink: [Theme.ink2, Theme.accent, Theme.warn, Theme.danger,
        Theme.info][tone]

    implicitWidth: label.implicitWidth + 2 * Theme.space2
    implicitHeight: Theme.badgeHeight
    radius: Theme.radiusField
    color: [Theme.raised, Theme.accentSoft, Theme.warnSoft, Theme.dangerSoft, Theme.infoSoft][tone]

    TextLine {
        id: label
        anchors.fill: parent
        anchors.leftMargin: Theme.space2
        anchors.rightMargin: Theme.space2
        text: badge.text
        figures: true
        size: TextLine.Small
        strong: true
        color: badge.ink
        horizontalAlignment: Text.AlignHCenter
    }
}
