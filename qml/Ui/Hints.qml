pragma Singleton
import QtQuick

// What the pointer rests on and the words for it. A screen has one HintTip that shows them.
QtObject {
    property Item at: null
    property string text
}
