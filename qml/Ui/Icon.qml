import QtQuick
import QtQuick.Controls.impl

// One line icon of the set in icons/, in the colour of the text beside it.
IconImage {
    required property string symbol
    property int size: Theme.iconBody

    source: symbol === "" ? "" : Qt.resolvedUrl("icons/" + symbol + ".svg")
    sourceSize.width: size
    sourceSize.height: size
    width: size
    height: size
    color: Theme.ink2
    Accessible.ignored: true
}
