import QtQuick

// Money and counts: tabular figures, flush right, never shortened.
TextLine {
    figures: true
    horizontalAlignment: Text.AlignRight
    elide: Text.ElideNone
}
